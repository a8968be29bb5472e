"""Claiming the keys of a batch: request ids, documents, and the sales that others wait for or must not lose."""

from collections.abc import Mapping, Sequence

from chassis.runtime.postgres import Connection, Row
from ledger_service.domain.commands import Command
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.commit_ports import Claims, Refused


class Directory:
    """The keys of one batch, on the connection whose transaction holds them.

    `awaiting`: sales of this batch that were awaited; by directory key, what waits for each as (home, return id).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.awaiting: dict[bytes, tuple[tuple[str, str], ...]] = {}

    async def claim(self, commands: Sequence[Command]) -> Claims:
        """Claims request ids and directory entries, leaves sales as awaited and locks others; a command that loses
        one leaves none behind. No two of the commands may name the same key."""
        requests = rows.columns(
            ((command.origin.request.key, command.origin.request.fingerprint) for command in commands), 2
        )
        named = rows.columns((row for command in commands for row in (*_entries(command), *_awaits(command))), 6)
        locks = rows.columns(
            ((command.origin.request.key, lock.key) for command in commands for lock in command.locks), 2
        )
        found = await self._connection.fetch(SQL.claim_keys, *requests, *named, *locks)
        won = {row["key"] for row in found}
        self.awaiting = {row["key"]: _waiting(row) for row in found if row["state"] == "POSTED" and row["awaiting"]}
        claimed = [command for command in commands if command.origin.request.key in won]
        mine = [command for command in claimed if all(entry.key in won for entry in command.entries)]
        await self._drop([command for command in claimed if command not in mine], won)
        lost = await self._lost_locks(mine) | {c.origin.request.key for c in mine if _has_come(c, won)}
        staying = [command for command in mine if command.origin.request.key not in lost]
        await self._leave_awaits(staying)
        return Claims(staying, [command for command in mine if command.origin.request.key in lost])

    async def _lost_locks(self, commands: Sequence[Command]) -> set[bytes]:
        """The requests of commands that know a sale under another home than it has by now; all sales are locked."""
        locks = [lock.key for command in commands for lock in command.locks]
        if not locks:
            return set()
        homes = await self.homes_of(locks)
        return {
            command.origin.request.key
            for command in commands
            if any(homes.get(lock.key) != lock.home for lock in command.locks)
        }

    async def _leave_awaits(self, commands: Sequence[Command]) -> None:
        waits = _waits(commands)
        if waits:
            await self._connection.execute(SQL.await_sales, *rows.columns(waits, 2))

    async def _drop(self, commands: Sequence[Command], won: set[bytes]) -> None:
        """Commands that lost an entry take their other keys with them."""
        if commands:
            await self._connection.execute(SQL.release_requests, [command.origin.request.key for command in commands])
            # The same document may wait already, since an earlier request: nothing of that is forgotten.
            await self._forget([(awaited.key, "") for command in commands for awaited in command.awaits])
            entries = [entry.key for command in commands for entry in command.entries if entry.key in won]
            await self._release_entries(entries)

    async def _forget(self, waits: Sequence[tuple[bytes, str]]) -> None:
        if waits:
            await self._connection.execute(SQL.forget_awaits, *rows.columns(waits, 2))

    async def homes_of(self, keys: Sequence[bytes]) -> Mapping[bytes, str]:
        """Under which homes sales lie that have come, by directory key."""
        return {row["key"]: row["home"] for row in await self._connection.fetch(SQL.find_homes, list(keys))}

    async def release(self, refused: Sequence[Refused]) -> None:
        """Commands that leave without a kept outcome take their request ids with them; only an applied command keeps
        its entries, and what it waits for."""
        requests = [r.command.origin.request.key for r in refused if not r.kept]
        if requests:
            await self._connection.execute(SQL.release_requests, requests)
        await self._forget(_waits([r.command for r in refused]))
        await self._release_entries([entry.key for r in refused for entry in r.command.entries])

    async def _release_entries(self, keys: Sequence[bytes]) -> None:
        awaited = [key for key in keys if key in self.awaiting]
        if awaited:
            await self._connection.execute(SQL.give_back_sales, awaited)
        others = [key for key in keys if key not in self.awaiting]
        if others:
            await self._connection.execute(SQL.release_documents, others)


def _waiting(row: Row) -> tuple[tuple[str, str], ...]:
    """What waits for a sale, as (home, return id)."""
    # Ids of members may hold slashes; those that we make hold none.
    waits = (text.rpartition("/") for text in row["awaiting"])
    return tuple((home, return_id) for home, _, return_id in waits)


def _has_come(command: Command, won: set[bytes]) -> bool:
    """True if a sale that the command waits for has come meanwhile."""
    return any(awaited.key not in won for awaited in command.awaits)


def _waits(commands: Sequence[Command]) -> list[tuple[bytes, str]]:
    """What the commands wait for: directory key, and what waits, as home/return id."""
    return [
        (awaited.key, f"{command.origin.home}/{awaited.return_id}")
        for command in commands
        for awaited in command.awaits
    ]


def _entries(command: Command) -> list[rows.Values]:
    """The entries that a command claims, as columns of the claim."""
    origin = command.origin
    states = ((entry.key, "VOIDED" if entry.voids else "POSTED") for entry in command.entries)
    return [
        (origin.request.key, key, origin.request.fingerprint, origin.program, origin.home, state)
        for key, state in states
    ]


def _awaits(command: Command) -> list[rows.Values]:
    """The sales that a command waits for, as columns of the claim."""
    origin = command.origin
    return [
        (origin.request.key, awaited.key, b"", origin.program, origin.home, "AWAITED") for awaited in command.awaits
    ]
