"""区划变更 on the drill-down: a link with an old code opens the new division, and its head says what it was called."""

import copy
from datetime import date

import pytest

from cockpit.catalogue import LANGS, texts
from cockpit.domain.division_change import ChangeKind, DivisionChange, DivisionChanges
from tests.layouts import test_leader
from tests.layouts.test_leader import YUHANG, desk_of
from tests.layouts.trees import nodes, words
from tests.services.test_past_events import House


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", ChangeKind)
def test_an_old_code_opens_what_it_has_become(monkeypatch: pytest.MonkeyPatch, lang: str, kind: ChangeKind) -> None:
    changed = copy.copy(YUHANG)
    changed.changes = DivisionChanges.of(
        [DivisionChange(old="330127003", new="330110005", on=date(2025, 7, 1), kind=kind)]
    )
    monkeypatch.setattr(test_leader, "YUHANG", changed)
    body = desk_of(House())[0].body({"lang": lang, "scope": "330127003"})
    assert [node["data-scope"] for node in nodes(body) if "data-scope" in node] == ["330110005"]
    assert [node["data-formerly"] for node in nodes(body) if "data-formerly" in node] == ["330127003"]
    said = texts(lang).format(f"leader.formerly.{kind.value}", code="330127003", day="2025-07-01")
    assert said in words(body)
