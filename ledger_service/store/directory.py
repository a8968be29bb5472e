"""Claiming the keys of a batch: request ids, documents, and the sales that others wait for or must not lose."""

from collections.abc import Mapping, Sequence

from chassis.runtime.postgres import Connection, Row
from ledger_service.domain.commands import Command
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.ports import Claims, Refused


class Directory:
    """The keys of one batch, on the connection whose transaction holds them.

    `awaiting`: sales of this batch that were awaited; by directory key, what waits for each as (home, return id).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.awaiting: dict[bytes, tuple[tuple[str, str], ...]] = {}

    async def claim(self, commands: Sequence[Command]) -> Claims:
        """Claims request ids and directory entries, leaves sales as awaited and locks others; a command that loses
        one leaves none behind."""
        requests = rows.columns(
            ((command.origin.request.key, command.origin.request.fingerprint) for command in commands), 2
        )
        entries = rows.columns((entry for command in commands for entry in _entries(command)), 6)
        won = {row["key"] for row in await self._connection.fetch(SQL.claim_keys, *requests, *entries)}
        claimed = [command for command in commands if command.origin.request.key in won]
        won |= await self._take_over(claimed, won)
        mine = [command for command in claimed if all(entry.key in won for entry in command.entries)]
        overtaken = [*await self._lost_locks(mine), *await self._lost_awaits(mine)]
        keys = {command.origin.request.key for command in overtaken}
        await self._drop([command for command in claimed if command not in mine], won)
        return Claims([command for command in mine if command.origin.request.key not in keys], overtaken)

    async def _drop(self, commands: Sequence[Command], won: set[bytes]) -> None:
        """Commands that lost an entry take their other keys with them."""
        if commands:
            await self._connection.execute(SQL.release_requests, [command.origin.request.key for command in commands])
            entries = [entry.key for command in commands for entry in command.entries if entry.key in won]
            await self._release_entries(entries)

    async def _take_over(self, commands: Sequence[Command], won: set[bytes]) -> set[bytes]:
        """Takes over entries that were left as awaited for a sale that comes now."""
        missing = [
            (entry.key, command.origin.request.fingerprint, command.origin.home)
            for command in commands
            for entry in command.entries
            if entry.key not in won and not entry.voids
        ]
        if not missing:
            return set()
        found: Sequence[Row] = await self._connection.fetch(SQL.take_over_sales, *rows.columns(missing, 3))
        for row in found:
            # Ids of members may hold slashes; those that we make hold none.
            waits = (text.rpartition("/") for text in row["awaiting"])
            self.awaiting[row["key"]] = tuple((home, return_id) for home, _, return_id in waits)
        return set(self.awaiting)

    async def _lost_locks(self, commands: Sequence[Command]) -> list[Command]:
        """Locks sales; the commands that know one under another home than it has by now."""
        keys = sorted({lock.key for command in commands for lock in command.locks})
        if not keys:
            return []
        homes = {row["key"]: row["home"] for row in await self._connection.fetch(SQL.lock_sales, keys)}
        return [command for command in commands if any(homes.get(lock.key) != lock.home for lock in command.locks)]

    async def _lost_awaits(self, commands: Sequence[Command]) -> list[Command]:
        """Leaves sales as awaited; the commands that wait for one which has come meanwhile."""
        waits = _waits(commands)
        if not waits:
            return []
        left: set[bytes] = set()
        for wait in sorted(waits):
            # One by one: two returns of a batch may wait for the same sale.
            found = await self._connection.fetch(SQL.await_sales, *rows.columns([wait], 4))
            left |= {row["key"] for row in found}
        return [command for command in commands if any(awaited.key not in left for awaited in command.awaits)]

    async def homes_of(self, keys: Sequence[bytes]) -> Mapping[bytes, str]:
        """Under which homes sales lie that have come, by directory key."""
        return {row["key"]: row["home"] for row in await self._connection.fetch(SQL.find_homes, list(keys))}

    async def release(self, refused: Sequence[Refused]) -> None:
        """Commands that leave without a kept outcome take their request ids with them; only an applied command keeps
        its entries, and what it waits for."""
        requests = [r.command.origin.request.key for r in refused if not r.kept]
        if requests:
            await self._connection.execute(SQL.release_requests, requests)
        if waits := [(key, what) for key, _, _, what in _waits([r.command for r in refused])]:
            await self._connection.execute(SQL.forget_awaits, *rows.columns(sorted(waits), 2))
        await self._release_entries([entry.key for r in refused for entry in r.command.entries])

    async def _release_entries(self, keys: Sequence[bytes]) -> None:
        awaited = [key for key in keys if key in self.awaiting]
        if awaited:
            await self._connection.execute(SQL.give_back_sales, awaited)
        others = [key for key in keys if key not in self.awaiting]
        if others:
            await self._connection.execute(SQL.release_documents, others)


def _waits(commands: Sequence[Command]) -> list[tuple[bytes, str, str, str]]:
    """What the commands wait for: directory key, program, home, and what waits, as home/return id."""
    return [
        (awaited.key, command.origin.program, command.origin.home, f"{command.origin.home}/{awaited.return_id}")
        for command in commands
        for awaited in command.awaits
    ]


def _entries(command: Command) -> list[tuple[object, ...]]:
    origin = command.origin
    return [
        (
            origin.request.key,
            entry.key,
            origin.request.fingerprint,
            origin.program,
            origin.home,
            "VOIDED" if entry.voids else "POSTED",
        )
        for entry in command.entries
    ]
