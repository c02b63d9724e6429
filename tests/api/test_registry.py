"""Each feed that we know is told of in the docs, and each source is a feed."""

from pathlib import Path

from cockpit.domain.source import FEEDS as NAMES
from feeds.registry import BY_NAME, FEEDS, FORMATS
from tests.api.town import Town


def test_every_source_is_a_feed_with_a_row_in_the_docs() -> None:
    rows = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text(encoding="utf-8")
    assert sorted(BY_NAME) == sorted(NAMES)
    for feed in FEEDS:
        assert f"| `{feed.name}`" in rows


def test_every_path_of_the_registry_is_one_of_the_api(town: Town) -> None:
    posted = {rule.rule for rule in town.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {path for feed in FEEDS for path in feed.paths} <= posted


def test_every_format_has_a_row_and_a_page_in_the_docs() -> None:
    docs = Path(__file__).parents[2] / "docs"
    rows = (docs / "feeds.md").read_text(encoding="utf-8")
    for form in FORMATS:
        assert f"| `{form.name}`" in rows
        assert f"(feeds/{form.name}.md)" in rows
        assert (docs / "feeds" / f"{form.name}.md").is_file()
