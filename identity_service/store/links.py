"""Following the links that merges made."""

from collections.abc import Collection, Mapping

from chassis.runtime.postgres import Connection
from identity_service.domain.members import MemberKey, Resolution
from identity_service.store.profiles import profile_of
from identity_service.store.statements import SQL

_FOLLOW_LINKS = SQL.follow_links


async def follow(connection: Connection, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
    """Roots and homes of members that exist."""
    rows = await connection.fetch(
        _FOLLOW_LINKS,
        [member.bucket for member in members],
        [member.program_id for member in members],
        [member.member_id for member in members],
    )
    return {
        MemberKey(row["asked_bucket"], row["program_id"], row["asked_member_id"]): Resolution(
            member_id=row["asked_member_id"],
            root_member_id=row["root_member_id"],
            home_member_ids=tuple(row["home_member_ids"]),
            merge_seq=row["merge_seq"],
            home_location_id=row["home_location_id"],
            enroll_time=row["enroll_time"],
            profile=profile_of(row),
        )
        for row in rows
    }
