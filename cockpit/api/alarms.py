"""`GET alarms…` and `POST alarms/{id}/{move}`: what devices say, in groups, with everything that was done about it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import (
    Instants,
    answer,
    bbox_asked,
    choice_of,
    cursor_after,
    cursor_asked,
    lies_in,
    limit_asked,
    page_of,
    scope_asked,
    time_of,
)
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import principal
from cockpit.api.items import alarm_detail, alarm_item
from cockpit.api.language import language
from cockpit.api.messages import Name, Text
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import Texts, texts
from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.domain.alarm_moves import BY_NAME, AlarmMoveName, find_alarm_refusal
from cockpit.domain.commands import ActOnAlarm
from cockpit.domain.scope import Scope
from cockpit.domain.severity import Severity
from cockpit.services.alarm_kinds import IotDomain
from cockpit.services.alarm_nearest import NearestOf as NearestOf
from cockpit.services.alarm_rules import AlarmRules
from cockpit.situation.act_on_alarm import event_id_of
from cockpit.situation.alarm_ledger import LedgerLine
from cockpit.situation.alarm_listing import open_groups
from cockpit.situation.situation import Situation

#: kind → (category, title) that an alarm of it is promoted with
EventOf = Callable[[str], tuple[str, str]]

#: (domain, scope) → the ids of its devices in the scope, as a situation knows them
DevicesOf = Callable[[Situation, IotDomain, Scope], frozenset[str]]

#: (from, to, known at) → every raising then, from the journal
PastAlarmsOf = Callable[[datetime, datetime, datetime], list[Alarm]]

_LONGEST_Q = 200
#: days of the past that one question may be about
_MOST_DAYS = 31
_MOST_MEMBERS = 5_000


class AlarmRequest(BaseModel):
    """What a move about an alarm may say; all of it may be missing unless the move needs it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    unit: Name = Field(default="", description="the unit or person that it is assigned to")
    note: Text = Field(default="", description="the reason, the result")
    category: Annotated[str, Field(pattern=r"^((event|part)\.\d\d(\.\d\d)?)?$")] = Field(
        default="", description="of the event; without it that of the alarm's kind"
    )
    title: Name = Field(default="", description="of the event; without it the device's own words")
    severity: Severity | None = Field(default=None, description="of the event; without it the alarm's")


