"""Noticing a wrong fingerprint key: with another key every repeat would be refused as another intent."""

import hmac

from chassis.runtime.postgres import Database
from ledger_service.store.statements import SQL


class WrongFingerprintKeyError(Exception):
    """The database was filled with another fingerprint key than the one in the settings."""


async def ensure_key_mark(database: Database, mark: bytes) -> None:
    """Leaves the key's mark at the first start; afterwards raises WrongFingerprintKeyError for another one."""
    async with database.acquire() as connection:
        await connection.execute(SQL.mark_key, mark)
        kept = await connection.fetchval(SQL.read_key_mark)
    if not hmac.compare_digest(kept, mark):
        raise WrongFingerprintKeyError("the fingerprint key is not the one this database was filled with")
