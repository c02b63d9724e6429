"""Joins the pages of a web process: Dash, and what each page is made of."""

from pathlib import Path

import dash
from dash import html
from flask import Flask

from callbacks import duty, iot, leader, pages, patrol, reports, thematic, tracks, unknown
from cockpit import reporting
from cockpit.api.identity import principal
from cockpit.catalogue import LANGS, texts
from cockpit.domain.role import Role
from cockpit.ground_parts import ground_of
from cockpit.services.analyses.topics import Topics
from cockpit.services.cards import CardBook
from cockpit.stream.connection import UNAVAILABLE
from cockpit.web_parts import COMMANDING, WebParts, now
from layouts.page import Ground, Viewer
from layouts.tab import TabDash


def assets_directory() -> Path:
    """The assets of an installed program, or of a checkout."""
    installed = Path(__file__).parent / "assets"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "assets"


def join_pages(web: WebParts, app: Flask) -> None:
    city, settings = web.parts.city, web.settings
    # Dash keeps its pages in a registry of the module: a second app of one process starts with an empty one
    dash.page_registry.clear()
    page_app = TabDash(
        "cockpit",
        server=app,
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets_directory()),
        assets_path_ignore=["^phone$"],  # a page of its own
        title=texts(LANGS[0])["product.short"],
        update_title="",
        suppress_callback_exceptions=True,
        serve_locally=True,
    )
    ground = Ground(approval=settings.map_approval)
    projector, renderer, build = web.parts.projector, web.renderer, web.build
    pages.register(
        city=city,
        projector=projector,
        history=web.parts.history,
        renderer=renderer,
        viewer=_viewer,
        ground=ground,
        build=build,
    )
    iot.register(city=city, viewer=_viewer, build=build)
    patrol.register(city=city, viewer=_viewer, build=build)
    tracks.register(city=city, viewer=_viewer, ground=ground, build=build)
    leader.register(
        leader.LeaderDesk(
            drill=web.drill,
            city=city,
            standards=web.parts.standards,
            viewer=_viewer,
            target_rate=settings.target_rate,
            clock=now,
            away=UNAVAILABLE,
            topics=Topics(web.drill, web.forecast, web.demand, ground_of(web.parts), CardBook(web.parts.journal)),
        ),
        city=city,
    )
    reports.register(
        city=city,
        viewer=_viewer,
        schedule=reporting.schedule_of(web.parts),
        kept_days=settings.reports_kept_days,
    )
    thematic.register(city=city, viewer=_viewer)
    duty.register(city=city, projector=projector, renderer=renderer, viewer=_viewer, ground=ground, build=build)
    unknown.register(city)
    page_app.layout = html.Div([dash.page_container])


def _viewer() -> Viewer:
    asking = principal()
    commands = asking.role in COMMANDING
    leads = commands or asking.role is Role.LEADER
    return Viewer(
        scope=asking.scope.code,
        may_command=commands,
        csrf=asking.csrf,
        name=asking.name,
        account=asking.account.token_id,
        opens=frozenset(({"leader", "iot"} if leads else set()) | ({"duty"} if commands else set())),
    )
