"""`plots` 标绘: draw on the map, change a drawing, take it away; what is drawn, now or at an instant."""

from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import Instants, answer, choice_of, flag_of, limit_asked, page_of, scope_asked
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import principal, require
from cockpit.api.language import language
from cockpit.api.messages import Id
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.facts import CommandRefused
from cockpit.domain.plot import MOST_POINTS, Drawing, Plot, PlotKind, PlotSymbol, fault_of
from cockpit.domain.plot_commands import ChangePlot, DrawPlot, RemovePlot
from cockpit.domain.role import Role
from cockpit.services.city import City
from cockpit.services.plot_places import touched_by

_OFFICERS = (Role.DUTY, Role.ADMIN)
#: which field a rule is about
_FIELD_OF = {"symbol_not_of_kind": "symbol", "label_too_long": "label", "label_needed": "label"}


class PlotRequest(BaseModel):
    """A drawing in WGS-84; `label` are the words beside it, the words themselves for a text."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: PlotKind
    symbol: PlotSymbol = PlotSymbol.MARK
    points: Annotated[list[tuple[float, float]], Field(min_length=1, max_length=MOST_POINTS)] = Field(
        description="[[lon, lat], …]: one for a point or text, two or more for a line or arrow, the outline of an area"
    )
    label: Annotated[str, Field(max_length=1_000)] = ""
    event_id: Id | None = Field(default=None, description="the event that it belongs to; without one, your scope")


class PlotChangeRequest(PlotRequest):
    """The whole drawing as it shall be; its kind stays. `event_id` is not looked at."""

    expected_version: Annotated[int, Field(ge=1)] | None = None


class Plots:
    """Requests become commands; what is drawn comes from the fold."""

    def __init__(self, instants: Instants, commands: Commands, *, city: City) -> None:
        self._instants, self._commands, self._city = instants, commands, city

    def post(self) -> Response:
        """202 with the plot's id. 400 for what is no drawing, 409 outside your scope or for an event that is over."""
        asking = require(*_OFFICERS)
        wanted = parsed(PlotRequest)
        drawing = _drawing(wanted)
        touches = touched_by(drawing, self._city)
        return self._commands.ask(
            asking,
            lambda command_id, at: DrawPlot(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, drawing=drawing,
                touches=touches, event_id=wanted.event_id or "",
            ),
            reason_of=_reason,
            answered_with=lambda command_id: {"plot_id": command_id},
        )  # fmt: skip

    def put(self, plot_id: str) -> Response:
        """202; 409 `plot_changed` where somebody was quicker. One that was removed today comes back."""
        asking = require(*_OFFICERS)
        wanted = parsed(PlotChangeRequest)
        drawing = _drawing(wanted)
        self._check_known(plot_id)
        touches = touched_by(drawing, self._city)
        return self._commands.ask(
            asking,
            lambda command_id, at: ChangePlot(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, plot_id=plot_id,
                drawing=drawing, touches=touches, expected_version=wanted.expected_version,
            ),
            reason_of=_reason,
        )  # fmt: skip

    def delete(self, plot_id: str) -> Response:
        """202; the drawing can be brought back with PUT until midnight."""
        asking = require(*_OFFICERS)
        expected = request.args.get("expected_version", "")
        if expected and not (expected.isascii() and expected.isdigit() and len(expected) <= 9):
            raise ProblemError(400, "expected_version must be a number", field="expected_version")
        self._check_known(plot_id)
        return self._commands.ask(
            asking,
            lambda command_id, at: RemovePlot(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, plot_id=plot_id,
                expected_version=int(expected) if expected else None,
            ),
            reason_of=_reason,
        )  # fmt: skip

    def list_all(self) -> Response:
        """`?event_id&kind&symbol&removed&scope&as_of&limit`: the newest first; `removed` lists those instead."""
        scope, limit, event_id = scope_asked(), limit_asked(), request.args.get("event_id", "")
        kind, symbol, removed = choice_of("kind", PlotKind), choice_of("symbol", PlotSymbol), flag_of("removed")
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            found = [
                plot
                for plot in situation.plots.values()
                if plot.is_removed is bool(removed)
                and plot.is_in(scope)
                and event_id in ("", plot.event_id)
                and kind in (None, plot.drawing.kind)
                and symbol in (None, plot.drawing.symbol)
            ]
        found.sort(key=lambda plot: plot.drawn.at, reverse=True)
        items: list[object] = [_item(plot) for plot in found[:limit]]
        return page_of(as_of, items, total=len(found))

    def get(self, plot_id: str) -> Response:
        """One with who did what to it."""
        asking = principal()
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            plot = situation.plots.get(plot_id)
        if plot is None or not plot.is_in(asking.scope):
            raise _unknown(plot_id)
        return answer({"as_of": as_of, **_item(plot)})

    def _check_known(self, plot_id: str) -> None:
        with self._instants.fold.lock:
            plot = self._instants.fold.situation.plots.get(plot_id)
        if plot is None or not plot.is_in(principal().scope):
            raise _unknown(plot_id)


def _drawing(wanted: PlotRequest) -> Drawing:
    """What was drawn. Raises ProblemError 400 with the rule that it breaks."""
    drawing = Drawing(
        kind=wanted.kind, symbol=wanted.symbol, points=tuple((lon, lat) for lon, lat in wanted.points),
        label=" ".join(wanted.label.split()),
    )  # fmt: skip
    if fault := fault_of(drawing):
        words = texts(language(request))
        raise ProblemError(400, words[f"plot_rule.{fault}"], field=_FIELD_OF.get(fault, "points"), rule=fault)
    return drawing


def _item(plot: Plot) -> dict[str, Any]:
    drawing = plot.drawing
    return {
        "plot_id": plot.plot_id,
        "event_id": plot.event_id or None,
        "code": plot.code,
        "touches": plot.touches,
        "kind": drawing.kind,
        "symbol": drawing.symbol,
        "points": drawing.points,
        "label": drawing.label,
        "version": plot.version,
        "removed": plot.is_removed,
        "drawn_by": plot.drawn.by,
        "drawn_at": plot.drawn.at,
        "changes": [{"at": change.at, "by": change.by, "what": change.what} for change in plot.changes],
    }


def _reason(refused: CommandRefused) -> str:
    words = texts(language(request))
    return words.find(f"plot_rule.{refused.rule}", words.find(f"rule.{refused.rule}", refused.reason))


def _unknown(plot_id: str) -> ProblemError:
    return ProblemError(404, f"no drawing {clean(plot_id[:200])} is known", rule="unknown_plot")


def plots_blueprint(plots: Plots) -> Blueprint:
    """`/api/v1/plots…`."""
    blueprint = Blueprint("plots", __name__, url_prefix="/api/v1")
    one = "/plots/<plot_id>"
    blueprint.add_url_rule("/plots", "list", plots.list_all, methods=["GET"])
    blueprint.add_url_rule("/plots", "post", plots.post, methods=["POST"])
    blueprint.add_url_rule(one, "get", plots.get, methods=["GET"])
    blueprint.add_url_rule(one, "put", plots.put, methods=["PUT"])
    blueprint.add_url_rule(one, "delete", plots.delete, methods=["DELETE"])
    return blueprint
