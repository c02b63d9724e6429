"""智能巡查 of the demo: what the models say beside a report, how people judge it, and the picture with it.

The pictures are drawn here, no camera was ever there. They go through the public API like any platform's, and only for
findings that somebody may still want to look at.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from cockpit.simulator.course import Move, masked
from cockpit.simulator.scenery import draw_scene
from cockpit.simulator.sender import Sender

SOURCE = "video_ai"
#: the model's kind by the event's class; others are `other`
_KINDS = {
    "event.01.10": "garbage_exposed", "event.01.12": "road_dirty", "event.01.14": "road_spill",
    "event.01.25": "river_debris", "event.01.29": "open_air_grill", "event.01.92": "bin_overflow",
    "event.01.93": "bin_mixed", "event.02.01": "illegal_poster", "event.03.02": "road_occupied_by_site",
    "event.03.04": "site_dust", "event.03.06": "site_material", "event.03.11": "dump_truck_open",
    "event.03.12": "dump_truck_dirty", "event.04.01": "street_vendor", "event.04.05": "shop_outside",
    "event.04.06": "road_occupied", "event.04.10": "bike_parking", "event.04.93": "shared_bikes",
    "event.04.95": "road_promotion", "event.05.06": "road_flooded", "event.06.04": "shopfront_clutter",
    "part.02.17": "guardrail_broken",
}  # fmt: skip
#: how often a model of the kind is wrong when it is as sure as it can be, beside what its doubt says
_WRONG = {"road_flooded": 0.08, "site_dust": 0.14, "bike_parking": 0.02, "garbage_exposed": 0.01, "bin_overflow": 0.01}
_WRONG_NOTES = ("识别错误，不是此类", "画面不清，无法判断", "已报备或合规", "重复发现", "到场已无此情况")
_JUDGED_AFTER_S = 2600.0
_LONGEST_S = 2.5 * 3600


def told_of(code: str, grid_code: str, event_id: str) -> dict[str, Any]:
    """What the model says beside the report: kind, camera, box in the px of its picture."""
    rng = _rng(event_id)
    scene = draw_box(rng)
    return {
        "finding_kind": _KINDS.get(code, "other"),
        "camera_id": f"CAM-{grid_code[-9:]}-{int(rng.integers(1, 3))}",
        "box": scene,
        "model": "demo-vision 3",
    }


def draw_box(rng: np.random.Generator) -> list[int]:
    """Left, top, right, bottom in a picture of 960 × 540."""
    width, height = int(rng.integers(150, 300)), int(rng.integers(130, 190))
    left, top = int(rng.integers(60, 900 - width)), int(rng.integers(290, 500 - height))
    return [left, top, left + width, top + height]


def judged(moves: list[Move], *, kind: str, confidence: float, event_id: str) -> list[Move]:
    """The course of a finding: it waits for somebody's verdict, and is rejected where the model was wrong."""
    rng = _rng(event_id, 1)
    first = moves[0]
    verdict = next((move for move in moves if move.stage in ("accepted", "rejected", "voided")), None)
    if verdict is None:
        return moves
    wait_s = min(_LONGEST_S, _JUDGED_AFTER_S * float(np.exp(0.6 * rng.standard_normal())))
    wrong = 1.3 * (1 - confidence) + _WRONG.get(kind, 0.04)
    if rng.random() < wrong:
        at = first.at + timedelta(seconds=round(wait_s))
        note = _WRONG_NOTES[int(rng.integers(len(_WRONG_NOTES)))]
        return [first, replace(verdict, stage="rejected", at=at, by=masked(rng), note=note)]
    end = next((move.at for move in moves if move.stage == "fed_back"), None)
    if verdict.stage != "accepted" or end is None:
        return moves
    # handling takes what is left: nobody waits longer for the end because the beginning was late
    until = min(first.at + timedelta(seconds=round(wait_s)), first.at + 0.8 * (end - first.at))
    share = (end - until) / (end - verdict.at)
    return [
        replace(move, at=_whole(end - (end - move.at) * share)) if verdict.at <= move.at < end else move
        for move in moves
    ]


class Camera:
    """Draws the picture of a finding and hands it in before the finding is told."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def seen(self, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same reports; those of models with the address of their picture, as far as it could be handed in."""
        return [self._with_picture(body) if "finding_kind" in body else body for body in bodies]

    def _with_picture(self, body: dict[str, Any]) -> dict[str, Any]:
        picture = draw_scene(
            body["finding_kind"],
            body["box"],
            camera=body["camera_id"],
            at=body["reported_at"],
            rng=_rng(body["event_id"], 2),
        )
        url = self._sender.post_picture(picture, body["lon"], body["lat"])
        return {**body, "attachments": [url]} if url else body


def _whole(at: Any) -> Any:
    return at.replace(microsecond=0)


def _rng(event_id: str, part: int = 0) -> np.random.Generator:
    return np.random.default_rng([part, *event_id.encode()])
