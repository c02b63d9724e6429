"""`POST evacuations/{id}/split` 再分: untouched doors of helpers who are silent or out go to the others."""

from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import Instants
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.api.messages import Id
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.evacuation import MOST_HELPERS, Share
from cockpit.domain.evacuation_commands import SplitDoors
from cockpit.domain.role import Role
from cockpit.services.evacuating import Evacuating
from cockpit.situation.evacuations import Board
from cockpit.situation.split_doors import idle_helpers, untouched_of

_Helpers = Annotated[list[Id], Field(max_length=MOST_HELPERS)]


class SplitRequest(BaseModel):
    """Whose untouched doors go to whom; those who are silent or out, and all others, where nobody is named."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    from_ids: _Helpers = Field(default_factory=list, alias="from")
    to_ids: _Helpers = Field(default_factory=list, alias="to")


class EvacuationSplit:
    """Looks up who is idle and who could take over, and asks for it."""

    def __init__(self, instants: Instants, commands: Commands, evacuating: Evacuating) -> None:
        self._instants, self._commands, self._evacuating = instants, commands, evacuating

    def post(self, evacuation_id: str) -> Response:
        """202 with who gives, who takes and how many doors. 409: nothing to split, nobody to take, it is over."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted, words = parsed(SplitRequest), texts(language(request))
        with self._instants.fold.lock:
            situation = self._instants.fold.situation
            board = situation.evacuations.get(evacuation_id)
            if board is None or not asking.scope.covers(board.evacuation.code):
                raise ProblemError(
                    404, f"no evacuation {clean(evacuation_id[:200])} is known", rule="unknown_evacuation"
                )
            board = board.copy()
            idle = idle_helpers(situation, board, self._instants.clock())
        named = (*wanted.from_ids, *wanted.to_ids)
        unknown = [helper_id for helper_id in named if not board.evacuation.has_helper(helper_id)]
        if unknown:
            told = words["evacuation_rule.recipient_unknown"]
            raise ProblemError(409, told, rule="recipient_unknown", recipients=[clean(u) for u in unknown])
        givers = tuple(h for h in dict.fromkeys(wanted.from_ids or idle) if untouched_of(board, h))
        helpers = (helper.helper_id for helper in board.evacuation.helpers if helper.helper_id not in idle)
        takers = tuple(h for h in dict.fromkeys(wanted.to_ids or helpers) if h not in (*givers, *wanted.from_ids))
        shares = self._shares(board, givers, takers, words["evacuation_rule.no_one_to_take"])
        return self._commands.ask(
            asking,
            lambda command_id, at: SplitDoors(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, evacuation_id=evacuation_id,
                from_ids=givers, shares=shares,
            ),
            reason_of=lambda refused: words.find(f"evacuation_rule.{refused.rule}", refused.reason),
            answered_with=lambda _command_id: {
                "from": givers,
                "to": [share.helper_id for share in shares if share.household_ids],
                "doors": sum(len(share.household_ids) for share in shares),
            },
        )  # fmt: skip

    def _shares(self, board: Board, givers: tuple[str, ...], takers: tuple[str, ...], nobody: str) -> tuple[Share, ...]:
        """Nothing for an evacuation that is over or has nothing to give: its rule says so."""
        if not givers or not board.evacuation.is_running:
            return ()
        if not takers:
            raise ProblemError(409, nobody, rule="no_helpers")
        return self._evacuating.split_doors(board, givers, takers)


def evacuation_split_blueprint(split: EvacuationSplit) -> Blueprint:
    """`/api/v1/evacuations/{id}/split`."""
    blueprint = Blueprint("evacuation_split", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/evacuations/<evacuation_id>/split", "post", split.post, methods=["POST"])
    return blueprint
