"""Where a payment stands and where it may go from there. Every step is kept; the last one counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from unicodedata import category, normalize

from chassis.values.money import Money
from settlement_service.domain import netting_refusals


class PaymentState(Enum):
    """A state, as it is stored."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"


class Move(Enum):
    """What is done with a payment."""

    APPROVE = "APPROVE"
    SEND = "SEND"
    CONFIRM = "CONFIRM"
    FAIL = "FAIL"
    RESEND = "RESEND"
    WITHDRAW = "WITHDRAW"
    REPLACE = "REPLACE"


MOVES: Mapping[Move, tuple[frozenset[PaymentState], PaymentState]] = MappingProxyType({
    Move.APPROVE: (frozenset({PaymentState.PROPOSED}), PaymentState.APPROVED),
    Move.SEND: (frozenset({PaymentState.APPROVED}), PaymentState.SENT),
    Move.CONFIRM: (frozenset({PaymentState.SENT}), PaymentState.CONFIRMED),
    Move.FAIL: (frozenset({PaymentState.SENT}), PaymentState.FAILED),
    Move.RESEND: (frozenset({PaymentState.FAILED}), PaymentState.APPROVED),
    Move.WITHDRAW: (
        frozenset({PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.FAILED}),
        PaymentState.WITHDRAWN,
    ),
    Move.REPLACE: (frozenset({PaymentState.PROPOSED}), PaymentState.REPLACED),
})  # fmt: skip
"""Move -> (states it starts from, state it ends in). Money that may be on its way is neither withdrawn nor replaced."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the token's subject, and a person's name."""

    caller: str
    signed_name: str

    def is_same(self, other: "Actor") -> bool:
        """True if the token or the name is the same; case, accents' encoding, spaces and
        characters that do not show make no other name."""
        return self.caller == other.caller or _folded(self.signed_name) == _folded(other.signed_name)


@dataclass(frozen=True, slots=True)
class Step:
    """A payment came to a state."""

    state: PaymentState
    actor: Actor
    reason: str
    time: datetime


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A payment with its steps, the first one PROPOSED. `document` is what it clears, canonical JSON."""

    payment_id: str
    netting_id: str
    debtor: str
    creditor: str
    amount: Money
    document: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> PaymentState:
        """Where it stands."""
        return self.steps[-1].state


def require_move(payment: PaymentRecord, move: Move, actor: Actor) -> PaymentState:
    """The state that `move` brings the payment to. Refuses PAYMENT_STATE, and APPROVER_IS_PROPOSER to who proposed
    it."""
    starts, ends = MOVES[move]
    if payment.state not in starts:
        allowed = [state.value for state in starts]
        raise netting_refusals.payment_state(payment.payment_id, payment.state.value, allowed)
    if move is Move.APPROVE and payment.steps[0].actor.is_same(actor):
        raise netting_refusals.approver_is_proposer(payment.payment_id)
    return ends


def _folded(name: str) -> str:
    shown = "".join(character for character in normalize("NFKC", name) if category(character) != "Cf")
    return " ".join(shown.casefold().split())
