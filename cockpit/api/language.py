"""The language of an answer: `?lang=`, else what the browser prefers, else Chinese."""

from flask import Request

from cockpit.catalogue import LANGS


def language(request: Request) -> str:
    """A language that has a catalogue."""
    asked = request.args.get("lang", "")
    if asked in LANGS:
        return asked
    return request.accept_languages.best_match(LANGS) or LANGS[0]
