"""设备组规则: a file says what is late; a wrong one costs nothing but itself."""

from pathlib import Path

import pytest

from cockpit.domain.device_group import GroupRule
from cockpit.services.alarm_kinds import IotDomain
from cockpit.services.group_rules import FILE, load_group_rules

USUAL = GroupRule(stale_periods=3)


def test_a_group_has_what_its_file_says_and_else_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[water]\ninterval_s = 300\nlost_share = 0.8\n", encoding="utf-8")
    rules = load_group_rules(tmp_path, USUAL)
    assert rules.of(IotDomain.WATER) == GroupRule(interval_s=300, lost_share=0.8, stale_periods=3)
    assert rules.of(IotDomain.FIRE) == rules.of(None) == USUAL


@pytest.mark.parametrize(
    "wrong", ["[gas]\n", "[water]\nlost = 1\n", "[water]\nlost_share = 2\n", "[water]\nstale_periods = 0.5\n", "water"]
)
def test_a_wrong_file_is_passed_over(tmp_path: Path, wrong: str) -> None:
    (tmp_path / FILE).write_text(wrong, encoding="utf-8")
    assert load_group_rules(tmp_path, USUAL).of(IotDomain.WATER) == USUAL
