"""What members prove themselves with, in PostgreSQL (ports `ProofStore` and `ProofChanges`)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database, Row
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import PATIENCE, Accepted, Attempts, ProofMethod, Purpose
from identity_service.domain.standing import Standing
from identity_service.store.changes import PostgresChanges
from identity_service.store.statements import SQL
from identity_service.use_cases.ports import Changes
from identity_service.use_cases.proof_ports import KeptCode, KeptKey, KeptPin, ProofChanges, UsedUp

_ACCEPT_PROOF = SQL.accept_proof
_COUNT_ATTEMPT = SQL.count_attempt
_FIND_APP_KEY = SQL.find_app_key
_FORGET_ATTEMPTS = SQL.forget_attempts
_LOCK_ATTEMPTS = SQL.lock_attempts
_LOCK_IDENTIFIER_CODE = SQL.lock_identifier_code
_OPEN_ATTEMPTS = SQL.open_attempts
_PUT_APP_KEY = SQL.put_app_key
_PUT_CODE = SQL.put_code
_PUT_IDENTIFIER_CODE = SQL.put_identifier_code
_PUT_PIN = SQL.put_pin
_READ_ACCEPTED = SQL.read_accepted
_READ_APP_KEY = SQL.read_app_key
_READ_CODE = SQL.read_code
_READ_PIN = SQL.read_pin
_READ_STANDING = SQL.read_standing
_RETIRE_APP_KEYS = SQL.retire_app_keys
_REVOKE_APP_KEY = SQL.revoke_app_key
_TRY_CODE = SQL.try_code
_USE_CODE = SQL.use_code
_USE_NONCE = SQL.use_nonce

T = TypeVar("T")


class PostgresProofChanges:
    """The port over a connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put_pin(self, member: MemberKey, pin: KeptPin, now: datetime) -> None:
        await self._connection.execute(_PUT_PIN, *_columns(member), pin.salt, pin.verifier, now)
        await self._connection.execute(_FORGET_ATTEMPTS, *_columns(member), ProofMethod.PIN.value)

    async def put_code(self, member: MemberKey, purpose: Purpose, code: KeptCode) -> None:
        await self._connection.execute(
            _PUT_CODE, *_columns(member), purpose.value, code.salt, code.request_hash, code.expire_time
        )

    async def code(self, member: MemberKey, purpose: Purpose) -> KeptCode | None:
        row = await self._connection.fetchrow(_READ_CODE, *_columns(member), purpose.value)
        return None if row is None else KeptCode(row["salt"], row["request_hash"], row["expire_time"])

    async def put_identifier_code(self, fingerprint: bytes, code: KeptCode) -> None:
        await self._connection.execute(
            _PUT_IDENTIFIER_CODE, fingerprint, code.salt, code.request_hash, code.expire_time
        )

    async def identifier_code(self, fingerprint: bytes) -> KeptCode | None:
        row = await self._connection.fetchrow(_LOCK_IDENTIFIER_CODE, fingerprint)
        return None if row is None else KeptCode(row["salt"], row["request_hash"], row["expire_time"])

    async def standing(self, fingerprint: bytes) -> Standing | None:
        return _standing(await self._connection.fetchrow(_READ_STANDING, fingerprint))

    async def put_app_key(self, program_id: str, key_id: str, key: KeptKey, member: MemberKey, now: datetime) -> None:
        await self._connection.execute(_RETIRE_APP_KEYS, program_id, key.installation, key_id, now)
        place = (member.bucket, member.member_id)
        await self._connection.execute(_PUT_APP_KEY, program_id, key_id, key.installation, key.public_key, *place, now)

    async def owner_of_app_key(self, program_id: str, key_id: str) -> MemberKey | None:
        row = await self._connection.fetchrow(_FIND_APP_KEY, program_id, key_id)
        return None if row is None else MemberKey(row["bucket"], program_id, row["member_id"])

    async def revoke_app_key(self, program_id: str, key_id: str, now: datetime) -> bool:
        return await self._connection.fetchrow(_REVOKE_APP_KEY, program_id, key_id, now) is not None


