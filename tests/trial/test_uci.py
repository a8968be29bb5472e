"""Half a year of a real gift shop, every line of it: what sales earned, and what cancellations did, to the unit."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import movement_pb2
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import return_requests_pb2 as returns
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.support.mesh import open_till
from tests.trial.posting import Answer
from tests.trial.shared_data import documents, folder, manifest, needs
from tests.trial.stored import appended_after, read_books, read_parked, read_return, read_wallets
from tests.trial.trial import Trial, run
from tests.trial.uci_documents import uci_documents
from tests.trial.uci_expected import RATES, Expected, by_brand, expected

FILE = "uci_orders_h1.jsonl.gz"
PROGRAM = "uci-trial"
IN_ORDER = "uci-in-order"

pytestmark = [pytest.mark.trial, pytest.mark.timeout(600), needs(FILE)]


@pytest.fixture(scope="module")
def right() -> Expected:
    """What the independent script says."""
    return expected(str(folder() / FILE))


@pytest_asyncio.fixture(scope="module")
async def trial(stack: LocalStack) -> AsyncIterator[Trial]:
    """The file, posted once."""
    async with open_till(stack, PROGRAM) as till:
        yield await run(till, "uci", uci_documents(PROGRAM, documents(FILE)))


def test_the_file_is_the_one_its_manifest_describes(right: Expected) -> None:
    said = manifest("uci_manifest.json")
    control = (right.control["sale"], right.control["cancel"], right.control["lines"], right.control["minor_units"])
    assert control == (
        said["sales"], said["cancellations"], said["lines"], said["sum_of_line_amounts_minor_units"]
    )  # fmt: skip


def test_every_line_is_posted(trial: Trial, right: Expected) -> None:
    # Eight partial lines are in two calls: what names its sales, and the pieces beyond.
    assert sum(call.line_count for call in trial.documents) == right.control["lines"] + 8
    assert len(trial.posted.answers) + len(trial.posted.refused) == len(trial.documents)
    assert trial.posted.replayed <= trial.posted.repeated


def test_what_can_be_no_correction_and_no_return_is_refused_with_its_reason(trial: Trial, right: Expected) -> None:
    assert Counter(trial.posted.refused.values()) == Counter(
        {reason: sum(n for (_, why), n in right.refused.items() if why == reason) for _, reason in right.refused}
    )
    assert sum(right.refused.values()) + sum(right.corrected.values()) == 69 + 47


def test_returns_before_their_sales_are_parked_and_the_sales_settle_them(
    trial: Trial, right: Expected, counted: list[str]
) -> None:
    parked = [parked_id(answer) for answer in trial.posted.answers.values() if parked_id(answer)]
    assert len(parked) == sum(right.waiting.values()) + sum(right.came.values())
    settled = [return_id for answer in trial.posted.answers.values() for return_id in settled_by(answer)]
    assert (len(settled), len(set(settled))) == (right.came["early"], right.came["early"])
    assert set(settled) <= set(parked)
    counted.append(
        f"{PROGRAM}: parked {len(parked)}, settled by their sales {len(settled)}, still waiting {dict(right.waiting)}"
        f"; corrected {dict(right.corrected)}; refused {dict(right.refused)}"
    )


async def test_what_still_waits_is_listed_with_the_counts_of_the_file(trial: Trial, right: Expected) -> None:
    listed = await read_parked(trial.till)
    kinds = Counter(one.return_document.fulfilment_id.partition("-")[0] for one in listed)
    assert kinds == right.waiting
    assert (kinds["orphan"], len(listed)) == (193, len({one.return_id for one in listed}))
    assert {one.state for one in listed} == {returns.RETURN_STATE_PARKED}
    times = [one.post_time.ToNanoseconds() for one in listed]
    assert times == sorted(times)


async def test_each_document_moves_the_points_the_script_says(trial: Trial, right: Expected) -> None:
    moved: Counter[str] = Counter()
    states: Counter[int] = Counter()
    for document in trial.documents:
        answer = trial.posted.answers.get(document.call.request_id)
        if isinstance(answer, ledger.PostOrderResponse):
            moved[document.document_id] += answer.earned_points
        elif isinstance(answer, ledger.PostReturnResponse) and not parked_id(answer):
            moved[document.document_id] += answer.reversed_points
        elif isinstance(answer, ledger.PostReturnResponse):
            outcome = await read_return(trial.till, answer.return_id)
            states[outcome.state] += 1
            moved[document.document_id] += sum(one.reversed for one in outcome.reversed)
        elif isinstance(answer, orders.CorrectOrderLineResponse):
            moved[document.document_id] -= sum(one.points for one in answer.corrected)
    assert +moved == +right.of_document
    assert states == {
        returns.RETURN_STATE_POSTED: right.came.total(), returns.RETURN_STATE_PARKED: right.waiting.total()
    }  # fmt: skip


def test_each_lot_is_what_the_script_says(trial: Trial, right: Expected) -> None:
    stored = {
        place: (lot.brand_id, lot.granted, lot.corrected, lot.reversed, lot.remaining, lot.held)
        for place, lot in trial.log.lots.items()
    }
    assert stored == {
        place: (lot.brand, lot.earned, lot.granted - lot.earned, lot.reversed, lot.balance, 0)
        for place, lot in right.lots.items()
        if lot.earned
    }


def test_points_per_brand_and_member_are_stored_to_the_unit(trial: Trial, right: Expected, counted: list[str]) -> None:
    figures = {"EARNED": "earned", "REVERSED": "reversed", "ADJUSTED": "moved"}
    assert trial.log.moved == {kind: right.by_brand_and_member(figure) for kind, figure in figures.items()}
    earned, gone = right.by_brand_and_member("earned"), right.by_brand_and_member("reversed")
    counted.append(
        f"{PROGRAM}: {len(earned):,} pairs of brand and member earned {earned.total():,} points; "
        f"{len(gone):,} of them lost {gone.total():,} to returns"
    )


def test_each_wallet_holds_what_stands(trial: Trial, right: Expected) -> None:
    balances: Counter[str] = Counter()
    for (_, card), points in right.by_brand_and_member("balance").items():
        balances[card] += points
    stored = {card: Wallet.FromString(trial.wallets[member]).balance for card, member in trial.members.items()}
    assert stored == {card: balances[card] for card in stored}


async def test_the_books_of_each_brand_agree(trial: Trial, right: Expected) -> None:
    sums = [
        by_brand(right.by_brand_and_member(figure).items()) for figure in ("earned", "reversed", "moved", "balance")
    ]
    earned, taken_back, corrected, closing = sums
    assert await read_books(trial.till) == {
        brand: (earned[brand], taken_back[brand], corrected[brand], closing[brand]) for brand in RATES
    }


async def test_every_checker_holds_and_the_books_reconcile(trial: Trial) -> None:
    assert await trial.broken() == []


async def test_the_same_file_again_changes_nothing(trial: Trial, counted: list[str]) -> None:
    again = await trial.again()
    assert again.answers == trial.posted.answers
    assert again.refused == trial.posted.refused
    assert again.replayed == trial.posted.answers.keys()
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


async def test_returns_that_came_early_end_as_in_order(stack: LocalStack, trial: Trial, counted: list[str]) -> None:
    """All documents of the members who had such returns, each of these right after its sale."""
    resolved = {request_id for request_id, answer in trial.posted.answers.items() if settled_by(answer)}
    early = {document.card for document in trial.documents if document.call.request_id in resolved}
    in_order = uci_documents(IN_ORDER, documents(FILE), early_in_order=True)
    async with open_till(stack, IN_ORDER) as till:
        other = await run(till, "uci", [document for document in in_order if document.card in early])
        assert not any(settled_by(answer) for answer in other.posted.answers.values())
        for card in early:
            assert without_shop_times(other, card) == without_shop_times(trial, card)
        assert await till.broken() == []
        counted.append(other.told())


def parked_id(answer: Answer) -> str:
    """The id of a return that waits for its sale; empty for other answers."""
    if isinstance(answer, ledger.PostReturnResponse) and answer.state == returns.RETURN_STATE_PARKED:
        return answer.return_id
    return ""


def settled_by(answer: Answer) -> Sequence[str]:
    """The returns that a sale settled."""
    return answer.resolved_return_ids if isinstance(answer, ledger.PostOrderResponse) else ()


def without_shop_times(trial: Trial, card: str) -> list[movement_pb2.Movement]:
    """A member's movements; a return that its sale settles happens, by the shop's clock, with the sale."""
    history = [movement_pb2.Movement.FromString(one) for one in trial.log.histories[card]]
    for movement in history:
        movement.ClearField("occur_time")
    return history
