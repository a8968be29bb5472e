"""What netting cannot take, and what is wrong with payments: facts in words, for whoever sent them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class FaultKind(Enum):
    """What is wrong, as a word a program can act on."""

    LINE_MALFORMED = "LINE_MALFORMED"
    LINE_TWICE = "LINE_TWICE"
    CURRENCY_UNKNOWN = "CURRENCY_UNKNOWN"
    RATE_MALFORMED = "RATE_MALFORMED"
    RATE_MISSING = "RATE_MISSING"
    PAYMENT_MALFORMED = "PAYMENT_MALFORMED"
    PAYMENT_TWICE = "PAYMENT_TWICE"
    PAYMENT_IN_OTHER_CURRENCY = "PAYMENT_IN_OTHER_CURRENCY"
    PAYMENT_WRONG_WAY = "PAYMENT_WRONG_WAY"
    TOO_MANY_PAYMENTS = "TOO_MANY_PAYMENTS"
    NET_NOT_CLEARED = "NET_NOT_CLEARED"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `subject` names the line, rate, payment or entity; `description` says what is wrong, with figures."""

    kind: FaultKind
    subject: str
    description: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.description}"


class NotNettable(Exception):  # noqa: N818  a fact about what was given, not a fault of ours
    """Lines or rates that cannot be netted as they are. `faults` are all of them, in a fixed order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        super().__init__("; ".join(map(str, self.faults)))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by kind, subject and description, so that the order of what was given does not show."""
    return tuple(sorted(faults, key=lambda fault: (fault.kind.value, fault.subject, fault.description)))