class _UsedBeforeError(Exception):
    """What a proof uses up was used up: nothing of this transaction stands."""


class PostgresProofs:
    """The port over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, work: Callable[[Changes, ProofChanges], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> T:
            return await work(PostgresChanges(connection), PostgresProofChanges(connection))

        return await self._database.in_transaction(on_connection)

    async def accepted(self, use_hash: bytes) -> Accepted | None:
        row = await self._database.fetchrow(_READ_ACCEPTED, use_hash)
        if row is None:
            return None
        return Accepted(row["proof_id"], row["member_id"], ProofMethod(row["method"]), Purpose(row["purpose"]))

    async def attempt(self, member: MemberKey, method: ProofMethod, now: datetime) -> bool:
        key = (*_columns(member), method.value)

        async def count(connection: Connection) -> bool:
            await connection.execute(_OPEN_ATTEMPTS, *key)
            row = await connection.fetchrow(_LOCK_ATTEMPTS, *key)
            assert row is not None, "it was opened"
            after = Attempts(row["failures"], row["next_time"]).one_more(PATIENCE[method], now)
            if after is not None:
                await connection.execute(_COUNT_ATTEMPT, *key, after.failures, after.next_time)
            return after is not None

        return await self._database.in_transaction(count)

    async def pin(self, member: MemberKey) -> KeptPin | None:
        row = await self._database.fetchrow(_READ_PIN, *_columns(member))
        return None if row is None else KeptPin(row["salt"], row["verifier"])

    async def try_code(self, member: MemberKey, purpose: Purpose, now: datetime, most: int) -> bytes | None:
        row = await self._database.fetchrow(_TRY_CODE, *_columns(member), purpose.value, now, most)
        return None if row is None else bytes(row["salt"])

    async def app_key(self, program_id: str, key_id: str) -> KeptKey | None:
        row = await self._database.fetchrow(_READ_APP_KEY, program_id, key_id)
        return None if row is None else KeptKey(row["public_key"], row["installation"])

    async def standing(self, fingerprint: bytes) -> Standing | None:
        return _standing(await self._database.fetchrow(_READ_STANDING, fingerprint))

    async def accept(
        self, use_hash: bytes, proof: Accepted, member: MemberKey, used: UsedUp, location_id: str, now: datetime
    ) -> bool:
        async def keep(connection: Connection) -> bool:
            what = (proof.method.value, proof.purpose.value, location_id)
            place = (member.program_id, member.bucket, member.member_id)
            if await connection.fetchrow(_ACCEPT_PROOF, use_hash, proof.proof_id, *place, *what, now) is None:
                return False
            if not await _use_up(connection, member, proof.purpose, used, now):
                raise _UsedBeforeError
            await connection.execute(_FORGET_ATTEMPTS, *_columns(member), proof.method.value)
            return True

        try:
            return await self._database.in_transaction(keep)
        except _UsedBeforeError:
            return False


async def _use_up(connection: Connection, member: MemberKey, purpose: Purpose, used: UsedUp, now: datetime) -> bool:
    if used.code_salt is not None:
        key = (*_columns(member), purpose.value, used.code_salt)
        return await connection.fetchrow(_USE_CODE, *key) is not None
    if used.nonce is not None:
        return await connection.fetchrow(_USE_NONCE, used.nonce, used.nonce_expire_time, now) is not None
    return True


def _standing(row: Row | None) -> Standing | None:
    if row is None:
        return None
    member = MemberKey(row["bucket"], row["program_id"], row["member_id"])
    return Standing(member, row["link_time"], row["settled"], row["verified"], merged=row["merge_seq"] > 0)


def _columns(member: MemberKey) -> tuple[int, str, str]:
    return member.bucket, member.program_id, member.member_id
