"""为什么: what is told about each candidate, as keys of the catalogue and what fills them, put into words later."""

from collections.abc import Iterable

from cockpit.catalogue import Texts
from cockpit.domain.resource import kind_of
from cockpit.domain.shift import Duty, DutyBy
from cockpit.domain.travel import DETOUR
from cockpit.services.nearby.query import Candidate, LeftOut, NearbyQuery, Status, Why

_STATUS = {Status.BUSY: "busy", Status.REGISTERED: "registered"}
_DUTY = {DutyBy.ATTENDANCE: "signed_on", DutyBy.SHIFT: "on_shift", DutyBy.UNPLANNED: "reporting"}


def why_named(candidate: Candidate, rank: int, query: NearbyQuery, duty: Duty | None) -> tuple[Why, ...]:
    """Why somebody is named, and at this place: rank, status, way, skills."""
    found = [Why("soonest" if query.soonest else "nearest", {"rank": rank})]
    found.append(Why(_STATUS.get(candidate.status) or _DUTY[duty.by if duty else DutyBy.UNPLANNED]))
    if not kind_of(candidate.kind).works_from_afar:
        found.append(_way(candidate))
    if query.skills:
        found.append(Why("skilled", {"skills": ";".join(sorted(query.skills))}))
    return tuple(found)


def why_left_out(candidate: Candidate, query: NearbyQuery, duty: Duty | None) -> tuple[Why, ...]:
    """Why somebody near is not named."""
    match candidate.reason:
        case LeftOut.STALE:
            return (Why("left.stale", {"minutes": _minutes(candidate.age_s or 0.0)}),)
        case LeftOut.OFF_SHIFT:
            return (Why("left.signed_off" if duty and duty.by is DutyBy.ATTENDANCE else "left.off_shift"),)
        case LeftOut.NO_SKILL:
            return (Why("left.no_skill", {"skills": ";".join(sorted(query.skills - set(candidate.skills)))}),)
        case LeftOut.TOO_FAR:
            far: dict[str, float | str] = {"km": _km(candidate.distance_m), "radius_km": _km(query.radius_m)}
            return (Why("left.too_far", far), _way(candidate))
        case LeftOut.BUSY:
            return (Why("left.busy"),)
    return (Why("left.out_of_service"),)


def why_text(words: Texts, reasons: Iterable[Why]) -> str:
    """The reasons in the language of `words`, in one line."""
    return " · ".join(_text(words, reason) for reason in reasons)


def skill_text(words: Texts, skill: str) -> str:
    """A skill's title; of one that a city brought itself, its own word."""
    return words.find(f"skill.{skill}", skill)


def _text(words: Texts, reason: Why) -> str:
    values = dict(reason.values)
    if "travel" in values:
        values["travel"] = words[f"travel.{values['travel']}"]
    if "skills" in values:
        skills = str(values["skills"]).split(";")
        values["skills"] = "/".join(skill_text(words, skill) for skill in skills)
    return words.format(f"nearby.why.{reason.key}", **values)


def _way(candidate: Candidate) -> Why:
    travel = kind_of(candidate.kind).travel
    told: dict[str, float | str] = {"minutes": _minutes(candidate.eta_s), "travel": travel.value}
    if candidate.by_road:
        return Why("by_road", told | {"km": _km(candidate.road_m)})
    if travel.value == "air":
        return Why("by_air", told | {"km": _km(candidate.road_m)})
    return Why("straight", told | {"km": _km(candidate.distance_m), "factor": DETOUR})


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def _km(metres: float) -> float:
    return round(metres / 1000, 1 if metres >= 1000 else 2)
