"""报告的组合: who makes reports, what they are made from and when, from the settings."""

import socket
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from os import getpid
from typing import TYPE_CHECKING

from cockpit.catalogue import texts
from cockpit.data_dir import DataDir
from cockpit.domain.report import ReportKind
from cockpit.parts import Parts
from cockpit.services.drill_down import DrillDown
from cockpit.services.kind_names import kind_names
from cockpit.services.reports.chosen import names_of
from cockpit.services.reports.figure_rules import FILE, FigureRules, RuleBook
from cockpit.services.reports.figure_watch import FigureWatch
from cockpit.services.reports.gathering import Gathered, Gathering
from cockpit.services.reports.journalled import Journalled
from cockpit.services.reports.making import Documents, ReportMaker
from cockpit.services.reports.schedule import Schedule
from cockpit.services.reports.shelf import ReportShelf
from cockpit.services.reports.wall import WallPictures, wall_of
from cockpit.services.screenshots.desk import Drawn, ScreenshotDesk
from cockpit.store.accounts import Accounts, Role
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from cockpit.store.figure_rules import FigureRuleTable
from cockpit.store.reports import Reports

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STREET = 9
#: whom the accounts of pictures in reports stand for
_PICTURED = "report-picture"
#: so long a report waits for its picture's turn, and so long for the picture
_PICTURE_WITHIN_S = 90.0


def shelf_of(parts: Parts) -> ReportShelf:
    """Where the files of reports lie."""
    return ReportShelf(DataDir(parts.settings.data_dir).reports)


def schedule_of(parts: Parts) -> Schedule:
    """Which reports are made by themselves."""
    settings, city = parts.settings, parts.city
    streets = [code for code in city.divisions if len(code) == _STREET] if settings.reports_of_streets else []
    return Schedule(
        kinds=[ReportKind(name) for name in settings.reports_scheduled.split(",") if name],
        codes=[city.code, *streets],
        at=time.fromisoformat(settings.reports_at),
        lang=settings.notice_lang,
        indicators=names_of(settings.reports_indicators),
    )


def maker_of(parts: Parts, drill: DrillDown, pictures: "ScreenshotDesk") -> ReportMaker:
    """The maker of this web process; each report has one of them."""
    return ReportMaker(
        table=Reports(parts.engine),
        shelf=shelf_of(parts),
        gathering=Gathering(
            drill=drill,
            journalled=Journalled(parts.journal, places_of(parts)),
            target=parts.settings.target_rate,
        ),
        draw=drawing_of(parts),
        schedule=schedule_of(parts),
        kept_for=timedelta(days=parts.settings.reports_kept_days),
        holder=f"{socket.gethostname()}:{getpid()}",
        clock=_now,
        wall=walls_of(parts, pictures).of if parts.settings.reports_picture else None,
    )


def walls_of(parts: Parts, pictures: "ScreenshotDesk") -> WallPictures:
    """Walls for reports, drawn as a screen of their division sees them: the least that anybody sees."""
    accounts = Accounts(parts.engine)

    def account(code: str) -> str:
        """An account of each division's own. Its token is kept nowhere: nobody can come in by it."""
        for one in accounts.list_tokens():
            if (one.subject, one.scope, one.role, one.revoked_at) == (_PICTURED, code, Role.SCREEN, None):
                return one.token_id
        name = texts(parts.settings.notice_lang)["report.wall.by"]
        made = accounts.create_token(role=Role.SCREEN, scope=code, name=name, subject=_PICTURED, now=_now())
        found = accounts.find_token(made)
        assert found is not None
        return found.token_id

    def draw(code: str, lang: str, at: datetime, stop: threading.Event) -> Drawn:
        asked = wall_of(code, lang, at, by=texts(lang)["report.wall.by"], now=_now())
        return pictures.draw(asked, account(code), stop, within_s=_PICTURE_WITHIN_S)

    return WallPictures(chromium=pictures.chromium, draw=draw, clock=_now, begins_at=parts.journal.begins_at)


def figure_watch_of(parts: Parts, drill: DrillDown) -> FigureWatch:
    """Who looks at figures that have a rule; what a breach means for the channels of notices."""
    from cockpit.api.figure_alerts import link_of, shown
    from cockpit.domain.notice import Notice
    from cockpit.notifying import channels_of
    from cockpit.store.notices import NewNotice, Notices

    settings, channels, notices = parts.settings, channels_of(parts), Notices(parts.engine)
    words = texts(settings.notice_lang)

    def tell(connection: "Connection", alert: FigureAlert) -> None:
        values = {
            "rule": alert.rule,
            "title": words[f"indicator.{alert.indicator}.title"],
            "value": shown(alert.indicator, alert.value, words),
            "crossed": shown(alert.indicator, alert.crossed, words),
            "place": parts.city.title_of(alert.code, words.lang),
            "link": settings.public_url.rstrip("/") + link_of(alert),
        }
        title, body = (words.format(f"notice.figure.{part}", **values) for part in ("title", "body"))
        told = [channel for channel in channels if channel.takes(Notice(kind="figure", code=alert.code))]
        rows = [
            NewNotice(
                fact_id=f"figure:{alert.rule}:{alert.number}", channel=channel.name, kind="figure", code=alert.code,
                event_id="", title=title, body=body, created_at=alert.since,
            )
            for channel in told
        ]  # fmt: skip
        notices.put(connection, rows)

    rules = RuleBook(FigureRules(DataDir(settings.data_dir).path / FILE), FigureRuleTable(parts.engine))
    return FigureWatch(rules, drill, FigureAlerts(parts.engine), tell, _now)


def places_of(parts: Parts) -> Callable[[Collection[str]], Mapping[str, str]]:
    """Where events lie: the fold's, then those that have left it."""
    from cockpit.store.event_records import EventRecords

    records, city = EventRecords(parts.engine), parts.city.code

    def places(event_ids: Collection[str]) -> Mapping[str, str]:
        with parts.projector.lock:
            events = parts.projector.situation.events
            live = {event_id: events[event_id].report.place.code for event_id in event_ids if event_id in events}
        left = [event_id for event_id in event_ids if event_id not in live]
        if left:
            with parts.engine.connect() as connection:
                live |= {key: record.code for key, record in records.read(connection, left).items()}
        return {event_id: code or city for event_id, code in live.items()}

    return places


def drawing_of(parts: Parts) -> Callable[[Gathered, str], Documents]:
    """Figures and a language → the files of a report."""

    def draw(gathered: Gathered, lang: str) -> Documents:
        from layouts.reports.document import documents_of
        from layouts.reports.printed import printed
        from layouts.reports.wording import Wording

        city = parts.city
        wording = Wording(
            texts=texts(lang),
            tz=city.tz,
            city=city.title_of(gathered.scope.code, lang) or texts(lang)["product.short"],
            names={code: city.name_of(code, lang) for code in city.divisions},
            kinds=kind_names(parts.standards.now().rows_at(gathered.known.at), lang),
            demo=city.demo,
        )
        return documents_of(printed(gathered, wording), gathered.wall.body if gathered.wall else b"")

    return draw


def _now() -> datetime:
    return datetime.now(UTC)
