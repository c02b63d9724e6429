"""大类小类的名称: a class has its English name where the city means what the name says, and its own name elsewhere."""

from datetime import UTC, datetime

from cockpit.catalogue import LANGS, texts
from cockpit.domain.limit import Limit, LimitUnit
from cockpit.domain.standard import Standard
from cockpit.services.kind_names import kind_names


def _standard(category: str, name: str, class_name: str) -> Standard:
    return Standard(
        category=category, name=name, class_name=class_name, limit=Limit(2, LimitUnit.URGENT_HOUR), version="1",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def test_what_the_table_calls_as_everybody_does_has_its_english_name() -> None:
    rows = [_standard("event.05.05", "路面塌陷", "突发事件"), _standard("part.01.01", "上水井盖", "公用设施")]
    assert kind_names(rows, "en") == {
        "event.05.05": "Road collapse", "event.05": "Sudden incidents",
        "part.01.01": "Clean water manhole", "part.01": "Utilities",
    }  # fmt: skip
    assert kind_names(rows, LANGS[0])["event.05.05"] == "路面塌陷"


def test_a_local_code_that_means_another_thing_here_keeps_the_name_it_has_here() -> None:
    rows = [_standard("event.01.99", "楼道堆物", "市容环境")]
    assert kind_names(rows, "en") == {"event.01.99": "楼道堆物", "event.01": "City environment"}


def test_no_two_kinds_of_one_class_have_the_same_english_name() -> None:
    named = [(key.rpartition(".")[0], name) for key, name in texts("en").items() if key.startswith("kind.")]
    assert len(named) == len(set(named))
