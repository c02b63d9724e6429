"""组合: joins a web process. It decides nothing; what a part does is in its own room."""

import atexit
import secrets
import threading

from flask import Flask, redirect
from werkzeug.middleware.proxy_fix import ProxyFix

from callbacks import phone
from cockpit.api.register import register_api
from cockpit.city_files import city_blueprint
from cockpit.parts import Parts
from cockpit.push.register import PushServices, register_push
from cockpit.services.memory import keep_giving_back
from cockpit.settings import Settings
from cockpit.web_api import api_services
from cockpit.web_pages import assets_directory, join_pages
from cockpit.web_parts import WebParts

#: every open browser holds a thread; these are left for reports and pages
_THREADS_FOR_THE_API = 20


def create_server(settings: Settings) -> Flask:
    """The Flask app of one web process, with its fold running."""
    web = WebParts(Parts(settings), settings)
    app = Flask("cockpit", static_folder=None)
    app.secret_key = secrets.token_bytes(32)  # sessions live in the database; Flask's own are not used
    if web.settings.public_url:
        # a proxy stands before us: one hop of its headers is believed, for the scheme and the host
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask's documented way
    push = register_push(app, _push_services(web))
    register_api(app, api_services(web, push))
    app.register_blueprint(city_blueprint(web.parts.city))
    app.register_blueprint(phone.phone_blueprint(assets_directory()))
    app.add_url_rule("/", "root", lambda: redirect("/screen"))
    join_pages(web, app)
    web.parts.projector.start()
    _in_background(web)
    web.parts.resources.now()  # a long list is read before anybody asks
    for ending in (push.stop, web.meter.close, web.parts.projector.stop, web.parts.close):
        atexit.register(ending)
    return app


def _in_background(web: WebParts) -> None:
    """Read the columns of the past, once the present is there, and give back what memory is free."""
    stop = threading.Event()

    def follow() -> None:
        if web.parts.projector.wait_ready(600):
            web.parts.households.warm()
            web.parts.past_events.follow(stop)

    def find() -> None:
        if web.parts.projector.wait_ready(600):
            web.parts.past_raisings.warm()
            web.parts.houses.warm()
            web.parts.searching.warm()

    def follow_doors() -> None:
        if web.parts.projector.wait_ready(600):
            web.parts.houses.follow(stop)

    def make_reports() -> None:
        if web.parts.projector.wait_ready(600):
            web.reports.run(stop)

    def watch_figures() -> None:
        if web.parts.projector.wait_ready(600):
            web.figures.run(stop)

    def take_pictures() -> None:
        if web.parts.projector.wait_ready(600):
            web.screenshots.run(stop)

    for name, target in (
        ("past", follow),
        ("screenshots", take_pictures),
        ("layers", lambda: web.parts.layer_shelf.follow(stop)),
        ("reports", make_reports),
        ("figures", watch_figures),
        ("search", find),
        ("doors", follow_doors),
        ("memory", lambda: keep_giving_back(stop)),
    ):
        threading.Thread(target=target, name=name, daemon=True).start()
    atexit.register(stop.set)


def _push_services(web: WebParts) -> PushServices:
    return PushServices(
        projector=web.parts.projector,
        identities=web.identities,
        render=web.renderer.render,
        interval_s=web.settings.panels_interval_s,
        build=web.build,
        registry=web.registry,
        origins=[origin for origin in (web.settings.public_url.rstrip("/"),) if origin],
        most_clients=max(1, web.settings.web_threads - _THREADS_FOR_THE_API),
    )
