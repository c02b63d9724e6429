"""设置: every setting has a name `COCKPIT_…`, a default and a line in docs/settings.md; no secret has a default.

`REDIS_URL` and `DATABASE_URL` are read under their usual names as well. Only the composition root (app, cli,
supervisor) reads settings; everything else takes arguments.
"""

from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cockpit.domain.office_hours import parse_office_hours
from cockpit.domain.report import ReportKind
from cockpit.services.base_maps import BaseMaps, base_maps_of


def _default_data_dir() -> Path:
    return user_data_path("cockpit")


class Settings(BaseSettings):
    """All settings of one process. `cockpit up --set K=V` sets `COCKPIT_K` for every process it starts."""

    model_config = SettingsConfigDict(env_prefix="COCKPIT_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_default_data_dir, description="where databases, logs and secrets live")
    host: str = Field(default="127.0.0.1", description="address to serve on")
    port: int = Field(default=8050, ge=0, le=65535, description="port to serve on; 0 picks a free one")
    redis_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("COCKPIT_REDIS_URL", "REDIS_URL"),
        description="Redis or Valkey to use (`redis+cluster://HOST:PORT,HOST:PORT` for a cluster, "
        "`redis+sentinel://HOST:PORT,HOST:PORT/NAME` for sentinels); without it `cockpit up` runs an embedded one",
    )
    redis_wait_replicas: int = Field(
        default=0, ge=0, description="so many Redis replicas have what is acknowledged before it is; not with a cluster"
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("COCKPIT_DATABASE_URL", "DATABASE_URL"),
        description="SQLAlchemy URL of the journal; without it SQLite in the data dir",
    )
    city: str = Field(default="yuhang", description="a shipped city's name or a directory of the same shape")
    empty: bool = Field(
        default=False, description="no demo city and nothing simulated; divisions that were imported are its own"
    )
    tz: str = Field(default="Asia/Shanghai", description="time zone of an `empty` city, for its local day")
    simulate: bool = Field(default=True, description="run the simulator in `cockpit up`")
    seed: int = Field(default=7, description="seed of the simulated day")
    at_risk_share: float = Field(
        default=0.80, gt=0, lt=1, description="share of the allowed time from which an event is possibly overtime"
    )
    accept_within_s: float = Field(
        default=900, ge=0, description="seconds to accept a report or a call before it is overtime; 0: no such clock"
    )
    assign_within_s: float = Field(
        default=900, ge=0, description="seconds to assign what was accepted or came back; 0: no such clock"
    )
    assign_by_rules: bool = Field(
        default=False, description="assign accepted events of a known class and place by the list of responsibilities"
    )
    office_hours: str = Field(
        default="08:00-12:00,14:00-18:00", description="when working limits (工作时, 工作日) count, local times"
    )
    working_day_hours: float = Field(default=8.0, gt=0, le=24, description="office hours that one 工作日 stands for")
    target_rate: float = Field(default=0.95, gt=0, le=1, description="on-time handling rate that counts as reached")
    tile_url: str = Field(
        default="",
        description="XYZ or WMTS tiles under the map, e.g. https://…/{z}/{x}/{y}.png; see docs/base-maps.md",
    )
    tile_key: SecretStr | None = Field(
        default=None, description="what `{key}` in `tile_url` stands for; browsers never see it"
    )
    tile_hosts: str = Field(default="", description="what `{s}` in `tile_url` stands for, between commas, e.g. a,b,c")
    tile_crs: str = Field(default="wgs84", description="coordinates of the tile layer: wgs84, gcj02 or bd09")
    tile_look: Literal["light", "imagery", "dark"] = Field(
        default="light",
        description="how `tile_url` is darkened: light maps are turned over, imagery is dimmed, dark ones stay",
    )
    tile_attribution: str = Field(default="", description="source and 审图号 of the tile layer, shown on the map")
    tianditu_key: SecretStr | None = Field(
        default=None, description="key (tk) of 天地图 for servers; with it 天地图 is among the base maps"
    )
    base_map: Literal["", "none", "own", "tianditu_vec", "tianditu_img"] = Field(
        default="", description="base map that screens open with; empty: `own` if there is a `tile_url`, else none"
    )
    tile_cache_mb: int = Field(default=512, ge=1, description="room for tiles of base maps in the data dir, in MiB")
    tile_cache_days: float = Field(
        default=30.0, gt=0, description="tiles of base maps are asked for anew after so many days"
    )
    map_approval: str = Field(default="", description="审图号 of the boundaries, shown on the map")
    web_threads: int = Field(default=300, ge=8, description="threads of a web process: open browsers + 10 or more")
    panels_interval_s: float = Field(default=1.0, gt=0.1, description="how often the panels are redrawn at most")
    on_duty_within_s: int = Field(default=900, description="a gridworker heard of within this time is on duty")
    alarm_act_within_s: float = Field(
        default=900, gt=0, description="an alarm that somebody acts on within this time counts as handled in time"
    )
    stale_after_s: float = Field(
        default=300, gt=0, description="nobody whose position is older than this is named as near and free"
    )
    feed_stale_periods: float = Field(
        default=2.0, ge=1, description="a feed or device silent for so many of its intervals is stale"
    )
    feed_lost_periods: float = Field(
        default=10.0, ge=1, description="a feed or device silent for so many of its intervals is lost"
    )
    order_accept_within_s: float = Field(
        default=120.0, ge=1, le=86_400, description="how long the acceptance of an order is waited for by default"
    )
    order_grace_s: float = Field(
        default=15.0, ge=0, description="a reminder of an order is given at least so long before somebody else goes"
    )
    order_arrived_within_m: float = Field(
        default=50.0, gt=0, description="who has accepted an order and is so near the place has arrived"
    )
    camera_url: str = Field(
        default="",
        description="address of a camera's stream with `{id}`, e.g. https://…/{id}/whep; see docs/wartime.md",
    )
    camera_stream: Literal["", "hls", "whep", "jpeg", "video"] = Field(
        default="", description="how `camera_url` is played; empty: told by its ending"
    )
    camera_hosts: str = Field(
        default="",
        description="hosts between commas that a camera's own `stream_url` may lead to, e.g. `video.example.cn:8443`",
    )
    notice_file: Path | None = Field(
        default=None,
        description="TOML file of notice channels; without it notices.toml in the data dir, if it is there",
    )
    notice_lang: Literal["zh-CN", "en"] = Field(default="zh-CN", description="language of outgoing notices")
    outward_allow: str = Field(
        default="",
        description="networks that facts may be sent to although they are this machine's or link-local, "
        "e.g. 127.0.0.0/8,::1/128",
    )
    outward_plain_http: bool = Field(default=False, description="receivers of facts may be reached without TLS")
    outward_ca_file: Path | None = Field(
        default=None, description="PEM file of certificate authorities of receivers, beside the usual ones"
    )
    outward_tries: int = Field(
        default=100, ge=1, description="tries in vain (two a second apart, later ten minutes) that stop a subscription"
    )
    reports_scheduled: str = Field(
        default="daily,weekly,monthly", description="reports made by themselves, between commas; empty: none"
    )
    reports_at: str = Field(default="07:00", description="local time of the day after at which they are made")
    reports_indicators: str = Field(
        default="", description="indicators of a report, names between commas; empty: the twelve of every screen"
    )
    reports_picture: bool = Field(default=True, description="a picture of the wall in daily reports, with a Chromium")
    reports_of_streets: bool = Field(default=False, description="a scheduled report for every street as well")
    reports_kept_days: float = Field(default=400.0, gt=0, description="how long made reports are kept")
    chromium: str = Field(
        default="", description="path or name of the Chromium that draws pictures of pages; empty: looked for"
    )
    screenshots_kept_days: float = Field(default=90.0, gt=0, description="how long pictures of pages are kept")
    checkpoint_interval_s: float = Field(default=60.0, gt=0, description="how often the situation is saved")
    facts_kept_hours: float = Field(default=48.0, gt=0, description="facts kept in Redis beyond the checkpoint")
    positions_kept_minutes: float = Field(default=30.0, gt=0, description="fixes kept in Redis")
    positions_kept_days: float = Field(default=7.0, gt=0, description="fixes kept in the archive")
    readings_kept_days: float = Field(default=7.0, gt=0, description="readings of devices kept in the archive")
    readings_kept_every_s: float = Field(
        default=60.0, ge=0, description="of each quantity of a device one value in so many seconds is kept; 0: all"
    )
    photos_most_mb: int = Field(default=10_240, gt=0, description="room for photos in the data dir, in MiB")
    layer_file_most_mb: int = Field(default=2_048, gt=0, description="the largest file of a thematic layer, in MiB")
    layer_versions_kept: int = Field(
        default=5, ge=1, description="imported versions of each thematic layer that are kept for the way back"
    )
    photos_a_day: int = Field(default=300, gt=0, description="photos that one account may attach within a day")
    learn_every_h: float = Field(
        default=1.0, ge=0, description="how often it is asked whether closed events teach something new; 0: never"
    )
    command_phone: str = Field(
        default="",
        pattern=r"^(\+?[0-9][0-9 ()-]{1,28}[0-9])?$",
        description="number of the command centre that gridworkers call from the phone page",
    )
    session_hours: float = Field(default=24.0 * 30, gt=0, description="how long a browser stays signed in")
    public_url: str = Field(default="", description="address that browsers use, if a proxy stands before the server")
    log_level: str = Field(default="info", description="debug, info, warning or error")

    @field_validator("office_hours")
    @classmethod
    def _are_office_hours(cls, text: str) -> str:
        parse_office_hours(text)
        return text

    @field_validator("reports_scheduled")
    @classmethod
    def _are_reports(cls, text: str) -> str:
        kinds = [ReportKind(part.strip()) for part in text.split(",") if part.strip()]
        return ",".join(kinds)

    @field_validator("reports_indicators")
    @classmethod
    def _are_indicators(cls, text: str) -> str:
        if not text.strip():
            return ""
        from cockpit.services.reports.chosen import chosen_names

        return ",".join(chosen_names(text.split(",")))

    @field_validator("reports_at")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        return time.fromisoformat(text).isoformat(timespec="minutes")

    @field_validator("outward_allow")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for part in filter(None, (part.strip() for part in text.split(","))):
            ip_network(part)
        return text

    @field_validator("tz")
    @classmethod
    def _is_a_zone(cls, tz: str) -> str:
        try:
            ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"no time zone {tz!r}") from None
        return tz

    @model_validator(mode="after")
    def _base_maps_can_be(self) -> "Settings":
        self.base_maps()
        return self

    def base_maps(self) -> BaseMaps:
        """What may lie under the map."""
        return base_maps_of(
            tile_url=self.tile_url,
            tile_key=self.tile_key.get_secret_value() if self.tile_key else "",
            tile_hosts=self.tile_hosts,
            tile_crs=self.tile_crs,
            tile_attribution=self.tile_attribution,
            tile_look=self.tile_look,
            tianditu_key=self.tianditu_key.get_secret_value() if self.tianditu_key else "",
            first=self.base_map,
        )

    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'cockpit.db'}"

    def redis(self) -> str:
        """The Redis URL in force. Raises LookupError when there is none."""
        if self.redis_url is None:
            raise LookupError("REDIS_URL is not set; `cockpit up` starts an embedded server by itself")
        return self.redis_url.get_secret_value()
