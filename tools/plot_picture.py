"""What is drawn on the map for the picture of 标绘: a road that has sunk, and how it is closed off."""

from datetime import UTC, datetime
from typing import Final

from tests.cli.running import Running

#: the event of the picture
SCENE: Final = "higher_level:plotted"
LON, LAT = 119.9906, 30.2853
#: kind, symbol, corners in degrees from the scene, words
_DRAWN: Final = (
    ("area", "cordon", [(-0.0015, -0.0008), (0.0016, -0.0009), (0.0018, 0.0011), (-0.0012, 0.0012)], ""),
    ("point", "hazard", [(0.0004, 0.0004)], "燃气泄漏"),
    ("point", "gathering", [(-0.003, 0.0018)], ""),
    ("line", "blocked_road", [(-0.004, -0.0014), (0.004, -0.0018)], ""),
    ("line", "route", [(-0.0028, 0.0026), (-0.001, 0.0021), (0.0025, 0.0024)], "疏散路线"),
    ("arrow", "route", [(0.0045, 0.0005), (0.0022, 0.0003)], "抢修车进场"),
    ("text", "mark", [(-0.0005, -0.0024)], "现场指挥部"),
)


def draw_scene(up: Running) -> None:
    """A road collapses in 仓前街道 and an officer draws what holds there; it is the first of the queue."""
    report = {
        "event_id": "plotted", "source": "higher_level", "title": "路面塌陷", "category": "event.05.05",
        "severity": "III", "lon": LON, "lat": LAT, "address": "文一西路",
        "reported_at": datetime.now(UTC).isoformat(), "due_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with up.client(up.linked_token("admin")) as feed:
        feed.post("feeds/events", json=report)
    with up.client(up.linked_token("duty")) as duty:
        for kind, symbol, corners, label in _DRAWN:
            points = [[LON + east, LAT + north] for east, north in corners]
            told = {"kind": kind, "symbol": symbol, "points": points, "label": label}
            duty.post("plots", json=told).raise_for_status()
