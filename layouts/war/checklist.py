"""预案清单: what the plan that runs asks for, what is done and when."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.services.wartime import ChecklistItem, Scene
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph
from layouts.opens import Shows, opens
from layouts.panel import as_of_badge, empty_line, header, sub
from layouts.wall import Wall
from layouts.war.to_desk import to_plan


def checklist(scene: Scene, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    badge, title = as_of_badge(texts, None, ()), texts["checklist.title"]
    plan = scene.checklist
    if plan is None:
        return [header(title, badge), empty_line(texts["checklist.none"])]
    facts = texts.format("checklist.sub", plan=plan.plan[texts.lang], done=plan.done, all=len(plan.items))
    # what is done last and what comes next; the first steps of a long list have had their time
    first = max(0, min(plan.done - 2, len(plan.items) - wall.checklist_rows))
    shown = plan.items[first : first + wall.checklist_rows]
    # the one that is to be done next is the one in hand
    in_hand = next((item for item in plan.items if item.done_at is None), None)
    return [
        header(title, badge, [sub(opens(facts, to_plan(scene, context, texts), Shows.RATE))]),
        html.div([_row(item, context, texts, in_hand=item is in_hand) for item in shown], className="rows checks"),
    ]


def _row(item: ChecklistItem, context: ScreenContext, texts: Texts, *, in_hand: bool) -> Any:
    text = item.text[texts.lang]
    if item.done_at is not None:
        shape, css, word = "pass", "done", context.local(item.done_at).strftime("%H:%M")
    elif in_hand:
        shape, css, word = "doing", "running", texts["checklist.running"]
    else:
        shape, css, word = "none", "waiting-item", texts["checklist.waiting"]
    return html.div(
        [glyph(shape), html.span(text, className="text"), html.span(word, className="at")],
        className=f"check {css}",
        title=f"{text} {item.by}".strip(),
    )
