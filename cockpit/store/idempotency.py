"""Idempotency-Key: the same key of the same account means the same command, however often it is sent."""

from datetime import datetime

from sqlalchemy import Engine, delete, select

from cockpit.store.database import insert_of, writing
from cockpit.store.schema.accounts import idempotency_keys


class IdempotencyKeys:
    """The table `idempotency_keys`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, account: str, key: str, command_id: str, now: datetime) -> str:
        """The command id that goes with the key: `command_id` for the first who claims it, that one's for all later."""
        c = idempotency_keys.c
        row = {"account": account, "key": key, "command_id": command_id, "at": now}
        with writing(self._engine).begin() as connection:
            connection.execute(insert_of(idempotency_keys, connection.dialect).on_conflict_do_nothing(), row)
            first = select(c.command_id).where(c.account == account, c.key == key)
            return str(connection.execute(first).scalar_one())

    def delete_before(self, at: datetime) -> int:
        """Forget keys claimed before `at`; how many."""
        with writing(self._engine).begin() as connection:
            return int(connection.execute(delete(idempotency_keys).where(idempotency_keys.c.at < at)).rowcount)
