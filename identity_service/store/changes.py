"""One transaction over members (port `Changes`)."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chassis.runtime.postgres import Connection
from identity_service.domain.audit import AuditRecord, Claim, Origin
from identity_service.domain.identifiers import Identifier, IdentifierKind
from identity_service.domain.import_refusals import import_under_way
from identity_service.domain.members import Member, MemberKey, Resolution
from identity_service.domain.person import PersonDetails
from identity_service.domain.requests import KeptRequest, Outcome
from identity_service.store.links import follow
from identity_service.store.profiles import details_of, profile_columns, profile_of
from identity_service.store.statements import SQL
from identity_service.use_cases.ports import Locked, Shown

_COUNT_VALUES = SQL.count_values
_CLAIM_REQUEST = SQL.claim_request
_READ_REQUEST = SQL.read_request
_SETTLE_LINK = SQL.settle_link
_SETTLE_REQUEST = SQL.settle_request
_CLAIM_IDENTIFIERS = SQL.claim_identifiers
_HOLD_IDENTIFIERS = SQL.hold_identifiers
_READ_OWNERS = SQL.read_owners
_REPOINT_IDENTIFIERS = SQL.repoint_identifiers
_INSERT_MEMBER = SQL.insert_member
_LOCK_MEMBER = SQL.lock_member
_APPEND_VALUES = SQL.append_values
_APPEND_AUDIT = SQL.append_audit
_READ_MEMBER = SQL.read_member
_APPEND_PROFILE = SQL.append_profile
_READ_PROFILE = SQL.read_profile

CLAIM_ATTEMPTS = 3


class PostgresChanges:
    """The port over a connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim_request(self, key_hash: bytes, program_id: str, intent: bytes, now: datetime) -> KeptRequest | None:
        if await self._connection.fetchrow(_CLAIM_REQUEST, key_hash, program_id, intent, now) is not None:
            return None
        row = await self._connection.fetchrow(_READ_REQUEST, key_hash)
        assert row is not None, "a request key is never deleted"
        shown = (row["identifier_count"], row["profile"], row["number"])
        return KeptRequest(row["intent"], Outcome(row["member_id"], row["created"], *shown))

    async def settle_request(self, key_hash: bytes, member: MemberKey, outcome: Outcome) -> None:
        await self._connection.execute(
            _SETTLE_REQUEST,
            key_hash,
            member.bucket,
            outcome.member_id,
            outcome.created,
            outcome.identifier_count,
            outcome.profile,
            outcome.number,
        )

    async def claim_identifiers(self, member: MemberKey, claims: Sequence[Claim]) -> frozenset[bytes]:
        claimed: set[bytes] = set()
        held: set[bytes] = set()
        # What pointed to somebody when it was claimed may be unlinked before it is held; then it is claimed again.
        for _ in range(CLAIM_ATTEMPTS):
            missing = [claim for claim in claims if claim.fingerprint not in claimed | held]
            rows = await self._connection.fetch(
                _CLAIM_IDENTIFIERS,
                member.program_id,
                [claim.kind.value for claim in missing],
                [claim.fingerprint for claim in missing],
                member.bucket,
                member.member_id,
            )
            claimed |= {row["fingerprint"] for row in rows}
            taken = [claim.fingerprint for claim in missing if claim.fingerprint not in claimed]
            if not taken:
                break
            rows = await self._connection.fetch(_HOLD_IDENTIFIERS, taken)
            held |= {row["fingerprint"] for row in rows}
            if len(rows) == len(taken):
                break
        return frozenset(claimed)

    async def owners(self, claims: Sequence[Claim]) -> frozenset[str]:
        wanted = {claim.fingerprint for claim in claims}
        rows = await self._connection.fetch(_READ_OWNERS, list(wanted))
        if len(rows) < len(wanted):
            # What is taken and not seen is an import's that is being committed.
            raise import_under_way()
        return frozenset(row["member_id"] for row in rows)

    async def repoint(self, member: MemberKey, fingerprints: Collection[bytes]) -> None:
        await self._connection.execute(_REPOINT_IDENTIFIERS, list(fingerprints), member.bucket, member.member_id)

    async def add_member(self, member: MemberKey, home_location_id: str, now: datetime) -> None:
        await self._connection.execute(_INSERT_MEMBER, *_columns(member), now, home_location_id)

    async def lock_member(self, member: MemberKey) -> bool:
        return await self.lock(member) is not None

    async def lock(self, member: MemberKey) -> Locked | None:
        row = await self._connection.fetchrow(_LOCK_MEMBER, *_columns(member))
        return None if row is None else Locked(row["erase_time"])

    async def append_values(
        self,
        member: MemberKey,
        identifiers: Sequence[tuple[Claim, Identifier]],
        now: datetime,
        caller: str,
        request_id: str,
        *,
        settled: bool,
    ) -> Sequence[int]:
        rows = await self._connection.fetch(
            _APPEND_VALUES,
            *_columns(member),
            [claim.fingerprint for claim, _ in identifiers],
            [claim.kind.value for claim, _ in identifiers],
            [identifier.value for _, identifier in identifiers],
            now,
            caller,
            request_id,
            settled,
        )
        return sorted(row["ordinal"] for row in rows)

    async def count_identifiers(self, member: MemberKey) -> int:
        row = await self._connection.fetchrow(_COUNT_VALUES, *_columns(member))
        assert row is not None, "it counts"
        return int(row["number"])

    async def settle_link(self, member: MemberKey, fingerprint: bytes) -> int | None:
        row = await self._connection.fetchrow(_SETTLE_LINK, *_columns(member), fingerprint)
        return None if row is None else int(row["ordinal"])

    async def details(self, member: MemberKey) -> PersonDetails:
        return details_of(await self._connection.fetchrow(_READ_PROFILE, *_columns(member)))

    async def append_profile(
        self, member: MemberKey, details: PersonDetails, changed: Sequence[str], origin: Origin
    ) -> int:
        who = (origin.time, origin.caller.subject, origin.request_id)
        row = await self._connection.fetchrow(
            _APPEND_PROFILE, *_columns(member), *profile_columns(details), list(changed), *who
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
        return Shown(found, row["profile"], row["history"])


def _columns(member: MemberKey) -> tuple[int, str, str]:
    return member.bucket, member.program_id, member.member_id
