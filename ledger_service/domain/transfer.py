"""Points on their way from one member to another: they leave in one commit and arrive in a second one."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Accrual


class TransferState(Enum):
    """Where a transfer stands."""

    SENT = "sent"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class TransferPart:
    """Points taken from one accrual, with the accrual as it stood then: its successor has the same facts."""

    accrual: Accrual
    points: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as it stands; kept with its giver. `receiver` is the member id that was named or pointed to."""

    program: str
    transfer_id: str
    root: str
    receiver: str
    state: TransferState
    reason: str
    parts: tuple[TransferPart, ...]
    post_time: datetime

    @property
    def points(self) -> int:
        """Points that left."""
        return sum(part.points for part in self.parts)


def transfer_id_of(program: str, caller: str, request_id: str) -> str:
    """The id of the transfer that a request makes."""
    return made_id("trf", program, caller, request_id)
