"""A year of real-shaped orders with members who spend and bring goods back at every brand, closed and paid by month.

What each month earned is held against the tills' own answers: the script of `cj_expected` knows tiers as members reach
them by buying alone; here they follow from what members bring back in between, too.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.stack import LocalStack
from tests.trial import month_checks as checks
from tests.trial.closing import open_desk, open_patient_till
from tests.trial.documents import cj_document
from tests.trial.market import CJ
from tests.trial.months import Months, live_through
from tests.trial.shared_data import documents, needs

FILE = "cj_orders.jsonl.gz"
PROGRAM = "cj-months"
ENTITIES = ("care", "common-table", "fresh", "fuel", "pantry")

pytestmark = [pytest.mark.trial, pytest.mark.timeout(900), needs(FILE)]


@pytest_asyncio.fixture(scope="module")
async def months(stack: LocalStack) -> AsyncIterator[Months]:
    """The file, lived through once."""
    calls = [cj_document(PROGRAM, order) for order in documents(FILE)]
    async with open_patient_till(stack, PROGRAM) as till, open_desk(stack, PROGRAM, ENTITIES) as desk:
        yield await live_through(till, desk, CJ, "demo", calls)


def test_twelve_months_are_closed_by_name(months: Months, counted: list[str]) -> None:
    assert list(months.closed) == [f"2017-{month:02}" for month in range(1, 13)]
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


def test_closing_does_not_grow_with_the_books(months: Months) -> None:
    checks.closing_does_not_grow(months)


async def test_an_auditor_finds_nothing_wrong_in_the_exports(months: Months, counted: list[str]) -> None:
    entries = await checks.an_auditor_finds_nothing(months)
    counted.append(f"{PROGRAM}: {entries:,} journal entries audited")


async def test_every_checker_holds_at_the_end(months: Months) -> None:
    assert await months.till.broken() == []
