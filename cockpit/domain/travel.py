"""行程: how people and things come to a place, how fast, and what the straight line is worth where no road is known."""

from enum import StrEnum

#: by how much a way through streets is longer than the line between its ends (Boscoe et al. 2012: 1.42 on average)
DETOUR = 1.4
#: the last metres between road and place are walked by everybody, m/s
WALKING_MPS = 1.3


class Travel(StrEnum):
    """The way somebody moves."""

    FOOT = "foot"
    EBIKE = "ebike"
    VEHICLE = "vehicle"
    AIR = "air"


#: m/s where nothing more is known than how somebody moves
SPEED_MPS = {Travel.FOOT: WALKING_MPS, Travel.EBIKE: 4.2, Travel.VEHICLE: 7.0, Travel.AIR: 12.0}
#: m/s of a vehicle by class of road, with its stops: 40, 30 and 18 km/h
ROAD_SPEED_MPS = {"arterial": 11.0, "street": 8.3, "lane": 5.0}
