"""`cockpit calendar …`: which days are workdays, asked of and told to the running cockpit."""

import time
from datetime import date
from typing import Annotated, Any

import typer

from cockpit.exits import TellError
from cockpit.terminal import DataDirOption, SetOption, refuse, tell, use

app = typer.Typer(help="Which days are workdays (工作日历).", no_args_is_help=True)

UrlOption = Annotated[str, typer.Option(help="the cockpit to ask; without it the one on the data directory")]
_WORDS = {"workday": True, "dayoff": False}
_SEEN_WITHIN_S = 10.0


@app.command("show")
def show(
    year: Annotated[int, typer.Argument(min=1970, max=2200)],
    url: UrlOption = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """A year's holidays, make-up workdays and what people decided about single days."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.asking import Asking
        from cockpit.settings import Settings

        with Asking(Settings(), url) as asking:
            told = asking.get("calendar", year=year)
        hours = ", ".join("-".join(span) for span in told["office_hours"])
        print(f"{year}: {told['workdays']} workdays, office hours {hours} ({told['tz']})")
        if not told["known"]:
            print("the holiday plan of this year is not known yet: statutory holidays and weekends only")
        for item in told["items"]:
            print(_line(item))

    tell(run)


@app.command("set")
def set_day(
    day: Annotated[str, typer.Argument(metavar="DATE", help="2027-02-08")],
    kind: Annotated[str, typer.Argument(metavar="workday|dayoff")],
    note: Annotated[str, typer.Option(help="why, for those who look later")] = "",
    url: UrlOption = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Make a day a workday or a day off, for the whole city, from now on."""
    if kind not in _WORDS:
        refuse(f"a day is workday or dayoff, not {kind!r}")
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        refuse(f"a date is written like 2027-02-08, not {day!r}")
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.asking import Asking
        from cockpit.settings import Settings

        with Asking(Settings(), url) as asking:
            asking.put("calendar", {"day": chosen.isoformat(), "is_workday": _WORDS[kind], "note": note})
            deadline = time.monotonic() + _SEEN_WITHIN_S
            while time.monotonic() < deadline:
                items = {item["day"]: item for item in asking.get("calendar", year=chosen.year)["items"]}
                item = items.get(chosen.isoformat())
                if item and (item["why"], item["is_workday"], item["note"]) == ("decided", _WORDS[kind], note):
                    print(_line(item))
                    return
                time.sleep(0.1)
        raise TellError("it was asked for, but has not come back yet: does `cockpit dispatch` run?")

    tell(run)


def _line(item: dict[str, Any]) -> str:
    weekday = f"{date.fromisoformat(item['day']):%a}"
    kind = "workday" if item["is_workday"] else "day off"
    decided = f"decided by {item['by']} at {item['at']}" if item["why"] == "decided" else item["why"].replace("_", "-")
    return f"{item['day']} {weekday}  {kind:<8} {decided}  {item['note']}".rstrip()
