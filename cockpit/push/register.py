"""Joins the push to a Flask app: everything comes as arguments, nothing is made on import."""

from flask import Flask

from cockpit.push.parts import PushServices
from cockpit.push.server import Push

__all__ = ["Push", "PushServices", "register_push"]


def register_push(app: Flask, services: PushServices) -> Push:
    """Serve `/socket.io` and begin to send. Call it in the process that serves, after any fork."""
    push = Push(services)
    push.attach(app)
    push.start()
    return push
