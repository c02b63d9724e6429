"""A profile is taken as it is meant, or refused in one line that names the place."""

from pathlib import Path

import pytest

from cockpit.services.importer.profile import ProfileError, own_profile, read_profile

GOOD = """
[events]
event_id    = "CASE_ID"
reported_at = { column = "OPEN_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
closed_at   = "CLOSED"
title = "CASE_TITLE"
source = { column = "WHO", map = { "Constituent Call" = "hotline_12345" }, default = "citizen" }
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "p.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_names_the_columns_of_the_table(tmp_path: Path) -> None:
    fields = read_profile(written(tmp_path, GOOD)).events
    assert fields.columns == {
        "event_id": "CASE_ID", "source": "WHO", "reported_at": "OPEN_DT", "closed_at": "CLOSED", "title": "CASE_TITLE",
    }  # fmt: skip
    assert fields.reported_at.tz == "America/New_York"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[events]", "[events]\ncolour = 'red'"), "events.colour is no key of a profile"),
        (("[events]", "[more]\n[events]"), "more is no key of a profile"),
        (("tz =", "zone ="), "events.reported_at.zone is no key of a profile"),
        (("America/New_York", "Atlantis"), "Atlantis"),
        ((', tz = "America/New_York"', ""), "tz is needed"),
        (("event_id", "id"), "events.event_id"),
        (('title = "CASE_TITLE"', ""), "title, category_text or category is needed"),
        (('default = "citizen"', 'default = "neighbour"'), "neighbour"),
        (('title = "CASE_TITLE"', 'title = "T"\nlon = "X"'), "lon and lat go together"),
        (('title = "CASE_TITLE"', 'title = { const = "a", column = "b" }'), "either a column or a const"),
        (("[events]", "[events"), "is no TOML"),
    ],
)
def test_a_wrong_profile_is_refused_in_one_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read_profile(written(tmp_path, GOOD.replace(*change)))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nothing\.toml"):
        read_profile(tmp_path / "nothing.toml")


def test_a_table_with_our_names_needs_no_profile() -> None:
    fields = own_profile(["event_id", "source", "title", "reported_at", "closed_at", "colour"]).events
    assert set(fields.columns) == {"event_id", "source", "title", "reported_at", "closed_at"}
    with pytest.raises(ProfileError, match="reported_at"):
        own_profile(["event_id", "source", "title"])
