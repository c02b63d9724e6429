"""图层修订: what people changed on features of thematic layers since these were imported."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Engine, Row, func, select

from cockpit.store.database import insert_of, writing
from cockpit.store.layer_columns import Feature, FeatureEdit
from cockpit.store.schema.layers import layer_edits

_KEYS = ["layer", "feature_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEdit:
    """The last edit of one feature; `number` rises with every edit of any layer."""

    layer: str
    number: int
    edit: FeatureEdit
    at: datetime
    by: str


class LayerEdits:
    """The table `layer_edits`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, layer: str, edit: FeatureEdit, *, at: datetime, by: str) -> int:
        """Keep how a feature is from now on; the number of the edit."""
        insert = insert_of(layer_edits, self._engine.dialect)
        told = _values(edit) | {"layer": layer, "edited_at": at, "edited_by": by}
        with writing(self._engine).begin() as connection:
            number = int(connection.scalar(select(func.max(layer_edits.c.number))) or 0) + 1
            changing = {name: insert.excluded[name] for name in (*told, "number") if name not in _KEYS}
            connection.execute(
                insert.on_conflict_do_update(index_elements=_KEYS, set_=changing), told | {"number": number}
            )
        return number

    def mark(self) -> int:
        """The number of the newest edit; 0 while there is none."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.max(layer_edits.c.number))) or 0)

    def read(self, after: int = 0) -> list[KeptEdit]:
        """Edits with a number above `after`, the oldest first."""
        query = select(layer_edits).where(layer_edits.c.number > after).order_by(layer_edits.c.number)
        with self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(query)]


def _values(edit: FeatureEdit) -> dict[str, object]:
    feature = edit.feature or Feature(0, edit.id, "", "", "", "", 0.0, 0.0)
    return {
        "feature_id": edit.id, "removed": edit.feature is None, "name": feature.name, "kind": feature.kind,
        "state": feature.state, "owner": feature.owner, "lon": feature.lon, "lat": feature.lat,
        "attributes": msgspec.json.encode(feature.attributes).decode(),
    }  # fmt: skip


def _kept(row: Row[tuple[object, ...]]) -> KeptEdit:
    feature = None
    if not row.removed:
        feature = Feature(
            0, row.feature_id, row.name, row.kind, row.state, row.owner, row.lon, row.lat, None,
            msgspec.json.decode(row.attributes),
        )  # fmt: skip
    edit = FeatureEdit(id=row.feature_id, feature=feature)
    return KeptEdit(layer=row.layer, number=row.number, edit=edit, at=row.edited_at, by=row.edited_by)
