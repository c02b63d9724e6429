"""设备台账 of the demo city: the devices that its simulated day speaks of, at the places that it gives them."""

import csv
import sys
from pathlib import Path

from cockpit.simulator.alarms import DEVICE_KINDS, DEVICES, device_of
from cockpit.simulator.ground import Ground
from cockpit.simulator.readings import INTERVAL_S

#: the seed that the demo runs with unless told otherwise
SEED = 7
_NAMES = {
    "smoke": ("烟感", "区消防救援大队", "smoke:..0.1 dB/m"),
    "water_level": ("水位计", "区林水局", "water_level:..3.2 m"),
    "gas": ("燃气探测器", "区城管局", "gas:..20 %LEL"), "elevator": ("电梯", "区市场监管局", ""),
    "manhole": ("井盖传感器", "区城管局", "tilt:..10 °"), "dust": ("扬尘监测点", "区住建局", "pm10:..150 μg/m³"),
    "water_quality": ("水质监测点", "区生态环境分局", "nh3_n:..1.5 mg/L"), "access": ("门禁", "区公安分局", ""),
}  # fmt: skip


def write_devices(city: Path) -> int:
    """Write `devices.csv` of a city directory; how many devices."""
    ground = Ground.load(city)
    rows = []
    for kind in DEVICE_KINDS:
        title, owner, limits = _NAMES[kind]
        for number in range(1, DEVICES // len(DEVICE_KINDS) + 1):
            device_id, spot = device_of(kind, number, ground, SEED)
            interval = f"{INTERVAL_S:g}" if limits else ""
            rows.append(
                [
                    device_id,
                    kind,
                    f"{spot.address}{title}",
                    f"{spot.lon:.6f}",
                    f"{spot.lat:.6f}",
                    owner,
                    interval,
                    limits,
                ]
            )
    with (city / "devices.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["device_id", "kind", "name", "lon", "lat", "owner", "interval_s", "limits"])
        table.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    print(f"written: {write_devices(Path(sys.argv[1]))} devices")
