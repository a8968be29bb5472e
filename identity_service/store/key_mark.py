"""Noticing a wrong fingerprint key: with another key every identifier would be unknown and every member made twice."""

import hmac

from chassis.runtime.postgres import Database
from identity_service.store.statements import SQL

_MARK_KEY = SQL.mark_key
_READ_KEY_MARK = SQL.read_key_mark


class WrongFingerprintKeyError(Exception):
    """The database was filled with another fingerprint key than the one in the settings."""


async def ensure_key_mark(database: Database, mark: bytes) -> None:
    """Leaves the key's mark at the first start; afterwards raises WrongFingerprintKeyError for another one."""
    await database.fetchval(_MARK_KEY, mark)
    if not hmac.compare_digest(await database.fetchval(_READ_KEY_MARK), mark):
        raise WrongFingerprintKeyError("the fingerprint key is not the one this database was filled with")
