"""预案准备: who a plan would send to an event, what it would tell whom, which cameras it would dock."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cockpit.domain.event import Event
from cockpit.domain.order import OrderRecipient
from cockpit.domain.plan import Force, Plan
from cockpit.domain.plan_commands import Assigned
from cockpit.domain.plan_facts import Told
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import Candidate, NearbyQuery
from cockpit.services.recipients import RecipientBook

_CAMERA = "camera"


class Filled(NamedTuple):
    """One force and who could be found for it, the soonest there first."""

    force: Force
    candidates: list[Candidate]


class NamedRecipients(NamedTuple):
    """Recipients whom an officer chose, as forces; and those whom nobody knows."""

    forces: tuple[Assigned, ...]
    unknown: tuple[str, ...]


class PlanRunner:
    """Looks up what a command to run a plan carries. Safe from any thread."""

    def __init__(self, *, city: City, nearby: Nearby, recipients: RecipientBook) -> None:
        self._city, self._nearby, self._recipients = city, nearby, recipients

    def filled(self, plan: Plan, event: Event, *, scope: Scope, now: datetime) -> list[Filled]:
        """Every force with the nearest who are free; nobody is in two forces. Empty ones where the place is unknown."""
        place, chosen, filled = event.report.place, set[str](), list[Filled]()
        for force in plan.forces:
            found: list[Candidate] = []
            if place.lon is not None and place.lat is not None:
                query = NearbyQuery(
                    lon=place.lon, lat=place.lat, scope=scope, now=now, radius_m=force.radius_m,
                    kinds=frozenset({force.kind}), skills=frozenset(force.skills), limit=force.count,
                )  # fmt: skip
                found = self._nearby.candidates(query, exclude=chosen)
            chosen |= {candidate.id for candidate in found}
            filled.append(Filled(force, found))
        return filled

    def assigned(self, plan: Plan, event: Event, *, scope: Scope, now: datetime) -> tuple[Assigned, ...]:
        """The same as recipients of orders."""
        filled = self.filled(plan, event, scope=scope, now=now)
        ids = [candidate.id for _, found in filled for candidate in found]
        known = {who.id: who for who in self._recipients.look_up(ids, now).recipients}
        return tuple(
            Assigned(
                kind=force.kind, wanted=force.count, task=self._fill(force.task.zh, plan, event, now),
                recipients=tuple(known[candidate.id] for candidate in found),
            )
            for force, found in filled
        )  # fmt: skip

    def chosen(self, plan: Plan, event: Event, ids: Sequence[str], now: datetime) -> NamedRecipients:
        """Whom an officer chose instead: each gets the task of the force of its kind, else that of the first force."""
        looked_up = self._recipients.look_up(ids, now)
        of_kind: dict[str, list[OrderRecipient]] = {}
        for recipient in looked_up.recipients:
            if recipient.id not in looked_up.unknown:
                of_kind.setdefault(recipient.kind.value, []).append(recipient)
        tasks = {force.kind: force.task.zh for force in reversed(plan.forces)}
        usual = plan.forces[0].task.zh if plan.forces else "{title}：{address}"
        forces = tuple(
            Assigned(
                kind=kind, wanted=len(recipients), task=self._fill(tasks.get(kind, usual), plan, event, now),
                recipients=tuple(recipients),
            )
            for kind, recipients in of_kind.items()
        )  # fmt: skip
        return NamedRecipients(forces, looked_up.unknown)

    def told(self, plan: Plan, event: Event, now: datetime) -> tuple[Told, ...]:
        """Who is told what, filled from the event."""
        return tuple(Told(m.to, self._fill(m.words.zh, plan, event, now)) for m in plan.messages)

    def cameras(self, plan: Plan, event: Event, *, scope: Scope, now: datetime) -> tuple[str, ...]:
        """The nearest cameras, as many as the plan docks."""
        place = event.report.place
        if not plan.cameras.count or place.lon is None or place.lat is None:
            return ()
        query = NearbyQuery(
            lon=place.lon, lat=place.lat, scope=scope, now=now, radius_m=plan.cameras.radius_m,
            kinds=frozenset({_CAMERA}), limit=plan.cameras.count,
        )  # fmt: skip
        return tuple(candidate.id for candidate in self._nearby.find(query).items)

    def _fill(self, text: str, plan: Plan, event: Event, now: datetime) -> str:
        report = event.report
        where = report.place.address or self._city.name_of(report.place.code)
        local = now.astimezone(ZoneInfo(self._city.tz))
        return text.format(title=report.title or plan.title.zh, address=where, time=f"{local:%H:%M}")