class AskedState(StrEnum):
    """A state, or one of the two halves of them."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    CLEARED = "cleared"
    FALSE = "false"
    OPEN = "open"
    OVER = "over"


class Alarms:
    """The queries and the moves. A group is asked for by its id; its members stay alarms of their own."""

    def __init__(
        self,
        instants: Instants,
        commands: Commands,
        *,
        nearest: NearestOf = lambda _place: (),
        event_of: EventOf = lambda _kind: ("", ""),
        rules: Callable[[], AlarmRules] = AlarmRules,
        past: PastAlarmsOf | None = None,
        devices_of: DevicesOf = lambda _situation, _domain, _scope: frozenset(),
    ) -> None:
        self._instants, self._commands, self._past, self._devices_of = instants, commands, past, devices_of
        self._nearest, self._event_of, self._rules = nearest, event_of, rules

    def listed(self) -> Response:
        """Newest first, those of today that are over too; `from` an earlier day also what was over before today.

        `domain`: those of its devices in the scope, which `GET devices/groups` counts."""
        domain = choice_of("domain", IotDomain)
        scope, limit, cursor, wanted = scope_asked(), limit_asked(), cursor_asked(), _filter_asked()
        with self._instants.asked() as (situation, now):
            held = list(situation.alarms.values())
            if time_of("from") is not None:  # of a period each raising is told by itself
                held += [earlier for several in situation.rang_before.values() for earlier in several]
            ours = None if domain is None else self._devices_of(situation, domain, scope)
            day = now.astimezone(situation.rules.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
        held += self._of_past_days(held, day.astimezone(UTC), now)
        found = [a for a in held if (scope.covers(a.place.code) if ours is None else a.device_id in ours) and wanted(a)]
        keyed = sorted(((-(a.raised_at or a.cleared_at or now).timestamp(), a.alarm_id), a) for a in found)
        rest = [(k, a) for k, a in keyed if cursor is None or k > cursor]
        after = cursor_after(*rest[limit - 1][0]) if len(rest) > limit else None
        items: list[object] = [alarm_item(a) for _, a in rest[:limit]]
        return page_of(now, items, total=len(found), after=after, scope=scope.code)

    def _of_past_days(self, held: list[Alarm], day: datetime, now: datetime) -> list[Alarm]:
        """What was raised before `day`, since `from`, and is not held any more."""
        since, until = time_of("from"), time_of("to")
        if self._past is None or since is None or since >= day:
            return []
        end = min(until or day, day)
        if end - since > timedelta(days=_MOST_DAYS):
            raise ProblemError(400, f"from and to may be {_MOST_DAYS} days apart", field="from")
        known = {(a.alarm_id, a.raised_at) for a in held}
        return [a for a in self._past(since, end, now) if (a.alarm_id, a.raised_at) not in known]

    def groups(self) -> Response:
        """警情组 with something open in them: the gravest first, then the newest; every member's id."""
        scope, limit = scope_asked(), limit_asked()
        with self._instants.asked() as (situation, now):
            items = [group_item(g, members) for g, members in open_groups(situation, scope)]
        return page_of(now, list(items[:limit]), total=len(items), scope=scope.code)

    def ledger(self) -> Response:
        """误报台账: the devices and rules that were judged false most often."""
        scope, limit = scope_asked(), limit_asked()
        device = request.args.get("device", "")
        with self._instants.asked() as (situation, now):
            lines = [
                (key, line)
                for key, line in situation.alarm_ledger.items()
                if scope.covers(line.code) and device in ("", key[0])
            ]
        lines.sort(key=lambda pair: (-pair[1].judged_false, -pair[1].raised, pair[0]))
        items: list[object] = [_ledger_item(key, line) for key, line in lines[:limit]]
        return page_of(now, items, total=len(lines), scope=scope.code)

    def rules(self) -> Response:
        """报警规则: those that hold, and those that are disabled because of an error."""
        found = self._rules()
        items: list[object] = [asdict(rule) for rule in found.rules.values()]
        wrong = [bad._asdict() for bad in found.wrong]
        return page_of(self._instants.clock(), items, total=len(items), wrong=wrong)

    def get(self, alarm_id: str) -> Response:
        """One alarm with its whole history; 404 also for one outside the account's scope."""
        asking, words = principal(), texts(language(request))
        with self._instants.asked() as (situation, now):
            alarm = self._seen(situation, alarm_id)
            members = sorted(situation.alarm_groups.members.get(alarm.group_id, ()))
            ledger = [(k, line) for k, line in situation.alarm_ledger.items() if k[0] == alarm.device_id]
            past = situation.past_alarms.get(alarm.device_id, ())
        may = [
            {"name": move.name.value, "title": words[f"alarm_action.{move.name.value}"], "needs": list(move.needs)}
            for move in BY_NAME.values()
            if asking.role in move.roles and self._instants.past() is None and find_alarm_refusal(move, alarm) is None
        ]
        return answer(
            {
                "as_of": now,
                **alarm_detail(alarm),
                "group": members,
                "actions": may,
                "ledger": [_ledger_item(key, line) for key, line in ledger],
                "past": [line._asdict() for line in reversed(past)],
            }
        )

    def post(self, alarm_id: str, move: str) -> Response:
        """Ask for a move about one alarm."""
        row = _move_asked(move)
        with self._instants.fold.lock:
            alarm = self._seen(self._instants.fold.situation, alarm_id)
        return self._ask([alarm], row)

    def post_group(self, group_id: str, move: str) -> Response:
        """Ask for a move about every alarm of a group that needs it."""
        row = _move_asked(move)
        if row in (AlarmMoveName.PROMOTE, AlarmMoveName.SEPARATE):
            raise ProblemError(400, f"{row.value} is asked for one alarm", field="move")
        scope = principal().scope
        with self._instants.fold.lock:
            situation = self._instants.fold.situation
            ids = situation.alarm_groups.members.get(group_id, set())
            alarms = [a for i in sorted(ids) if (a := situation.alarms[i]) and scope.covers(a.place.code)]
        if not alarms:
            raise ProblemError(404, f"no group {clean(group_id[:200])}")
        return self._ask(alarms[:_MOST_MEMBERS], row)

    def _seen(self, situation: Situation, alarm_id: str) -> Alarm:
        alarm = situation.alarms.get(alarm_id)
        if alarm is None or not principal().scope.covers(alarm.place.code):
            raise ProblemError(404, f"no alarm {clean(alarm_id[:200])}", rule="alarm_is_unknown")
        return alarm

    def _ask(self, alarms: list[Alarm], move: AlarmMoveName) -> Response:
        asking = principal()
        roles = BY_NAME[move].roles
        if asking.role not in roles:
            raise ProblemError(
                403, f"role {asking.role.value} may not {move.value}", roles=sorted(r.value for r in roles)
            )
        wanted = parsed(AlarmRequest)
        first = alarms[0]
        category, title = self._event_of(first.kind) if move is AlarmMoveName.PROMOTE else ("", "")
        attached = self._nearest(first.place) if move is AlarmMoveName.PROMOTE else ()
        words = texts(language(request))

        def make(command_id: str, at: datetime) -> ActOnAlarm:
            return ActOnAlarm(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                alarm_ids=tuple(a.alarm_id for a in alarms),
                move=move,
                account=asking.account.token_id,
                unit=wanted.unit.strip(),
                note=wanted.note.strip(),
                category=wanted.category or category,
                title=wanted.title.strip() or title,
                severity=wanted.severity,
                attached=attached,
            )

        more = {"event_id": event_id_of(first)} if move is AlarmMoveName.PROMOTE else {}
        return self._commands.ask(
            asking,
            make,
            reason_of=lambda refused: refusal_text(words, refused.rule, refused.reason, first),
            answered_with=lambda _command_id: more,
        )


