"""Corrections by a person's name: booked once, whole, into the open period."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.settlement.v1 import books_pb2, period_pb2
from loyalty.settlement.v1 import period_service_pb2 as messages

from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.closing import JANUARY, Desk, month, program
from tests.integration.settlement.house import open_house
from tests.property.settlement.model import PROGRAM


@pytest_asyncio.fixture
async def desk(servers: LocalStack, books: Database) -> AsyncIterator[Desk]:
    """Finance's desk, with a month in the books."""
    async with open_house(servers, books, program=program()) as house:
        desk = Desk(house)
        await desk.post(month())
        yield desk


def debit(account: str, amount: int, other: str = "") -> books_pb2.Posting:
    return books_pb2.Posting(account=account, counterparty_entity_id=other, debit_minor_units=amount)


def credit(account: str, amount: int, other: str = "") -> books_pb2.Posting:
    return books_pb2.Posting(account=account, counterparty_entity_id=other, credit_minor_units=amount)


def entry(entity: str, *postings: books_pb2.Posting) -> period_pb2.VoucherEntry:
    return period_pb2.VoucherEntry(entity_id=entity, currency_code="USD", postings=postings)


OWED = (
    entry("north", debit("settlement_gain_loss", 7), credit("due_to", 7, "linden")),
    entry("linden", debit("due_from", 7, "north"), credit("redemption_clearing", 7)),
)


async def book(
    desk: Desk, *entries: period_pb2.VoucherEntry, request: str = "adj-1", reason: str = "price was wrong", **more: str
) -> period_pb2.Voucher:
    async with desk.house.periods() as stub:
        answer = await stub.BookAdjustment(
            messages.BookAdjustmentRequest(
                program_id=PROGRAM,
                request_id=request,
                reason=reason,
                signed_name="A. Auditor",
                entries=entries,
                **more,
            )
        )
    return answer.voucher


async def test_an_adjustment_is_a_voucher_in_the_open_period(desk: Desk) -> None:
    await desk.whole_close()
    before = await desk.house.net()
    voucher = await book(desk, *OWED, adjusts_period=JANUARY, adjusts_figure="obligation.north.linden.USD")
    assert (voucher.number, voucher.period_sequence, voucher.subject_id) == ("ADJUSTMENT-000001", 2, JANUARY)
    assert (voucher.caller, voucher.signed_name) == ("office", "A. Auditor")
    assert list(voucher.entries) == list(OWED)
    after = await desk.house.net()
    assert (after["linden"] - before["linden"], after["north"] - before["north"]) == (7, -7)
    assert await desk.violations() == {}


async def test_an_adjustment_sent_again_is_booked_once(desk: Desk) -> None:
    first = await book(desk, *OWED)
    assert await book(desk, *OWED) == first
    with pytest.raises(Refusal) as refusal:
        await book(desk, *OWED, reason="something else")
    assert refusal.value.reason == "REQUEST_ID_REUSED"
    second = await book(desk, *OWED, request="adj-2")
    async with desk.house.periods() as stub:
        request = messages.ListVouchersRequest(program_id=PROGRAM, page_size=1)
        page = await stub.ListVouchers(request)
        request.page_token = page.next_page_token
        rest = await stub.ListVouchers(request)
    assert [each.voucher_id for each in (*page.vouchers, *rest.vouchers)] == [first.voucher_id, second.voucher_id]
    assert not rest.next_page_token


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ((OWED[0],), "VOUCHER_NOT_BALANCED"),
        ((entry("north", debit("cash_clearing", 7), credit("fx_clearing", 6)),), "VOUCHER_NOT_BALANCED"),
        ((entry("nobody", debit("cash_clearing", 7), credit("fx_clearing", 7)),), "ENTITY_UNKNOWN"),
        ((entry("north", debit("petty_cash", 7), credit("fx_clearing", 7)),), "ACCOUNT_UNKNOWN"),
        ((entry("north", debit("reserve_deposit", 7, "linden"), credit("fx_clearing", 7)),), "VOUCHER_NOT_BALANCED"),
        ((entry("north", debit("repayment_clearing", 7), credit("fx_clearing", 7)),), "ACCOUNT_UNKNOWN"),
        ((entry("north", debit("netting_clearing", 7), credit("fx_clearing", 7)),), "ACCOUNT_UNKNOWN"),
        ((entry("north", debit("cash_clearing", 10**15 + 1), credit("fx_clearing", 10**15 + 1)),), "MALFORMED"),
        ((entry("north", debit("due_to", 7), credit("fx_clearing", 7)),), "MALFORMED"),
        ((entry("north", debit("cash_clearing", 7, "linden"), credit("fx_clearing", 7)),), "MALFORMED"),
        ((entry("north", debit("due_from", 7, "north"), credit("fx_clearing", 7)),), "MALFORMED"),
        ((entry("north", debit("cash_clearing", 0), credit("fx_clearing", 0)),), "MALFORMED"),
        ((), "MALFORMED"),
    ],
)
async def test_a_voucher_that_books_cannot_take_is_refused_and_changes_nothing(
    desk: Desk, entries: tuple[period_pb2.VoucherEntry, ...], reason: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        await book(desk, *entries)
    assert refusal.value.reason == reason
    async with desk.house.periods() as stub:
        assert not (await stub.ListVouchers(messages.ListVouchersRequest(program_id=PROGRAM))).vouchers


async def test_nobody_adjusts_a_month_that_was_not_cut(desk: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        await book(desk, *OWED, adjusts_period=JANUARY)
    assert refusal.value.reason == "PERIOD_NOT_FOUND"


async def test_a_voucher_that_is_not_there_is_not_found(desk: Desk) -> None:
    async with desk.house.periods() as stub:
        with pytest.raises(Refusal) as refusal:
            await stub.GetVoucher(messages.GetVoucherRequest(program_id=PROGRAM, voucher_id="vch_none"))
    assert refusal.value.reason == "VOUCHER_NOT_FOUND"
