"""Writes docs/settings.md from the settings themselves: `make docs`. A test says when it is out of date."""

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from cockpit.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

_HEAD = """\
# Settings

Every setting is an environment variable, and `--set K=V` of every `cockpit` command sets one for that command and
the processes that it starts (`--set at_risk_share=0.75` is `COCKPIT_AT_RISK_SHARE=0.75`). A name that nobody knows or
a value that does not fit is refused at once. `REDIS_URL` and `DATABASE_URL` are read under their usual names as well.
No secret has a default: `cockpit up` makes its own and keeps them in the data directory, readable for its owner alone.

This page is written by `make docs` from `cockpit/settings.py`.

| name | default | what it is |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_line(name, info) for name, info in Settings.model_fields.items())


def _line(name: str, info: FieldInfo) -> str:
    return f"| `COCKPIT_{name.upper()}` | {_default(info)} | {info.description} |\n"


def _default(info: FieldInfo) -> str:
    if info.default_factory is not None:
        return "the user's data directory"
    if info.default in (None, "", PydanticUndefined):
        return "–"
    return f"`{str(info.default).lower() if isinstance(info.default, bool) else info.default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written: {PAGE.relative_to(PAGE.parent.parent)}")
