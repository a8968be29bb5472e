"""Twenty thousand real-shaped orders of four brands in ten shops: what they earn, to the unit."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.wallet_pb2 import Wallet

from deploy.local.stack import LocalStack
from tests.support.mesh import open_till
from tests.trial.cj_expected import RATES, Expected, expected
from tests.trial.documents import cj_document
from tests.trial.shared_data import documents, folder, manifest, needs
from tests.trial.stored import appended_after, read_books, read_wallets
from tests.trial.trial import Trial, run

FILE = "cj_orders.jsonl.gz"
PROGRAM = "cj-trial"

pytestmark = [pytest.mark.trial, pytest.mark.timeout(600), needs(FILE)]


@pytest.fixture(scope="module")
def right() -> Expected:
    """What the independent script says."""
    return expected(str(folder() / FILE))


@pytest_asyncio.fixture(scope="module")
async def trial(stack: LocalStack) -> AsyncIterator[Trial]:
    """The file, posted once."""
    calls = [cj_document(PROGRAM, order) for order in documents(FILE)]
    async with open_till(stack, PROGRAM) as till:
        yield await run(till, "demo", calls, lots=False)


def test_the_control_totals_are_those_of_the_manifest(right: Expected) -> None:
    said = manifest("cj_manifest.json")
    assert right.control == {"orders": said["orders"], "lines": said["lines"]} | said["control_totals"]


def test_every_order_is_taken(trial: Trial) -> None:
    assert trial.posted.refused == {}
    assert (len(trial.posted.answers), trial.posted.replayed) == (20_000, 0)
    assert len(trial.members) == 715


def test_each_order_earns_at_each_brand_what_the_script_says(trial: Trial, right: Expected) -> None:
    earned: Counter[tuple[str, str]] = Counter()
    for order, answer in trial.posted.answers.items():
        assert isinstance(answer, ledger.PostOrderResponse)
        for points in answer.earned:
            earned[order.removeprefix("trial:"), points.brand_id] += points.granted
    assert earned == +right.of_document


def test_points_per_brand_and_member_are_stored_to_the_unit(trial: Trial, right: Expected, counted: list[str]) -> None:
    assert trial.log.moved == {"EARNED": +right.earned}
    counted.append(
        f"{PROGRAM}: {len(+right.earned):,} pairs of brand and member earned {right.earned.total():,} points"
    )


def test_each_wallet_holds_what_its_member_earned(trial: Trial, right: Expected) -> None:
    stored = {card: Wallet.FromString(trial.wallets[member]).balance for card, member in trial.members.items()}
    assert stored == {card: sum(right.earned[brand, card] for brand in RATES) for card in stored}


async def test_the_books_of_each_brand_agree(trial: Trial, right: Expected) -> None:
    earned = {brand: sum(points for (of, _), points in right.earned.items() if of == brand) for brand in RATES}
    assert await read_books(trial.till) == {brand: (points, 0, 0, points) for brand, points in earned.items()}


async def test_every_checker_holds_and_the_books_reconcile(trial: Trial) -> None:
    assert await trial.till.broken() == []


async def test_the_same_file_again_changes_nothing(trial: Trial, counted: list[str]) -> None:
    again = await trial.again()
    assert again.answers == trial.posted.answers
    assert again.replayed == len(trial.documents)
    assert await read_wallets(trial.till, trial.members.values()) == trial.wallets
    assert await appended_after(trial.till, trial.log.heads) == 0
    counted.append(trial.told())
