"""Holds: points set aside, for a redemption (authorization) or for goods that are on their way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.ids import made_id
from ledger_service.domain.order import ReturnDocument
from ledger_service.domain.proof import Proof
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.scope import SpendingPlace


class HoldKind(Enum):
    """What points are set aside for."""

    AUTHORIZATION = "authorization"
    RETURN = "return"


class HoldState(Enum):
    """Where a hold stands. CLEARED: captured, or its return was posted. Only an open one holds points."""

    OPEN = "open"
    CLEARED = "cleared"
    VOIDED = "voided"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class HeldPart:
    """Points of one accrual that are still held; `home` is the accrual's."""

    home: str
    accrual_id: str
    points: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What an authorization may be captured for, on the terms of the time it was made. Values in minor units.

    `points` are those authorized in all; `captured_points` and `captured_value` are cumulative over its captures.
    `proof` is how the member proved herself, None if the program asked for none.
    """

    terms: RedemptionTerms
    location_id: str
    points: int
    captured_points: int = 0
    captured_value: int = 0
    proof: Proof | None = None

    @property
    def place(self) -> SpendingPlace:
        """Where its points may be spent."""
        return SpendingPlace(self.terms.here.brand, self.location_id, self.terms.operator, self.terms.region)


@dataclass(frozen=True, slots=True)
class Hold:
    """Points of a wallet set aside until `time_out`, which ends it whether or not a sweep has run.

    `parts` are in the order in which they were held; captures take them in burn order. Exactly one of `spending` and
    `announced` is set, as its kind says.
    """

    program: str
    hold_id: str
    root: str
    kind: HoldKind
    state: HoldState
    time_out: datetime
    parts: tuple[HeldPart, ...]
    spending: Spending | None = None
    announced: ReturnDocument | None = None

    @property
    def points(self) -> int:
        """Points it still holds."""
        return sum(part.points for part in self.parts)

    def word_at(self, now: datetime) -> str:
        """The contract's word for where it stands at a moment: of `AuthorizationState`, or of `ReturnState`."""
        return _WORDS[self.kind][self.state_at(now)]

    def state_at(self, now: datetime) -> HoldState:
        """Where it stands at a moment, whether or not its time-out was booked."""
        return HoldState.TIMED_OUT if self.state is HoldState.OPEN and self.time_out <= now else self.state


_WORDS: Mapping[HoldKind, Mapping[HoldState, str]] = {
    HoldKind.AUTHORIZATION: {
        HoldState.OPEN: "OPEN",
        HoldState.CLEARED: "CAPTURED",
        HoldState.VOIDED: "VOIDED",
        HoldState.TIMED_OUT: "TIMED_OUT",
    },
    HoldKind.RETURN: {
        HoldState.OPEN: "ANNOUNCED",
        HoldState.CLEARED: "POSTED",
        HoldState.VOIDED: "CANCELLED",
        HoldState.TIMED_OUT: "CANCELLED",
    },
}


def authorization_id_of(program: str, caller: str, request_id: str) -> str:
    """The id of the authorization that a request makes, known before the request arrives."""
    return made_id("aut", program, caller, request_id)
