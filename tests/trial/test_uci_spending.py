"""The gift shop's half year with members who spend at every brand, their documents in any order but each member's.

Every third member is then posted alone and in the order of the file: what other members do, and when, must not matter.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from functools import partial

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import movement_pb2

from deploy.local.stack import LocalStack
from tests.support.mesh import open_till
from tests.trial.shared_data import documents, folder, needs
from tests.trial.spending import Spent, post_spending, shuffled
from tests.trial.stored import read_parked
from tests.trial.trial import Trial, run
from tests.trial.uci_documents import uci_documents
from tests.trial.uci_expected import Expected, expected

FILE = "uci_orders_h1.jsonl.gz"
SPENDING = "uci-spending"
ORDERED = "uci-spending-ordered"

pytestmark = [pytest.mark.trial, pytest.mark.timeout(600), needs(FILE)]


@pytest.fixture(scope="module")
def right() -> Expected:
    """What the independent script says of earning and returns; spending does not change it."""
    return expected(str(folder() / FILE))


@pytest.fixture(scope="module")
def spent() -> Spent:
    """What the members did."""
    return Spent()


@pytest_asyncio.fixture(scope="module")
async def spending(stack: LocalStack, spent: Spent) -> AsyncIterator[Trial]:
    """All members, in any order."""
    calls = shuffled(uci_documents(SPENDING, documents(FILE)))
    async with open_till(stack, SPENDING) as till:
        yield await run(till, "uci", calls, partial(post_spending, spent=spent))


@pytest_asyncio.fixture(scope="module")
async def ordered(stack: LocalStack) -> AsyncIterator[Trial]:
    """Every third member, in the file's order."""
    calls = uci_documents(ORDERED, documents(FILE))
    some = set(sorted({call.card for call in calls})[::3])
    async with open_till(stack, ORDERED) as till:
        third = [call for call in calls if call.card in some]
        yield await run(till, "uci", third, partial(post_spending, spent=Spent()))


def test_members_spend_in_every_way(spending: Trial, spent: Spent, counted: list[str]) -> None:
    assert {name for name, times in spent.acts.items() if times >= 40} == {
        "redeemed", "restored", "tender attached", "tender whole", "tender released", "tender left", "tender voided"
    }  # fmt: skip
    assert spending.log.moved.keys() == {
        "EARNED", "REVERSED", "ADJUSTED", "HELD", "UNHELD", "REDEEMED", "RESTORED", "REPAID"
    }  # fmt: skip
    moved = {kind: points.total() for kind, points in spending.log.moved.items()}
    counted.append(
        f"{SPENDING}: {dict(spent.acts)}; points {moved}; refused {Counter(spending.posted.refused.values())}"
    )
    counted.append(spending.told())


def test_what_is_refused_is_what_the_file_cannot_say_and_restores_of_what_came_back(
    spending: Trial, right: Expected
) -> None:
    reasons = Counter(spending.posted.refused.values())
    assert reasons.keys() - {"NOT_RESTORABLE"} == {reason for _, reason in right.refused}
    assert reasons.total() - reasons["NOT_RESTORABLE"] == right.refused.total()


def test_spending_changes_nothing_of_what_is_earned_corrected_and_taken_back(spending: Trial, right: Expected) -> None:
    stored = {place: (lot.granted, lot.corrected, lot.reversed) for place, lot in spending.log.lots.items()}
    assert stored == {
        place: (lot.earned, lot.granted - lot.earned, lot.reversed) for place, lot in right.lots.items() if lot.earned
    }


async def test_as_many_returns_wait_as_without_spending(spending: Trial, right: Expected) -> None:
    assert len(await read_parked(spending.till)) == right.waiting.total()


async def test_every_checker_holds_and_the_books_reconcile(spending: Trial) -> None:
    assert await spending.broken() == []


def test_what_other_members_do_changes_nothing_for_a_member(
    spending: Trial, ordered: Trial, counted: list[str]
) -> None:
    mine = {document.call.request_id for document in ordered.documents}
    assert ordered.posted.refused == {
        request_id: reason
        for request_id, reason in spending.posted.refused.items()
        if request_id in mine or request_id.rpartition(":")[0] in mine
    }
    assert len(ordered.log.histories) > 350
    for card, history in ordered.log.histories.items():
        other = spending.log.histories[card]
        assert other == history or shown(other) == shown(history), card
    counted.append(ordered.told())


async def test_every_checker_holds_for_them_too(ordered: Trial) -> None:
    assert await ordered.broken() == []


def shown(history: Sequence[bytes]) -> list[movement_pb2.Movement]:
    """Movements to read, should they differ."""
    return [movement_pb2.Movement.FromString(one) for one in history]
