"""The owner's side of a command that came in at another process: it is committed here or refused, never passed on."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Command
from ledger_service.use_cases.lane_ports import OwnLanes
from ledger_service.use_cases.ports import Outcome


class ReceiveCommands:
    """Commits commands of lanes that are this process's own.

    `traced` continues the trace that a command began in, for the block.
    """

    def __init__(self, lanes: OwnLanes, traced: Callable[[str], AbstractContextManager[object]]) -> None:
        self._lanes = lanes
        self._traced = traced

    async def __call__(self, commands: Sequence[Command]) -> Sequence[Outcome | Refusal | BaseException]:
        """What became of each, in order."""
        if not all(map(self._lanes.takes, commands)):
            # Somebody knows more than we do: a lane may have been handed to us a moment ago.
            await self._lanes.look_again()
        # Queued in one go, in order.
        return await asyncio.gather(*map(self._commit, commands), return_exceptions=True)

    async def _commit(self, command: Command) -> Outcome:
        with self._traced(command.origin.traceparent):
            return await self._lanes.submit(command)
