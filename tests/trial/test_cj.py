"""Twenty thousand real-shaped orders of four brands in ten shops: what they earn, to the unit."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.wallet_pb2 import Wallet

from deploy.local.stack import LocalStack
from tests.support.mesh import open_till
from tests.trial.cj_expected import (
    DINNERS_A_MONTH,
    DINNERS_A_QUARTER,
    RATES,
    Expected,
    dinners_by_month,
    dinners_by_quarter,
    expected,
)
from tests.trial.documents import cj_document
from tests.trial.shared_data import documents, folder, manifest, needs
from tests.trial.stored import appended_after, read_books, read_wallets
from tests.trial.trial import Trial, run

FILE = "cj_orders.jsonl.gz"
PROGRAM = "cj-trial"

pytestmark = [pytest.mark.trial, pytest.mark.timeout(900), needs(FILE)]


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


@pytest.fixture(scope="module")
def dinners(trial: Trial, right: Expected) -> Counter[str]:
    """What each document got at FRESH beyond what the script is sure of: of dinners that many wish for, who comes first
    gets the last."""
    given: Counter[str] = Counter()
    for order, answer in trial.posted.answers.items():
        assert isinstance(answer, ledger.PostOrderResponse)
        document = order.removeprefix("trial:")
        fresh = sum(points.granted for points in answer.earned if points.brand_id == "FRESH")
        given[document] = fresh - right.of_document[document, "FRESH"]
    return given


@pytest.fixture(scope="module")
def earned(right: Expected, dinners: Counter[str]) -> Counter[tuple[str, str]]:
    """Points by brand and member, with the dinners that were given."""
    given = Counter(right.earned)
    for document, points in dinners.items():
        given["FRESH", right.told[document][0]] += points
    return +given


def test_the_control_totals_are_those_of_the_manifest(right: Expected) -> None:
    said = manifest("cj_manifest.json")
    assert right.control == {"orders": said["orders"], "lines": said["lines"]} | said["control_totals"]


def test_every_order_is_taken(trial: Trial) -> None:
    assert trial.posted.refused == {}
    assert len(trial.posted.answers) == 20_000
    assert trial.posted.replayed <= trial.posted.repeated
    assert len(trial.members) == 715


def test_each_order_earns_at_each_brand_what_the_script_says(
    trial: Trial, right: Expected, dinners: Counter[str]
) -> None:
    earned: Counter[tuple[str, str]] = Counter()
    for order, answer in trial.posted.answers.items():
        assert isinstance(answer, ledger.PostOrderResponse)
        for points in answer.earned:
            earned[order.removeprefix("trial:"), points.brand_id] += points.granted
    for document, points_of_dinners in dinners.items():
        earned[document, "FRESH"] -= points_of_dinners
    assert +earned == +right.of_document


def test_dinners_are_given_as_far_as_the_month_and_the_pot_allow(
    right: Expected, dinners: Counter[str], counted: list[str]
) -> None:
    assert all(0 <= dinners[document] <= right.dinners[document] for document in right.told)
    months = dinners_by_month(right, dinners)
    assert max(months.values()) == DINNERS_A_MONTH
    wished = dinners_by_quarter(dinners_by_month(right, right.dinners))
    given = dinners_by_quarter(months)
    assert given == {quarter: min(points, DINNERS_A_QUARTER) for quarter, points in wished.items()}
    counted.append(f"{PROGRAM}: {given.total():,} points for dinners of {wished.total():,} that were wished for")


def test_points_per_brand_and_member_are_stored_to_the_unit(
    trial: Trial, earned: Counter[tuple[str, str]], counted: list[str]
) -> None:
    assert trial.log.moved == {"EARNED": earned}
    counted.append(f"{PROGRAM}: {len(earned):,} pairs of brand and member earned {earned.total():,} points")


def test_each_wallet_holds_what_its_member_earned(trial: Trial, earned: Counter[tuple[str, str]]) -> None:
    stored = {card: Wallet.FromString(trial.wallets[member]).balance for card, member in trial.members.items()}
    assert stored == {card: sum(earned[brand, card] for brand in RATES) for card in stored}


async def test_the_books_of_each_brand_agree(trial: Trial, earned: Counter[tuple[str, str]]) -> None:
    issued = {brand: sum(points for (of, _), points in earned.items() if of == brand) for brand in RATES}
    assert await read_books(trial.till) == {brand: (points, 0, 0, points) for brand, points in issued.items()}


async def test_every_checker_holds_and_the_books_reconcile(trial: Trial) -> None:
    assert await trial.broken() == []


async def test_the_same_file_again_changes_nothing(trial: Trial, counted: list[str]) -> None:
    again = await trial.again()
    assert again.answers == trial.posted.answers
    assert again.replayed == trial.posted.answers.keys()
    assert await read_wallets(trial.till, trial.members.values()) == trial.wallets
    assert await appended_after(trial.till, trial.log.heads) == 0
    counted.append(trial.told())
