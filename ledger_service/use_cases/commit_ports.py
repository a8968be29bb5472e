"""What committing a batch needs of the store."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain.apply.outcome import Applied
from ledger_service.domain.commands import Command
from ledger_service.domain.slice import Need, Slice


class Application(NamedTuple):
    """A command of a batch that was applied."""

    command: Command
    applied: Applied


class Refused(NamedTuple):
    """A command of a batch that `apply` refused; `kept` if its retry must be refused again."""

    command: Command
    refusal: Refusal
    kept: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Where an owned lane stands: its epoch, the last position and the hash of the event there."""

    partition: int
    epoch: int
    position: int
    hash: bytes


class HeadMoved(Exception):  # noqa: N818  not a fault: the batch is rolled back and the lane looked at again
    """Another process took the lane or wrote to it, or the database gave the batch up for another's sake."""


class Claims(NamedTuple):
    """What became of a batch's claims: commands whose keys are all ours, in order, and those that were made on what is
    not true any more. The others lost a key to an earlier command."""

    mine: Sequence[Command]
    overtaken: Sequence[Command]


class Batch(Protocol):
    """One transaction of a lane. Lock order is always keys, wallets, head, each sorted."""

    async def undisturbed(self, head: Head) -> Head:
        """Where the head's lane stands under its epoch; until this transaction ends no period is cut. It is the first
        thing that a transaction does. Raises HeadMoved if the lane went away."""

    async def claim(self, commands: Sequence[Command]) -> Claims:
        """Claims request keys and directory entries, and locks what else the commands name there. Those that lose a
        key leave none of their own behind."""

    async def load(self, commands: Sequence[Command]) -> Slice:
        """Locks the commands' wallets and reads what their kind is known to need."""

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""

    async def write(self, head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> Head:
        """Writes the difference, the events, what became of the keys, and moves the lane's head to where it says.

        Raises HeadMoved if the head is no longer where `head` says: nothing of it may be committed.
        """


class BatchStore(Protocol):
    """Opens batches."""

    def begin(self) -> AbstractAsyncContextManager[Batch]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
