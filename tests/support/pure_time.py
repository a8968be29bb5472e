"""What time and people do to points, on the ledger in memory."""

from collections.abc import Sequence
from datetime import datetime

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import ExtensionAnswer, PendingAnswer, SweepAnswer
from ledger_service.domain.commands import (
    ActivatePending,
    CancelPending,
    ExtendExpiry,
    PendingTarget,
    SweepWallet,
)
from ledger_service.domain.order import DocumentRef, order_id_of
from tests.support.pure_ledger import PureLedger


def target(ledger: PureLedger, member: str, document: str = "", line: int = 0, accrual: str = "") -> PendingTarget:
    """A sale, a line of it, or an accrual."""
    if accrual:
        return PendingTarget("", 0, accrual, member)
    return PendingTarget(order_id_of(ledger.program, DocumentRef("till", document)), line, "", member)


def activation(ledger: PureLedger, member: str, of: PendingTarget) -> ActivatePending:
    """The command."""
    origin = ledger.origin(member)
    return ActivatePending(origin, f"pnd-{origin.request_id}", of)


def cancellation(ledger: PureLedger, member: str, of: PendingTarget) -> CancelPending:
    """The command."""
    origin = ledger.origin(member)
    return CancelPending(origin, f"pnd-{origin.request_id}", of, "not delivered")


def extension(
    ledger: PureLedger, member: str, until: datetime, accruals: Sequence[str] = (), home: str = ""
) -> ExtendExpiry:
    """The command."""
    origin = ledger.origin(member)
    named = tuple((home or member, accrual_id) for accrual_id in accruals)
    return ExtendExpiry(origin, f"ext-{origin.request_id}", named, until, "sorry", "ops")


def activate(ledger: PureLedger, member: str, of: PendingTarget) -> PendingAnswer:
    """Makes pending points spendable."""
    answer = ledger.run(activation(ledger, member, of)).answer
    assert isinstance(answer, PendingAnswer)
    return answer


def cancel(ledger: PureLedger, member: str, of: PendingTarget) -> PendingAnswer:
    """Takes pending points back."""
    answer = ledger.run(cancellation(ledger, member, of)).answer
    assert isinstance(answer, PendingAnswer)
    return answer


def extend(ledger: PureLedger, member: str, until: datetime, accruals: Sequence[str] = ()) -> ExtensionAnswer:
    """Lets points expire later."""
    answer = ledger.run(extension(ledger, member, until, accruals)).answer
    assert isinstance(answer, ExtensionAnswer)
    return answer


def sweep(ledger: PureLedger, member: str) -> SweepAnswer:
    """Books what is due."""
    answer = ledger.run(SweepWallet(ledger.origin(member))).answer
    assert isinstance(answer, SweepAnswer)
    return answer


def accrual_of(ledger: PureLedger, document: str, line: int = 1) -> Accrual:
    """The one accrual of a sale's line."""
    order_id = order_id_of(ledger.program, DocumentRef("till", document))
    [found] = [a for a in ledger.state.accruals.values() if (a.order_id, a.line_number) == (order_id, line)]
    return found
