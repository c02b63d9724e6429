"""Plans and runs as the API tells them, in the language of the person who asks."""

from typing import Any

from cockpit.catalogue import texts
from cockpit.domain.plan import Match, MatchWhy, Plan
from cockpit.situation.plan_book import RunningPlan


def plan_item(plan: Plan, lang: str, match: Match | None = None) -> dict[str, Any]:
    """A plan; `match` is null where nobody asked about an event, and where the plan does not fit it."""
    why_not = [_why(w, lang) for w in match.why_not] if match is not None and not match.fits else []
    return {
        "plan_id": plan.plan_id,
        "title": plan.title.of(lang),
        "about": plan.about.of(lang),
        "version": plan.version,
        "mode": plan.mode,
        "accept_within_s": plan.accept_within_s,
        "trigger": {
            "categories": plan.trigger.categories,
            "words": plan.trigger.words,
            "severities": plan.trigger.severities,
            "within": plan.trigger.within,
        },
        "forces": [
            {
                "kind": force.kind,
                "title": texts(lang).find(f"resource_kind.{force.kind}", force.kind),
                "count": force.count,
                "radius_m": force.radius_m,
                "skills": force.skills,
                "task": force.task.of(lang),
            }
            for force in plan.forces
        ],
        "checklist": [{"id": item.item_id, "text": item.words.of(lang)} for item in plan.checklist],
        "messages": [{"to": message.to, "text": message.words.of(lang)} for message in plan.messages],
        "told": [message.to for message in plan.messages],
        "cameras": {"n": plan.cameras.count, "radius_m": plan.cameras.radius_m} if plan.cameras.count else None,
        "layers": plan.layers,
        "match": {"score": match.score, "why": [_why(w, lang) for w in match.why]} if match and match.fits else None,
        "why_not": why_not,
    }


def run_item(running: RunningPlan, lang: str) -> dict[str, Any]:
    """A plan that was run, with its checklist as it stands."""
    run, ticks = running.run, running.ticks

    def line(item_id: str, text: str) -> dict[str, Any]:
        tick = ticks.get(item_id)
        return {
            "id": item_id, "text": text, "done": tick.done if tick else False, "by": tick.by if tick else None,
            "at": tick.at if tick else None, "note": tick.note if tick else "",
        }  # fmt: skip

    return {
        "run_id": run.run_id,
        "plan_id": run.plan_id,
        "version": run.plan_version,
        "title": run.title.of(lang),
        "event_id": run.event_id,
        "at": run.at,
        "by": run.by,
        "order_ids": run.order_ids,
        "lacking": [lacking._asdict() for lacking in run.lacking],
        "passed": [passed._asdict() for passed in run.passed],
        "checklist": [line(item.item_id, item.words.of(lang)) for item in run.checklist],
        "done": running.done,
        "told": [told._asdict() for told in run.told],
        "cameras": run.cameras,
        "layers": run.layers,
    }


def _why(why: MatchWhy, lang: str) -> str:
    words = texts(lang)
    value = why.value
    if why.key == "severity":
        value = words.find(f"severity.{value}", value)
    elif why.key in ("category", "kind"):
        # a person reads the name of the class; what is no code stays as it is
        value = words.find(f"category.{'.'.join(value.split('.')[:2])}", value)
    return words.format(f"plan_why.{why.key}", value=value)
