"""One transaction over members (port `Changes`)."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chassis.runtime.postgres import Connection
from identity_service.domain.audit import AuditRecord, Claim
from identity_service.domain.identifiers import Identifier, IdentifierKind
from identity_service.domain.members import Member, MemberKey, Resolution
from identity_service.domain.profile import Profile
from identity_service.domain.requests import KeptRequest, Outcome
from identity_service.store.links import follow
from identity_service.store.profiles import profile_of
from identity_service.store.statements import SQL
from identity_service.use_cases.ports import Shown

_CLAIM_REQUEST = SQL.claim_request
_READ_REQUEST = SQL.read_request
_SETTLE_REQUEST = SQL.settle_request
_CLAIM_IDENTIFIERS = SQL.claim_identifiers
_READ_OWNERS = SQL.read_owners
_REPOINT_IDENTIFIERS = SQL.repoint_identifiers
_INSERT_MEMBER = SQL.insert_member
_LOCK_MEMBER = SQL.lock_member
_APPEND_VALUES = SQL.append_values
_APPEND_AUDIT = SQL.append_audit
_READ_MEMBER = SQL.read_member
_APPEND_PROFILE = SQL.append_profile
_READ_PROFILE = SQL.read_profile


class PostgresChanges:
    """The port over a connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim_request(self, key_hash: bytes, program_id: str, intent: bytes, now: datetime) -> KeptRequest | None:
        if await self._connection.fetchrow(_CLAIM_REQUEST, key_hash, program_id, intent, now) is not None:
            return None
        row = await self._connection.fetchrow(_READ_REQUEST, key_hash)
        assert row is not None, "a request key is never deleted"
        return KeptRequest(
            row["intent"], Outcome(row["member_id"], row["created"], row["identifier_count"], row["profile"])
        )

    async def settle_request(self, key_hash: bytes, member: MemberKey, outcome: Outcome) -> None:
        await self._connection.execute(
            _SETTLE_REQUEST,
            key_hash,
            member.bucket,
            outcome.member_id,
            outcome.created,
            outcome.identifier_count,
            outcome.profile,
        )

    async def claim_identifiers(self, member: MemberKey, claims: Sequence[Claim]) -> frozenset[bytes]:
        rows = await self._connection.fetch(
            _CLAIM_IDENTIFIERS,
            member.program_id,
            [claim.kind.value for claim in claims],
            [claim.fingerprint for claim in claims],
            member.bucket,
            member.member_id,
        )
        return frozenset(row["fingerprint"] for row in rows)

    async def owners(self, claims: Sequence[Claim]) -> frozenset[str]:
        rows = await self._connection.fetch(_READ_OWNERS, [claim.fingerprint for claim in claims])
        return frozenset(row["member_id"] for row in rows)

    async def repoint(self, member: MemberKey, fingerprints: Collection[bytes]) -> None:
        await self._connection.execute(_REPOINT_IDENTIFIERS, list(fingerprints), member.bucket, member.member_id)

    async def add_member(self, member: MemberKey, home_location_id: str, now: datetime) -> None:
        await self._connection.execute(_INSERT_MEMBER, *_columns(member), now, home_location_id)

    async def lock_member(self, member: MemberKey) -> bool:
        return await self._connection.fetchrow(_LOCK_MEMBER, *_columns(member)) is not None

    async def append_values(
        self, member: MemberKey, identifiers: Sequence[tuple[Claim, Identifier]], now: datetime
    ) -> None:
        await self._connection.execute(
            _APPEND_VALUES,
            *_columns(member),
            [claim.fingerprint for claim, _ in identifiers],
            [claim.kind.value for claim, _ in identifiers],
            [identifier.value for _, identifier in identifiers],
            now,
        )

    async def profile(self, member: MemberKey) -> Profile:
        return profile_of(await self._connection.fetchrow(_READ_PROFILE, *_columns(member)))

    async def append_profile(self, member: MemberKey, profile: Profile, now: datetime) -> int:
        birthday = profile.birthday or (None, None)
        row = await self._connection.fetchrow(
            _APPEND_PROFILE, *_columns(member), *birthday, list(profile.segments), now
        )
        assert row is not None, "the member was locked"
        return int(row["ordinal"])

    async def append_audit(self, record: AuditRecord) -> None:
        await self._connection.execute(
            _APPEND_AUDIT,
            *_columns(record.member),
            record.record_time,
            record.action.value,
            json.dumps(record.detail),
            record.caller.subject,
            list(record.caller.roles),
            record.request_id,
            record.caller.trace_id,
        )

    async def follow(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
        return await follow(self._connection, members)

    async def read_member(self, member: MemberKey, as_shown: Outcome | None = None) -> Shown:
        shown = (as_shown.identifier_count, as_shown.profile) if as_shown else (None, None)
        row = await self._connection.fetchrow(_READ_MEMBER, *_columns(member), *shown)
        assert row is not None, "a member is never deleted"
        found = Member(
            program_id=member.program_id,
            member_id=member.member_id,
            identifiers=tuple(
                Identifier(IdentifierKind(kind), value) for kind, value in zip(row["kinds"], row["values"], strict=True)
            ),
            enroll_time=row["enroll_time"],
            home_location_id=row["home_location_id"],
            profile=profile_of(row),
        )
        return Shown(found, row["profile"])


def _columns(member: MemberKey) -> tuple[int, str, str]:
    return member.bucket, member.program_id, member.member_id
