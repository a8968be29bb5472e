"""Chapter: one line per invariant, over both programs, from the ledger's checkers and the books'."""

import asyncio
from collections.abc import Sequence

from loyalty.ledger.v1 import integrity_pb2
from loyalty.settlement.v1 import books_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as settlement

from deploy.local.demo.office import Cursor, Office
from deploy.local.demo.screen import Screen

INVARIANTS = {
    "I1": "every point is accounted for: accruals and wallets add up",
    "I2": "every brand's books roll forward to what is there",
    "I3": "every entry balances, and what one owes another is owed",
    "I4": "a refused call left nothing behind",
    "I5": "nothing was counted twice, nothing was missed",
    "I6": "closed months are as they were closed",
    "I7": "history was not edited, its hash chains are whole",
    "I8": "nobody spent more than they had",
}


Outcome = integrity_pb2.IntegrityCheck | books_pb2.BooksCheck


async def tell(screen: Screen, offices: Sequence[tuple[Office, Cursor]]) -> None:
    """Runs everything there is to run."""
    screen.chapter(
        "The checkers",
        """Each invariant is checked from what lies in the databases, over the whole history of both programs, and not
        from what the services believe. All lines have to be green.""",
    )
    with screen.waiting("the checkers read the whole history"):
        found = await asyncio.gather(*(_check(office, cursor) for office, cursor in offices))
    for invariant in sorted(INVARIANTS | {one.invariant: "" for outcomes, _ in found for one in outcomes}):
        _tell(screen, invariant, [one for outcomes, _ in found for one in outcomes if one.invariant == invariant])
    compared = sum(reconciled.compared for _, reconciled in found)
    differences = [one for _, reconciled in found for one in reconciled.differences]
    screen.figure(
        compared > 0 and not differences,
        f"{'=':<3} ledger and books agree: {compared:,} figures compared, {len(differences)} differ",
    )
    for one in differences:
        screen.note(f"      {one.figure}: ledger {one.ledger}, books {one.books}")


async def _check(office: Office, cursor: Cursor) -> tuple[Sequence[Outcome], settlement.ReconcileLedgerResponse]:
    """Every checker's outcome for one program, and the reconciliation of its books with the ledger."""
    ledger, books, reconciled = await asyncio.gather(
        office.integrity(), office.books_checks(), office.reconcile(cursor)
    )
    return [*ledger, *books], reconciled


def _tell(screen: Screen, invariant: str, outcomes: Sequence[Outcome]) -> None:
    checked = sum(one.checked for one in outcomes)
    facts = f"{checked:,} facts, {len(outcomes)} checkers" if checked else "nothing to check yet"
    held = bool(outcomes) and all(one.violations == 0 for one in outcomes)
    screen.figure(held, f"{invariant:<3} {INVARIANTS.get(invariant, '')} ({facts if outcomes else 'no checker ran'})")
    for finding in (finding for one in outcomes for finding in one.findings):
        screen.note(f"      {finding}")
