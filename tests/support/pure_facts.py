"""Sales that were judged by facts of their member, over a ledger in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Award, PostOrder
from ledger_service.domain.facts import FactsRead, PurchasesRead, TierRead
from ledger_service.domain.order import OrderLine
from ledger_service.domain.slice import NeedMore
from tests.support.pure_ledger import PureLedger

TODAY = date(2026, 3, 2)


def purchases(least: int, most: int | None, brand: str = "") -> FactsRead:
    """A decision that is the same for so many purchases."""
    return FactsRead(purchases=(PurchasesRead(brand, least, least, most),))


def tier(ladder: str, tier: str) -> FactsRead:
    """A decision by a tier."""
    return FactsRead(tiers=(TierRead(ladder, tier),))


def judged(
    ledger: PureLedger,
    member: str,
    document_id: str,
    lines: Sequence[OrderLine],
    read: FactsRead,
    *,
    awards: Sequence[Award] = (),
    day: date = TODAY,
) -> PostOrder:
    """The command of a sale of a local day, judged by some facts."""
    command = ledger.order_command(member, document_id, list(lines), list(awards))
    return replace(command, order=replace(command.order, local_day=day, read=read))


def reason_of(ledger: PureLedger, command: PostOrder) -> str:
    """Why a command is refused; empty if it is applied."""
    try:
        ledger.run(command)
    except Refusal as refusal:
        return refusal.reason
    except NeedMore as more:
        return type(more.need).__name__
    return ""
