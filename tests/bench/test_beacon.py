"""When a jump is taken for seen, and when not."""

import numpy as np

from cockpit.bench.beacon import Eye, Jump
from cockpit.bench.screencast import Crop, Frame

EMPTY = np.full((6, 6), 20.0, dtype=np.float32)
SHOWN = np.full((6, 6), 140.0, dtype=np.float32)
EYE = Eye.learn([[SHOWN, EMPTY]], [[EMPTY, SHOWN]])


def frames_of(story: list[tuple[float, int | None]]) -> tuple[list[Frame], dict[float, list[Crop]]]:
    """Frames at times with the beacon at a place, None: nowhere."""
    crops = {at: [SHOWN if place == k else EMPTY for k in (0, 1)] for at, place in story}
    return [Frame(at, "") for at, _ in story], crops


def find(eye: Eye, jump: Jump, story: list[tuple[float, int | None]]) -> float | None:
    frames, crops = frames_of(story)
    return eye.find(jump, frames, lambda frame: crops[frame.at])


def test_a_jump_is_seen_in_the_first_frame_that_shows_it_arrived() -> None:
    assert find(EYE, Jump(1, 10.0), [(9.9, 0), (10.02, 0), (10.05, None), (10.08, 1), (10.1, 1)]) == 10.08


def test_a_jump_that_no_frame_shows_is_missed() -> None:
    assert find(EYE, Jump(1, 10.0), [(9.9, 0), (10.02, 0), (11.0, 0)]) is None


def test_a_jump_without_a_frame_before_it_is_missed() -> None:
    assert find(EYE, Jump(1, 10.0), [(10.02, 1)]) is None


def test_the_beacon_of_the_time_before_last_is_not_taken_for_a_quick_page() -> None:
    stale = [(9.9, 1), (10.01, 1), (10.4, 0), (10.9, 1)]
    assert find(EYE, Jump(1, 10.0), stale) == 10.9
    assert find(EYE, Jump(1, 10.0), stale[:3]) is None


def test_a_page_that_never_shows_the_beacon_gives_misses() -> None:
    blind = Eye.learn([[EMPTY, EMPTY]], [[EMPTY, EMPTY]])
    assert not blind.sees
    assert find(blind, Jump(1, 10.0), [(9.9, 0), (10.1, 1)]) is None


def test_nothing_learnt_sees_nothing() -> None:
    assert not Eye.learn([], []).sees


def test_a_ground_that_brightens_a_little_is_not_the_beacon() -> None:
    brighter = EMPTY + 30
    frames = [Frame(9.9, ""), Frame(10.1, "")]
    assert EYE.find(Jump(1, 10.0), frames, lambda frame: [EMPTY, EMPTY if frame.at < 10 else brighter]) is None
