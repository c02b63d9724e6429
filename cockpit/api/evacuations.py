"""`evacuations`: begin one, tap its doors, split them anew, end it; the board and everything that was tapped."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self

import msgspec
import shapely
from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cockpit.api.asked import Instants, answer, flag_of, limit_asked, page_of, scope_asked
from cockpit.api.batches import parse_batch
from cockpit.api.body import read_body
from cockpit.api.commands import Commands, parsed
from cockpit.api.evacuation_board import board_of, changed_meanwhile, summary_of, tap_item
from cockpit.api.identity import Principal, principal, require
from cockpit.api.language import language
from cockpit.api.messages import Id, Message, Name, Number, Time
from cockpit.api.problem import ProblemError, answered, clean
from cockpit.catalogue import texts
from cockpit.domain.command import Command
from cockpit.domain.evacuation import MOST_HELPERS, HouseholdState, Tap, tap_key
from cockpit.domain.evacuation_commands import ChangeHelpers, EndEvacuation, StartEvacuation, TapHouseholds
from cockpit.domain.facts import CommandRefused
from cockpit.domain.role import Role
from cockpit.services.evacuating import Evacuating
from cockpit.services.households import Outline, ring_of
from cockpit.situation.evacuate import shows
from cockpit.situation.evacuations import Board
from cockpit.situation.situation import Situation
from cockpit.situation.split_doors import idle_helpers

_MOST_TAPS = 500
_MOST_CORNERS = 200
#: a drawn area beyond this is a slip of the hand, about 30 km across
_WIDEST_DEG = 0.3
_LARGEST_BYTES = 512 * 1024

_Corner = tuple[
    Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
    Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)],
]


class AreaRequest(BaseModel):
    """A drawn outline, or a ring around a place; WGS-84."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    polygon: Annotated[list[_Corner], Field(min_length=3, max_length=_MOST_CORNERS)] | None = Field(
        default=None, description="[[lon, lat], …]"
    )
    lon: Annotated[Number, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Number, Field(ge=-90, le=90)] | None = None
    radius_m: Annotated[Number, Field(ge=5, le=10_000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        ring = (self.lon, self.lat, self.radius_m)
        if (self.polygon is None) == (None in ring):
            raise PydanticCustomError("area", "polygon, or lon, lat and radius_m, is needed")
        if self.polygon is not None:
            area = shapely.Polygon(self.polygon)
            if not area.is_valid or area.area == 0:
                raise PydanticCustomError("area", "polygon crosses itself or encloses nothing")
            west, south, east, north = area.bounds
            if max(east - west, north - south) > _WIDEST_DEG:
                raise PydanticCustomError("area", "polygon is too wide for one evacuation")
        return self

    @property
    def outline(self) -> Outline:
        if self.polygon is not None:
            return tuple((lon, lat) for lon, lat in self.polygon)
        assert self.lon is not None and self.lat is not None and self.radius_m is not None
        return ring_of(self.lon, self.lat, self.radius_m)


_Helpers = Annotated[list[Id], Field(max_length=MOST_HELPERS)]


class EvacuationRequest(AreaRequest):
    """疏散: an area around an event, and who helps; the nearest who are free if nobody is named."""

    event_id: Id
    recipient_ids: _Helpers = Field(default_factory=list)


class TapMessage(Message):
    """One tap; `tap_id` is the phone's own, so that sending it again counts once."""

    tap_id: Id
    household_id: Id
    state: HouseholdState
    at: Time | None = Field(default=None, description="the phone's own time; decides nothing")
    note: Name = ""


class HelpersRequest(BaseModel):
    """Who helps from now on; the doors that are left are split anew."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    recipient_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_HELPERS)]
    version: Annotated[int | None, Field(description="of the board that was looked at; without it the newest")] = None


class EndRequest(BaseModel):
    """Why it ends."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    note: Name = ""


class Evacuations:
    """Requests become commands; a person of the field sees and taps only where they help."""

    def __init__(self, instants: Instants, commands: Commands, evacuating: Evacuating) -> None:
        self._instants, self._commands, self._evacuating = instants, commands, evacuating

    def post(self) -> Response:
        """202 with the evacuation's id. 409: no households, nobody to help, evacuated already, the event is over.

        `households` are asked for; the `left_out` of them are those that another running evacuation has.
        """
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(EvacuationRequest)
        self._check_known(wanted.recipient_ids)
        outline = wanted.outline
        told: dict[str, int] = {}

        def make(command_id: str, at: datetime) -> Command:
            prepared = self._evacuating.prepare(outline, wanted.recipient_ids, scope=asking.scope, now=at)
            doors = [h.household_id for building in prepared.buildings for h in building.households]
            with self._instants.fold.lock:
                taken = self._instants.fold.situation.evacuations.running_of(doors, but=command_id)
            told.update(households=len(doors), left_out=len(taken))
            return StartEvacuation(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, event_id=wanted.event_id,
                outline=outline, buildings=prepared.buildings, helpers=prepared.helpers, shares=prepared.shares,
            )  # fmt: skip

        command_id = self._ask(asking, make)
        return answered(202, {"command_id": command_id, "evacuation_id": command_id, **told})

    def post_taps(self, evacuation_id: str) -> Response:
        """202 with how many were taken, known already, or refused and why; what is taken is in the stream."""
        asking = require(Role.DUTY, Role.ADMIN, Role.GRIDWORKER)
        subject = asking.account.subject or asking.account.token_id
        helper_id = asking.account.subject if asking.role is Role.GRIDWORKER else ""
        if asking.role is Role.GRIDWORKER and not helper_id:
            raise ProblemError(403, "this account stands for no person", rule="not_a_helper")
        batch = parse_batch(read_body(request, largest=_LARGEST_BYTES), request.mimetype, TapMessage)
        if len(batch.items) > _MOST_TAPS:
            raise ProblemError(413, f"{len(batch.items)} taps in one request; send at most {_MOST_TAPS}")
        rejected: list[dict[str, Any]] = [
            {"index": r.index, "field": r.field, "error": r.error} for r in batch.rejected
        ]
        now = self._instants.clock()
        with self._instants.fold.lock:
            board = self._board(evacuation_id, asking)
            if helper_id and not board.evacuation.has_helper(helper_id):
                words = texts(language(request))
                raise ProblemError(403, words["evacuation_rule.not_a_helper"], rule="not_a_helper")
            taps, duplicate = dict[tuple[str, str], Tap](), 0
            for index, message in zip(batch.indices, batch.items, strict=True):
                if message.household_id not in board.doors:
                    rejected.append({"index": index, "field": "household_id", "error": "is not in this evacuation"})
                    continue
                tap = Tap(
                    tap_id=message.tap_id, household_id=message.household_id, state=message.state, at=now,
                    by=asking.name, subject=subject, said_at=message.at, note=message.note.strip(),
                )  # fmt: skip
                if board.knows(tap) or tap_key(tap) in taps:
                    duplicate += 1
                else:
                    taps[tap_key(tap)] = tap
        command_id = None
        if taps:
            command_id = self._ask(
                asking,
                lambda command_id, at: TapHouseholds(
                    command_id=command_id, by=asking.name, scope=asking.scope.code, at=at,
                    evacuation_id=evacuation_id, taps=tuple(taps.values()), helper_id=helper_id,
                ),
            )  # fmt: skip
        rejected.sort(key=lambda refused: refused["index"])
        told = {"accepted": len(taps), "duplicate": duplicate, "rejected": rejected}
        return answered(202, {"command_id": command_id, **told})

    def post_helpers(self, evacuation_id: str) -> Response:
        """202; the doors that are left go to these. 409 if somebody else changed who helps since `version`."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(HelpersRequest)
        self._check_known(wanted.recipient_ids)
        with self._instants.fold.lock:
            board = self._board(evacuation_id, asking).copy()
        split = self._evacuating.split_anew(board, wanted.recipient_ids)
        command_id = self._ask(
            asking,
            lambda command_id, at: ChangeHelpers(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at,
                evacuation_id=evacuation_id, helpers=split.helpers, shares=split.shares,
                version=board.evacuation.version if wanted.version is None else wanted.version,
            ),
        )  # fmt: skip
        return answered(202, {"command_id": command_id})

    def post_end(self, evacuation_id: str) -> Response:
        """202; taps that come later still count: a phone without a line was late."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(EndRequest)
        with self._instants.fold.lock:
            self._board(evacuation_id, asking)
        command_id = self._ask(
            asking,
            lambda command_id, at: EndEvacuation(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at,
                evacuation_id=evacuation_id, note=wanted.note.strip(),
            ),
        )  # fmt: skip
        return answered(202, {"command_id": command_id})

    def list_all(self) -> Response:
        """`?event_id&running&scope&as_of`: without buildings, the newest first."""
        asking, scope, running = principal(), scope_asked(), flag_of("running")
        event_id, limit = request.args.get("event_id", ""), limit_asked()
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            found = [
                board
                for board in situation.evacuations.values()
                if shows(board.evacuation, scope, asking.account.subject)
                and event_id in ("", board.evacuation.event_id)
                and running in (None, board.evacuation.is_running)
            ]
            found.sort(key=lambda board: board.evacuation.started_at, reverse=True)
            items: list[object] = [summary_of(board, as_of) for board in found[:limit]]
        return page_of(as_of, items, total=len(found))

    def get(self, evacuation_id: str) -> Response:
        """The whole board."""
        asking = principal()
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            board = situation.evacuations.get(evacuation_id)
            if board is None or not shows(board.evacuation, asking.scope, asking.account.subject):
                raise _unknown(evacuation_id)
            idle = idle_helpers(situation, board, as_of) if board.evacuation.is_running else {}
            return answer({"as_of": as_of, **board_of(board, as_of, asking, idle)})

    def list_taps(self, evacuation_id: str) -> Response:
        """`?household_id&limit`: every tap in the server's order, the newest first; the contradicted ones too."""
        asking, limit, household_id = principal(), limit_asked(), request.args.get("household_id", "")
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            board = situation.evacuations.get(evacuation_id)
            if board is None or not shows(board.evacuation, asking.scope, asking.account.subject):
                raise _unknown(evacuation_id)
            found = [tap for tap in reversed(board.taps) if household_id in ("", tap.household_id)]
        items: list[object] = [tap_item(tap) for tap in found[:limit]]
        return page_of(as_of, items, total=len(found))

    def households(self) -> Response:
        """How many households an area has, before anybody is asked to go there; same fields as `POST evacuations`."""
        require(Role.DUTY, Role.ADMIN, Role.LEADER)
        buildings = self._evacuating.buildings_in(parsed(AreaRequest).outline)
        doors = [h for building in buildings for h in building.households]
        return answer(
            {
                "households": len(doors),
                "people": sum(h.people for h in doors),
                "needs_help": sum(h.needs_help for h in doors),
                "buildings": [
                    {"building_code": b.building_code, "name": b.name, "lon": b.lon, "lat": b.lat,
                     "households": len(b.households)}
                    for b in buildings
                ],
            }
        )  # fmt: skip

    def _ask(self, asking: Principal, make: Callable[[str, datetime], Command]) -> str:
        words = texts(language(request))

        def reason(refused: CommandRefused) -> str:
            return words.find(f"evacuation_rule.{refused.rule}", words.find(f"rule.{refused.rule}", refused.reason))

        def now_there(situation: Situation, command: Command, refused: CommandRefused) -> dict[str, object]:
            """What somebody else made of it meanwhile, for who asked from an older version."""
            if not (isinstance(command, ChangeHelpers) and refused.rule == "evacuation_changed"):
                return {}
            return changed_meanwhile(situation.evacuations[command.evacuation_id], asking)

        told = self._commands.ask(asking, make, reason_of=reason, refused_with=now_there)
        return str(msgspec.json.decode(told.get_data())["command_id"])

    def _board(self, evacuation_id: str, asking: Principal) -> Board:
        """Call with the fold's lock held. Raises ProblemError 404 for what this account does not see."""
        board = self._instants.fold.situation.evacuations.get(evacuation_id)
        if board is None or not shows(board.evacuation, asking.scope, asking.account.subject):
            raise _unknown(evacuation_id)
        return board

    def _check_known(self, helper_ids: list[str]) -> None:
        unknown = [helper_id for helper_id in helper_ids if not self._evacuating.knows(helper_id)]
        if unknown:
            words = texts(language(request))
            raise ProblemError(
                409,
                words["evacuation_rule.recipient_unknown"],
                rule="recipient_unknown",
                recipients=[clean(u) for u in unknown],
            )


def _unknown(evacuation_id: str) -> ProblemError:
    return ProblemError(404, f"no evacuation {clean(evacuation_id[:200])} is known", rule="unknown_evacuation")


def evacuations_blueprint(evacuations: Evacuations) -> Blueprint:
    """`/api/v1/evacuations…` and `/api/v1/households/count`."""
    blueprint = Blueprint("evacuations", __name__, url_prefix="/api/v1")
    one = "/evacuations/<evacuation_id>"
    blueprint.add_url_rule("/evacuations", "list", evacuations.list_all, methods=["GET"])
    blueprint.add_url_rule("/evacuations", "post", evacuations.post, methods=["POST"])
    blueprint.add_url_rule(one, "get", evacuations.get, methods=["GET"])
    blueprint.add_url_rule(f"{one}/taps", "list_taps", evacuations.list_taps, methods=["GET"])
    blueprint.add_url_rule(f"{one}/taps", "post_taps", evacuations.post_taps, methods=["POST"])
    blueprint.add_url_rule(f"{one}/helpers", "post_helpers", evacuations.post_helpers, methods=["POST"])
    blueprint.add_url_rule(f"{one}/end", "post_end", evacuations.post_end, methods=["POST"])
    blueprint.add_url_rule("/households/count", "households", evacuations.households, methods=["POST"])
    return blueprint
