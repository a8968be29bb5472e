"""What spends are judged by, in PostgreSQL (port `Marks`)."""

from collections.abc import Sequence
from datetime import datetime

from chassis.runtime.postgres import Database
from chassis.runtime.velocity.misses import Misses, MissQuestion
from identity_service.domain.members import MemberKey
from identity_service.store.statements import SQL
from identity_service.use_cases.tell_of_spends import AskedSpend

_READ_CHANGES = SQL.read_identifier_changes


class PostgresMarks:
    """The port over a pool."""

    def __init__(self, database: Database, misses: Misses) -> None:
        self._database = database
        self._misses = misses

    async def changes(self, asked: Sequence[tuple[int, MemberKey, datetime]]) -> dict[int, datetime]:
        [program_id] = {member.program_id for _, member, _ in asked}
        rows = await self._database.fetch(
            _READ_CHANGES,
            [place for place, _, _ in asked],
            [member.bucket for _, member, _ in asked],
            [member.member_id for _, member, _ in asked],
            [time for _, _, time in asked],
            program_id,
        )
        return {row["place"]: row["change_time"] for row in rows}

    async def missed(self, program_id: str, spends: Sequence[AskedSpend]) -> Sequence[int]:
        return await self._misses.counted(
            [MissQuestion(program_id, spend.caller, spend.after_time, spend.time) for spend in spends]
        )
