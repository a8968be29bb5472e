"""Limits of a batch, read before it is applied."""

from collections.abc import Iterable, Sequence

from chassis.runtime.postgres import Connection
from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain.commands import BaseCommand
from ledger_service.domain.limit_wants import wants_of
from ledger_service.domain.limits import NO_USE, MemberLimit, Use
from ledger_service.domain.slice import Slice
from ledger_service.store import rows
from ledger_service.store.drawing import Drawing, LaneDoubts
from ledger_service.store.statements import SQL


class LimitLoading:
    """Fills in what a slice says of limits, on one connection, whose transaction holds the locks."""

    def __init__(self, connection: Connection, doubts: LaneDoubts) -> None:
        self._connection = connection
        self._doubts = doubts
        self.partition = 0

    async def load(self, state: Slice, commands: Sequence[BaseCommand]) -> None:
        """Reads the limits that the commands may use or free, and draws of budgets what they may need. Raises HeadMoved
        if the batch has to be tried again."""
        wants = wants_of(state, commands)
        if wants.members:
            await self._read_members(state, wants.members)
        if wants.budgets:
            count = await self._doubts.partitions(self._connection)
            # Every command of a batch has its wallet in the batch's lane.
            self.partition = partition_of(bucket_of(*commands[0].origin.wallet), count)
            drawing = Drawing(self._connection, self._doubts, self.partition, count, wants.budgets)
            state.budgets = await drawing.shares()

    async def _read_members(self, state: Slice, members: Iterable[MemberLimit]) -> None:
        keys = sorted(members)
        state.member_uses = dict.fromkeys(keys, NO_USE)
        values = ((rows.bucket(key.program, key.home), *key) for key in keys)
        for row in await self._connection.fetch(SQL.read_member_uses, *rows.columns(values, 5)):
            key = MemberLimit(row["program"], row["home"], row["limit_id"], row["window_key"])
            state.member_uses[key] = Use(row["points"], row["minor_units"])
            state.member_marks[key] = row["told"]
