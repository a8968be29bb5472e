"""What several ledger processes need of each other: who owns which lane, and how one reaches another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Command
from ledger_service.use_cases.commit_ports import Head
from ledger_service.use_cases.ports import Outcome


class LedgerProcess(NamedTuple):
    """A ledger process: a name that no other ever had, and where the others call it (empty: nowhere)."""

    name: str
    address: str


class LaneView(NamedTuple):
    """A lane as it was last seen. `owner` is None where no process may write it at the moment."""

    partition: int
    epoch: int
    position: int
    owner: LedgerProcess | None


@dataclass(frozen=True, slots=True)
class Survey:
    """All lanes by partition, and the processes that live, by name."""

    lanes: tuple[LaneView, ...] = ()
    processes: tuple[LedgerProcess, ...] = ()

    def held_by(self, process: str) -> int:
        """How many lanes a process owns."""
        return sum(lane.owner is not None and lane.owner.name == process for lane in self.lanes)


class LaneOwnership(Protocol):
    """Lease rows of lanes and processes."""

    async def keep(self, process: LedgerProcess, lease_seconds: float) -> Sequence[Head]:
        """Says that the process lives and prolongs the leases of its lanes; all lanes that are its own."""

    async def take(self, owner: str, lease_seconds: float, most: int) -> Sequence[Head]:
        """Takes at most so many free lanes; those that were taken."""

    async def survey(self) -> Survey:
        """All lanes, and all processes that live."""

    async def read(self, partition: int, epoch: int) -> Head | None:
        """Where an owned lane stands; None if it is no longer ours."""

    async def hand_over(self, partition: int, epoch: int, owner: str, to: str, lease_seconds: float) -> int | None:
        """Gives a lane to another process; its new epoch, or None if that process is dead or the lane is not ours."""

    async def forget(self, process: str) -> None:
        """The process counts no longer and is given no lane."""

    async def release(self, owner: str) -> None:
        """Gives all lanes up."""


class Neighbours(Protocol):
    """The other ledger processes."""

    async def submit(self, process: LedgerProcess, commands: Sequence[Command]) -> Sequence[Outcome | Refusal]:
        """Sends commands of one lane to its owner; what each heard. Refusal if the process did not answer: what
        became of the commands is not known then, and sending them again is safe."""

    async def ask_for_lane(self, process: LedgerProcess, asker: str, held: int) -> int | None:
        """Asks for one of its lanes, for a process that owns `held`; the partition, None if it keeps its own."""

    async def move_lane(self, process: LedgerProcess, partition: int, to: str) -> LaneView:
        """Has a lane's owner hand it to the process of that name."""


class OwnLanes(Protocol):
    """The lanes of this process alone."""

    @property
    def survey(self) -> Survey:
        """Who owned what when it was last looked at."""

    def takes(self, command: Command) -> bool:
        """True if the command's lane is this process's own."""

    async def look_again(self) -> None:
        """Brings the survey up to date; calls at the same time share one look."""

    async def submit(self, command: Command) -> Outcome:
        """Commits a command; LANE_UNOWNED if its lane is not this process's own."""


class LaneMoves(Protocol):
    """Handing lanes of this process to others."""

    async def move(self, partition: int, to: str) -> LaneView:
        """Hands a lane over; LANE_UNOWNED if it is not ours, PROCESS_NOT_FOUND if nobody of that name lives."""

    async def yield_one(self, asker: str, held: int) -> int | None:
        """Hands a lane to a process that owns at least two fewer; which, None if none is to spare."""


class Packed(NamedTuple):
    """A value on its way between ledger processes: the name of its class, and the value as bytes."""

    kind: str
    body: bytes


class LaneCodec(Protocol):
    """Commands and answers on their way between ledger processes."""

    def pack(self, command: Command) -> Packed:
        """A command as bytes."""

    def unpack(self, packed: Packed) -> Command:
        """The command; ValueError if it is none that this version knows."""

    def pack_answer(self, answer: Answer) -> Packed:
        """An answer as bytes."""

    def unpack_answer(self, packed: Packed) -> Answer:
        """The answer; ValueError if it is none that this version knows."""
