"""报告: opens the page that lists the reports which were made, and asks for new ones."""

from collections.abc import Callable
from typing import Any

import dash

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City
from cockpit.services.reports.schedule import Schedule
from layouts.address import AddressError, scope_of
from layouts.page import Viewer
from layouts.problem import problem
from layouts.reports.page import ReportsPage, reports_page
from layouts.tab import tab_title

PATH = "/reports"
#: divisions that a report may be asked for: down to the community
_COMMUNITY = 12


def register(*, city: City, viewer: Callable[[], Viewer], schedule: Schedule, kept_days: float) -> None:
    """Register `/reports` with Dash. What is listed and asked for is the script's, from the API."""

    def reports(scope: str | None = None, lang: str | None = None, **_rest: str) -> Any:
        said = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        try:
            looked_at = scope_of(who, scope).in_city(city.code)
        except AddressError as wrong:
            return problem(said[wrong.key], said, detail=str(wrong), back=PATH)
        page = ReportsPage(
            texts=said,
            scope=looked_at.code,
            city=city.title_of(looked_at.code, said.lang) or said["product.name"],
            demo=city.demo,
            tz=city.tz,
            csrf=who.csrf,
            may_command=who.may_command,
            divisions={
                code: city.name_of(code, said.lang)
                for code in city.divisions
                if code.startswith(looked_at.code) and len(code) <= _COMMUNITY
            },
            schedule=schedule,
            kept_days=kept_days,
            account=who.account or who.name,
        )
        return reports_page(page)

    dash.register_page(
        "reports",
        path=PATH,
        name="reports",
        title=tab_title(city, "reports.title"),
        layout=reports,
    )
