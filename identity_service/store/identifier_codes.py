"""Codes that verify the identifier they were sent to: an attempt counted, and a code used up."""

from datetime import datetime

from chassis.runtime.postgres import Connection
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import Accepted, Attempts, SentCode
from identity_service.store.statements import SQL
from identity_service.use_cases.person_ports import HeldCode

_ACCEPT_PROOF = SQL.accept_proof
_COUNT = SQL.count_identifier_code
_LOCK = SQL.lock_identifier_code
_USE = SQL.use_identifier_code


async def count_attempt(connection: Connection, fingerprint: bytes, now: datetime) -> bytes | None:
    """As `PersonRegistry.try_code`, in a transaction."""
    row = await connection.fetchrow(_LOCK, fingerprint)
    if row is None:
        return None
    attempts = Attempts(row["failures"], row["next_time"])
    code = SentCode(row["salt"], row["expire_time"], row["used"], row["tries"], attempts)
    after = code.one_more(now)
    if after is None:
        return None
    counted = (after.tries, after.attempts.failures, after.attempts.next_time)
    await connection.execute(_COUNT, fingerprint, *counted)
    return code.salt if code.is_good(now) else None


async def use_up(
    connection: Connection, use_hash: bytes, proof: Accepted, member: MemberKey, code: HeldCode, now: datetime
) -> bool:
    """As `PersonChanges.accept_code`, in a transaction that ends in nothing if this is False."""
    if await connection.fetchrow(_USE, code.fingerprint, code.salt) is None:
        return False
    place = (member.program_id, member.bucket, member.member_id)
    what = (proof.method.value, proof.purpose.value, "")
    return await connection.fetchrow(_ACCEPT_PROOF, use_hash, proof.proof_id, *place, *what, now) is not None
