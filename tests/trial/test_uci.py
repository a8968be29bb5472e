"""Half a year of a real gift shop: what its sales earned and its cancellations took back, to the unit."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.support.mesh import open_till
from tests.trial.documents import uci_document
from tests.trial.shared_data import documents, folder, manifest, needs
from tests.trial.stored import appended_after, read_books, read_wallets
from tests.trial.trial import Trial, run
from tests.trial.uci_expected import Expected, expected

FILE = "uci_orders_h1.jsonl.gz"
PROGRAM = "uci-trial"

pytestmark = [pytest.mark.trial, pytest.mark.timeout(600), needs(FILE)]


@pytest.fixture(scope="module")
def right() -> Expected:
    """What the independent script says."""
    return expected(str(folder() / FILE))


@pytest_asyncio.fixture(scope="module")
async def trial(stack: LocalStack) -> AsyncIterator[Trial]:
    """The file, posted once."""
    calls = [call for call in (uci_document(PROGRAM, document) for document in documents(FILE)) if call]
    async with open_till(stack, PROGRAM) as till:
        yield await run(till, "uci", calls)


def test_the_file_is_the_one_its_manifest_describes(right: Expected) -> None:
    said = manifest("uci_manifest.json")
    control = (right.control["sale"], right.control["cancel"], right.control["lines"], right.control["minor_units"])
    assert control == (
        said["sales"], said["cancellations"], said["lines"], said["sum_of_line_amounts_minor_units"]
    )  # fmt: skip


def test_every_document_is_taken(trial: Trial) -> None:
    assert trial.posted.refused == []
    assert (len(trial.posted.answers), trial.posted.replayed) == (len(trial.documents), 0)


def test_lines_that_wait_for_the_ledger_issue_are_listed_and_not_posted(
    trial: Trial, right: Expected, counted: list[str]
) -> None:
    kinds = Counter(kind for _, _, kind in right.not_posted)
    assert kinds == {"orphan": 193, "early": 156, "adj": 69, "price": 47, "partial": 6}
    posted = sum(call.line_count for call in trial.documents)
    assert posted + len(right.not_posted) == right.control["lines"]
    counted.append(f"{PROGRAM}: not posted {dict(kinds)}, {right.control['unmatched']:,} pieces name no sale")


def test_each_document_moves_the_points_the_script_says(trial: Trial, right: Expected) -> None:
    moved = {
        document: answer.earned_points if isinstance(answer, ledger.PostOrderResponse) else answer.reversed_points
        for document, answer in trial.posted.answers.items()
    }
    assert moved == {document: right.of_document[document] for document in moved}


def test_points_per_brand_and_member_are_stored_to_the_unit(trial: Trial, right: Expected, counted: list[str]) -> None:
    assert trial.log.moved["EARNED"] == +right.earned
    assert trial.log.moved["REVERSED"] == +right.taken_back
    assert trial.log.moved.keys() == {"EARNED", "REVERSED"}
    counted.append(
        f"{PROGRAM}: {len(+right.earned):,} pairs of brand and member earned {right.earned.total():,} points; "
        f"{len(+right.taken_back):,} of them lost {right.taken_back.total():,} to returns"
    )


def test_each_wallet_holds_what_was_earned_less_what_was_taken_back(trial: Trial, right: Expected) -> None:
    balances: Counter[str] = Counter()
    for (_, card), points in right.earned.items():
        balances[card] += points
    for (_, card), points in right.taken_back.items():
        balances[card] -= points
    stored = {card: Wallet.FromString(trial.wallets[member]).balance for card, member in trial.members.items()}
    assert stored == {card: balances[card] for card in stored}


async def test_the_books_of_each_brand_agree(trial: Trial, right: Expected) -> None:
    earned, taken_back = by_brand(right.earned), by_brand(right.taken_back)
    assert await read_books(trial.till) == {
        brand: (earned[brand], taken_back[brand], earned[brand] - taken_back[brand]) for brand in earned
    }


async def test_every_checker_holds_and_the_books_reconcile(trial: Trial) -> None:
    assert await trial.till.broken() == []


async def test_the_same_file_again_changes_nothing(trial: Trial, counted: list[str]) -> None:
    again = await trial.again()
    assert again.answers == trial.posted.answers
    assert again.replayed == len(trial.documents)
    assert await read_wallets(trial.till, trial.members.values()) == trial.wallets
    assert await appended_after(trial.till, trial.log.heads) == 0
    counted.append(trial.told())


async def test_lines_without_brand_are_kept_and_earn_nothing(trial: Trial) -> None:
    sales = [document.call for document in trial.documents if isinstance(document.call, ledger.PostOrderRequest)]
    postage = {
        sale.order.document_id: {line.line_number for line in sale.order.lines if not line.brand_id} for sale in sales
    }
    assert sum(map(len, postage.values())) == 289
    for document_id, numbers in [(document_id, numbers) for document_id, numbers in postage.items() if numbers][:25]:
        ref = order_pb2.OrderRef(source="uci", document_id=document_id)
        stored = (await trial.till.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=PROGRAM, order=ref))).order
        assert {line.line_number for line in stored.order.lines if not line.brand_id} == numbers
        assert numbers.isdisjoint(accrual.line_number for accrual in stored.accruals)


async def test_a_stock_code_that_is_no_id_is_refused_with_its_line(trial: Trial) -> None:
    """The file has one line "BANK CHARGES"; its adapter writes BANK-CHARGES."""
    call = next(
        document.call
        for document in trial.documents
        if isinstance(document.call, ledger.PostOrderRequest)
        and any(line.sku == "BANK-CHARGES" for line in document.call.order.lines)
    )
    raw = ledger.PostOrderRequest()
    raw.CopyFrom(call)
    raw.request_id = "trial:as-written"
    index, line = next((i, line) for i, line in enumerate(raw.order.lines) if line.sku == "BANK-CHARGES")
    line.sku = "BANK CHARGES"
    with pytest.raises(Refusal) as refused:
        await trial.till.mesh.ledger.PostOrder(raw)
    assert refused.value.reason == "MALFORMED"
    assert [violation.field for violation in refused.value.violations] == [f"order.lines[{index}].sku"]


def by_brand(points: Counter[tuple[str, str]]) -> Counter[str]:
    """Sums over members."""
    sums: Counter[str] = Counter()
    for (brand, _), some in points.items():
        sums[brand] += some
    return sums
