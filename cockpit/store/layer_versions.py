"""图层版本: what was imported into each thematic layer, which of it is shown, and the way back."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select

from cockpit.store.database import insert_of, writing
from cockpit.store.schema.layers import layer_versions, layers_in_use

#: the version of a layer whose things came with the city, or are kept in another book
SHIPPED = 0


class NoSuchVersionError(LookupError):
    """The layer has no version of that number, or none to go back to; the text is one line that says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerVersion:
    """One import of a layer; `version` counts from 1 in each layer, `folder` is under the data directory's layers."""

    layer: str
    version: int
    folder: str
    digest: str
    source_file: str
    crs: str
    total: int
    refused: int
    taken_at: datetime


class LayerVersions:
    """The tables `layer_versions` and `layers_in_use`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, found: LayerVersion) -> LayerVersion:
        """Keep this import and show it from now on; the number that it brings is replaced by the layer's next one."""
        with writing(self._engine).begin() as connection:
            newest = connection.scalar(
                select(func.max(layer_versions.c.version)).where(layer_versions.c.layer == found.layer)
            )
            kept = replace(found, version=(newest or SHIPPED) + 1)
            connection.execute(layer_versions.insert(), asdict(kept))
            _use(connection, kept.layer, kept.version, kept.taken_at)
        return kept

    def versions(self, layer: str) -> list[LayerVersion]:
        """All that are kept, the newest first."""
        query = select(layer_versions).where(layer_versions.c.layer == layer)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(layer_versions.c.version.desc())).all()
        return [LayerVersion(**row._mapping) for row in rows]

    def in_use(self) -> dict[str, LayerVersion]:
        """The shown version of each layer that shows an imported one."""
        query = select(layer_versions).join(
            layers_in_use,
            (layers_in_use.c.layer == layer_versions.c.layer) & (layers_in_use.c.version == layer_versions.c.version),
        )
        with self._engine.connect() as connection:
            return {row.layer: LayerVersion(**row._mapping) for row in connection.execute(query)}

    def back(self, layer: str, *, to: int | None = None, at: datetime) -> int:
        """Show the version before the shown one, or version `to`; 0 is what came with the city. NoSuchVersionError."""
        with writing(self._engine).begin() as connection:
            kept = set(
                connection.scalars(select(layer_versions.c.version).where(layer_versions.c.layer == layer))
            ) | {SHIPPED}  # fmt: skip
            shown = connection.scalar(select(layers_in_use.c.version).where(layers_in_use.c.layer == layer)) or SHIPPED
            if to is None:
                earlier = [version for version in kept if version < shown]
                if not earlier:
                    raise NoSuchVersionError(f"the layer {layer} shows what came with the city: there is no way back")
                to = max(earlier)
            elif to not in kept:
                listed = ", ".join(str(version) for version in sorted(kept))
                raise NoSuchVersionError(f"the layer {layer} has no version {to}; kept: {listed}")
            _use(connection, layer, to, at)
        return to

    def drop_all_but(self, layer: str, *, keep: int) -> list[str]:
        """Forget all but the newest `keep` versions and the shown one; the folders that nothing refers to any more."""
        with writing(self._engine).begin() as connection:
            shown = connection.scalar(select(layers_in_use.c.version).where(layers_in_use.c.layer == layer))
            rows = connection.execute(
                select(layer_versions.c.version, layer_versions.c.folder)
                .where(layer_versions.c.layer == layer)
                .order_by(layer_versions.c.version.desc())
            ).all()
            old = [row for row in rows[keep:] if row.version != shown]
            if old:
                connection.execute(
                    delete(layer_versions).where(
                        layer_versions.c.layer == layer, layer_versions.c.version.in_([row.version for row in old])
                    )
                )
        return [row.folder for row in old]


def _use(connection: Connection, layer: str, version: int, at: datetime) -> None:
    insert = insert_of(layers_in_use, connection.dialect)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["layer"], set_={"version": insert.excluded.version, "since": insert.excluded.since}
        ),
        {"layer": layer, "version": version, "since": at},
    )