def refusal_text(words: Texts, rule: str, reason: str, alarm: Alarm) -> str:
    """Why not, in the asker's language: with the name of the officer who was first."""
    text = words.find(f"rule.{rule}", "")
    last = alarm.current_acts[-1:] or alarm.acts[-1:]
    by = last[0].by if last else ""
    return text.format(by=by or words["alarm.device_itself"], unit=alarm.unit_assigned, event=alarm.event_id) or reason


def group_item(group_id: str, members: Iterable[Alarm]) -> dict[str, Any]:
    """A group in a list: counts by state and kind, the gravest open alarm, and every member."""
    listed = sorted(members, key=lambda a: (a.raised_at or datetime.max.replace(tzinfo=UTC), a.alarm_id))
    still = [a for a in listed if a.is_open]
    gravest = min(still or listed, key=lambda a: a.severity.value)
    kinds: dict[str, int] = {}
    for alarm in listed:
        kinds[alarm.kind] = kinds.get(alarm.kind, 0) + 1
    return {
        "group_id": group_id,
        "severity": gravest.severity,
        "gravest": gravest.alarm_id,
        "kinds": kinds,
        "alarms": len(listed),
        "open": len(still),
        "unacknowledged": sum(a.state is AlarmState.RAISED for a in listed),
        "begun_at": listed[0].raised_at,
        "newest_at": max((a.raised_at for a in listed if a.raised_at), default=None),
        "lon": gravest.place.lon,
        "lat": gravest.place.lat,
        "code": gravest.place.code,
        "members": [a.alarm_id for a in listed],
    }


def _ledger_item(key: tuple[str, str], line: LedgerLine) -> dict[str, Any]:
    return {"device_id": key[0], "rule": key[1], **line._asdict(), "false_share": line.false_share}


def _move_asked(move: str) -> AlarmMoveName:
    if move not in list(AlarmMoveName):
        raise ProblemError(404, f"there is no move {clean(move[:50])} of an alarm")
    return AlarmMoveName(move)


def _filter_asked() -> Callable[[Alarm], bool]:
    """The filters of the current request, as one question to an alarm."""
    state, severity = choice_of("state", AskedState), choice_of("severity", Severity)
    given = {n: request.args.get(n, "")[:_LONGEST_Q].replace("\0", "") for n in ("kind", "device", "group", "q")}
    since, until, box = time_of("from"), time_of("to"), bbox_asked()
    q = given["q"].casefold()

    def passes(alarm: Alarm) -> bool:
        at = alarm.raised_at or alarm.cleared_at
        return (
            (state is None or _is_in(alarm, state))
            and (severity is None or alarm.severity is severity)
            and given["kind"] in ("", alarm.kind)
            and given["device"] in ("", alarm.device_id)
            and given["group"] in ("", alarm.group_id)
            and (since is None or (at is not None and at >= since))
            and (until is None or (at is not None and at < until))
            and (box is None or lies_in(alarm.place, box))
            and (not q or q in f"{alarm.alarm_id} {alarm.device_id} {alarm.message} {alarm.place.address}".casefold())
        )

    return passes


def _is_in(alarm: Alarm, state: AskedState) -> bool:
    if state in (AskedState.OPEN, AskedState.OVER):
        return alarm.is_open is (state is AskedState.OPEN)
    return alarm.state.value == state.value


def alarms_blueprint(alarms: Alarms) -> Blueprint:
    """`/api/v1/alarms…`."""
    blueprint = Blueprint("alarms", __name__, url_prefix="/api/v1/alarms")
    blueprint.add_url_rule("", "list", alarms.listed, methods=["GET"])
    blueprint.add_url_rule("/groups", "groups", alarms.groups, methods=["GET"])
    blueprint.add_url_rule("/ledger", "ledger", alarms.ledger, methods=["GET"])
    blueprint.add_url_rule("/rules", "rules", alarms.rules, methods=["GET"])
    blueprint.add_url_rule("/<path:alarm_id>", "get", alarms.get, methods=["GET"])
    blueprint.add_url_rule("/groups/<path:group_id>/<move>", "post_group", alarms.post_group, methods=["POST"])
    blueprint.add_url_rule("/<path:alarm_id>/<move>", "post", alarms.post, methods=["POST"])
    return blueprint
