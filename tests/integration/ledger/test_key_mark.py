"""A ledger that is started with another fingerprint key is not started at all."""

import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.store.key_mark import WrongFingerprintKeyError, ensure_key_mark
from tests.support.servers import Databases


async def test_another_key_is_noticed(databases: Databases) -> None:
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="4") as fresh,
        open_database(SecretStr(fresh.url), application_name="test", pool_size=2) as database,
    ):
        await ensure_key_mark(database, Fingerprints(b"a" * 32).of_key())
        await ensure_key_mark(database, Fingerprints(b"a" * 32).of_key())
        with pytest.raises(WrongFingerprintKeyError):
            await ensure_key_mark(database, Fingerprints(b"b" * 32).of_key())
