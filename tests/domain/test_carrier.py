"""主办: who carries an event is who it was given to, not who wrote the last step."""

from datetime import UTC, datetime, timedelta

from cockpit.domain.carrier import carrier_of
from cockpit.domain.event import Event, Place, Report, event_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.step import Step

AT = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)


def event(*told: tuple[Stage, str]) -> Event:
    report = Report(
        event_id="hotline_12345:1", source=Source.HOTLINE_12345, title="积水", reported_at=AT, place=Place()
    )
    steps = [
        Step(stage=stage, unit=unit, at=AT + timedelta(minutes=n), fact_id=str(n))
        for n, (stage, unit) in enumerate(told)
    ]
    return event_of(report, tuple(steps))


def test_the_centre_that_closes_a_case_did_not_carry_it() -> None:
    told = event(
        (Stage.ACCEPTED, "区中心"),
        (Stage.ASSIGNED, "仓前环卫站"),
        (Stage.FED_BACK, "仓前环卫站"),
        (Stage.CLOSED, "区中心"),
    )
    assert (told.unit, carrier_of(told)) == ("区中心", "仓前环卫站")


def test_what_was_returned_or_handed_up_is_carried_by_nobody_until_it_is_assigned_again() -> None:
    returned = ((Stage.ACCEPTED, "区中心"), (Stage.ASSIGNED, "环卫站"), (Stage.RETURNED, "环卫站"))
    assert carrier_of(event(*returned)) == ""
    assert carrier_of(event(*returned, (Stage.ASSIGNED, "绿化队"))) == "绿化队"
    assert carrier_of(event((Stage.ACCEPTED, "区中心"))) == ""


def test_where_only_a_closing_is_told_its_unit_is_the_only_one_known() -> None:
    assert carrier_of(event((Stage.CLOSED, "城管局"))) == "城管局"
    assert carrier_of(event((Stage.REJECTED, "区中心"))) == ""
