"""The gift shop's half year with members who spend at every brand, closed and paid month by month."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.stack import LocalStack
from tests.trial import month_checks as checks
from tests.trial.bookkeeping import by_brand
from tests.trial.closing import open_desk, open_patient_till
from tests.trial.market import UCI
from tests.trial.months import Months, live_through
from tests.trial.shared_data import documents, folder, needs
from tests.trial.uci_documents import uci_documents
from tests.trial.uci_expected import by_brand as by_issuer
from tests.trial.uci_expected import expected

FILE = "uci_orders_h1.jsonl.gz"
PROGRAM = "uci-months"
ENTITIES = ("gift", "home", "kitsch", "vintage")

pytestmark = [pytest.mark.trial, pytest.mark.timeout(600), needs(FILE)]


@pytest_asyncio.fixture(scope="module")
async def months(stack: LocalStack) -> AsyncIterator[Months]:
    """The file, lived through once."""
    calls = uci_documents(PROGRAM, documents(FILE))
    async with open_patient_till(stack, PROGRAM) as till, open_desk(stack, PROGRAM, ENTITIES) as desk:
        yield await live_through(till, desk, UCI, "uci", calls)


def test_six_months_are_closed_by_name(months: Months, counted: list[str]) -> None:
    assert list(months.closed) == ["2010-12", "2011-01", "2011-02", "2011-03", "2011-04", "2011-05"]
    checks.every_month_is_closed_by_name(months)
    counted.extend(months.told())


def test_no_reconciliation_finds_a_difference(months: Months) -> None:
    checks.nothing_differs(months)


def test_payments_clear_every_net_and_leave_nothing_between_entities(months: Months) -> None:
    checks.payments_clear_every_net(months)


def test_trial_balances_balance_at_every_cut(months: Months) -> None:
    checks.trial_balances_balance(months)


def test_each_month_begins_where_the_one_before_ended(months: Months) -> None:
    checks.roll_forwards_chain(months)


def test_the_books_say_what_the_tills_recorded(months: Months) -> None:
    checks.members_spent_across_brands(months)
    checks.books_say_what_the_tills_recorded(months)


def test_the_months_add_up_to_what_the_script_says_of_the_half_year(months: Months) -> None:
    right = expected(str(folder() / FILE))
    figures = {"earned": "earned", "reversed": "reversed", "adjusted": "moved"}
    for recorded, scripted in figures.items():
        sums = by_issuer(right.by_brand_and_member(scripted).items())
        assert {brand: points for brand, points in sums.items() if points} == {
            brand: points for brand, points in by_brand(months.records, recorded).items() if points
        }


def test_closing_does_not_grow_with_the_books(months: Months) -> None:
    checks.closing_does_not_grow(months)


async def test_an_auditor_finds_nothing_wrong_in_the_exports(months: Months, counted: list[str]) -> None:
    entries = await checks.an_auditor_finds_nothing(months)
    counted.append(f"{PROGRAM}: {entries:,} journal entries audited")


async def test_every_checker_holds_at_the_end(months: Months) -> None:
    assert await months.till.broken() == []
