"""Closing months: the cut, what stands in the way, the signature, and what can never be changed afterwards."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import books_pb2, period_pb2, statement_pb2
from loyalty.settlement.v1 import period_service_pb2 as messages
from loyalty.settlement.v1 import settlement_service_pb2 as books
from loyalty.settlement.v1.as_of_pb2 import AsOf
from loyalty.type.v1.money_pb2 import Ratio

from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.closing import FEBRUARY, JANUARY, Desk, lot, month, program
from tests.integration.settlement.house import BRANDS, open_house
from tests.property.settlement.model import PROGRAM

HALF = Ratio(numerator=1, denominator=2)


@pytest_asyncio.fixture
async def desk(servers: LocalStack, books: Database) -> AsyncIterator[Desk]:
    """Finance's desk; half of what redeemers bear under NONE is shared at the month's end."""
    async with open_house(servers, books, program=program(HALF)) as house:
        yield Desk(house)


async def periods(desk: Desk) -> list[period_pb2.Period]:
    async with desk.house.periods() as stub:
        return list((await stub.ListPeriods(messages.ListPeriodsRequest(program_id=PROGRAM))).periods)


async def refused(desk: Desk, **changes: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await desk.close(**changes)
    return refusal.value


async def test_a_month_goes_from_open_through_closing_to_closed(desk: Desk) -> None:
    await desk.post(month())
    [only] = await periods(desk)
    assert (only.sequence, only.period, only.stage) == (1, "", statement_pb2.PERIOD_STAGE_OPEN)
    begun = await desk.begin()
    assert begun.booked
    opened, closing = await periods(desk)
    assert (opened.sequence, opened.stage) == (2, statement_pb2.PERIOD_STAGE_OPEN)
    assert (closing.period, closing.stage) == (JANUARY, statement_pb2.PERIOD_STAGE_CLOSING)
    assert list(closing.barriers) == list(begun.barriers)
    await desk.reconciled()
    signed = await desk.close()
    assert (signed.stage, signed.signed_name, signed.caller) == (
        statement_pb2.PERIOD_STAGE_CLOSED,
        "A. Auditor",
        "office",
    )
    assert len(signed.figures_hash) == 32
    assert await desk.violations() == {}


async def test_beginning_again_gives_the_first_cut(desk: Desk) -> None:
    first = await desk.begin()
    assert await desk.begin() == first
    assert len(await periods(desk)) == 2


async def test_a_close_over_what_was_never_compared_is_refused_by_the_items_name(desk: Desk) -> None:
    await desk.post(month())
    await desk.begin()
    refusal = await refused(desk)
    assert (refusal.reason, refusal.metadata["items"]) == ("PERIOD_NOT_READY", "RECONCILED")
    await desk.reconciled(differences=["brand.north.closing"])
    refusal = await refused(desk)
    assert refusal.metadata["items"] == "DIFFERENCES_ACCEPTED"
    assert (await desk.checklist())["DIFFERENCES_ACCEPTED"].detail == "brand.north.closing"
    await desk.reconciled()
    await desk.close()


async def test_months_are_closed_in_their_order(desk: Desk) -> None:
    await desk.begin(JANUARY)
    await desk.begin(FEBRUARY)
    await desk.reconciled(1)
    await desk.reconciled(2)
    refusal = await refused(desk, period=FEBRUARY)
    assert refusal.metadata["items"] == "EARLIER_PERIODS_CLOSED"
    await desk.close(JANUARY)
    await desk.close(FEBRUARY, request="close-2")


async def test_a_month_nobody_has_cut_is_not_there(desk: Desk) -> None:
    assert (await refused(desk)).reason == "PERIOD_NOT_FOUND"


async def test_closing_twice_gives_one_close(desk: Desk) -> None:
    await desk.post(month())
    first = await desk.whole_close()
    assert await desk.close() == first
    assert await desk.close(request="another", name="Somebody Else") == first
    assert (await refused(desk, note="another note")).reason == "REQUEST_ID_REUSED"


async def test_the_checklist_is_kept_as_it_was_signed(desk: Desk) -> None:
    await desk.post(month())
    desk.house.ledger.open_holds = 3
    signed = await desk.whole_close()
    desk.house.ledger.open_holds = 0
    kept = await desk.checklist()
    assert list(signed.checklist) == list(kept.values())
    assert (kept["OPEN_HOLDS"].ok, kept["OPEN_HOLDS"].count, kept["OPEN_HOLDS"].detail) == (False, 3, "30 points")
    assert kept["MONTH_END_VOUCHER"].ok


async def test_the_month_end_voucher_is_booked_once_into_its_month(desk: Desk) -> None:
    await desk.post(month())
    await desk.begin()
    await desk.reconciled()
    item = (await desk.checklist())["MONTH_END_VOUCHER"]
    assert (item.ok, item.blocking, item.count) == (False, False, 2)
    await desk.close()
    await desk.close(request="again")
    async with desk.house.periods() as stub:
        listed = await stub.ListVouchers(messages.ListVouchersRequest(program_id=PROGRAM, period=JANUARY))
        [voucher] = listed.vouchers
        whole = await stub.GetVoucher(messages.GetVoucherRequest(program_id=PROGRAM, voucher_id=voucher.voucher_id))
    assert (voucher.number, voucher.kind, voucher.period_sequence) == (
        "MONTH_END-000001",
        period_pb2.VOUCHER_KIND_MONTH_END,
        1,
    )
    postings = {
        (entry.entity_id, posting.account, posting.counterparty_entity_id): posting.debit_minor_units
        - posting.credit_minor_units
        for entry in whole.voucher.entries
        for posting in entry.postings
    }
    # 52 points were worth 41 of the 1.21 redeemed; half of it, half a cent up.
    assert postings == {
        ("linden", "due_from", "peak"): 21,
        ("linden", "redemption_expense", "peak"): -21,
        ("peak", "due_to", "linden"): -21,
        ("peak", "settlement_gain_loss", ""): 21,
    }
    assert await desk.violations() == {}


async def test_what_was_expected_of_every_brand_is_kept_with_the_close(desk: Desk) -> None:
    await desk.post(month())
    await desk.whole_close()
    async with desk.house.sql() as connection:
        kept = await connection.fetch("SELECT brand_id FROM breakage_estimate WHERE period_sequence = 1")
    assert {row["brand_id"] for row in kept} == set(BRANDS)


async def test_what_comes_after_the_cut_belongs_to_the_next_month(desk: Desk) -> None:
    world = month()
    await desk.post(world)
    await desk.whole_close()
    before = await north_as_of(desk, AsOf(period=JANUARY))
    world.earn((lot("e", "north"), 1_000))
    await desk.post(world, days=31)
    assert await north_as_of(desk, AsOf(period=JANUARY)) == before
    assert (before.opening_points, before.earned_points, before.closing_points) == (0, 65, 25)
    now = await north_as_of(desk, AsOf())
    assert (now.opening_points, now.earned_points, now.closing_points) == (25, 1_000, 1_025)
    assert await desk.violations() == {}


async def north_as_of(desk: Desk, as_of: AsOf) -> books_pb2.BrandBooks:
    async with desk.house.stub() as stub:
        answer = await stub.GetBrandBooks(
            books.GetBrandBooksRequest(
                program_id=PROGRAM,
                brand_id="north",
                as_of=as_of,
                span=books.SPAN_BEGINNING_PERIOD,
                at_least=desk.house.ledger.head,
            )
        )
    [found] = answer.brands
    return found


@pytest.mark.parametrize("table", ["journal_entry", "period_balance", "period_brand", "closed_period", "voucher"])
async def test_the_serving_role_cannot_change_what_was_sealed(desk: Desk, table: str) -> None:
    await desk.post(month())
    await desk.whole_close()
    async with desk.house.sql() as connection:
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET program = ''"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(sql)


async def test_the_database_itself_takes_nothing_into_a_closed_month(desk: Desk) -> None:
    await desk.post(month())
    await desk.whole_close()
    async with desk.house.sql() as connection:
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await connection.execute(
                "INSERT INTO journal_entry SELECT (jsonb_populate_record(e, '{\"entry_number\": 9999}')).*"
                "  FROM journal_entry AS e WHERE entry_number = 1"
            )
    assert refusal.value.constraint_name == "period_is_open"


@pytest.mark.parametrize(
    ("sabotage", "finding"),
    [
        (
            "UPDATE period_balance SET balance = balance + 1 WHERE account = 'due_to'",
            "period 2026-01 was closed with other figures than are stored for it",
        ),
        (
            "UPDATE period_brand SET points = points + 1",
            "period 2026-01 was closed with other figures than are stored for it",
        ),
        (
            "UPDATE journal_entry SET period_sequence = 2 WHERE entry_number = 1",
            "period 2026-01 was closed with other figures than its journal and movements give",
        ),
    ],
)
async def test_a_closed_month_that_was_tampered_with_is_found(desk: Desk, sabotage: str, finding: str) -> None:
    await desk.post(month())
    await desk.whole_close()
    async with desk.house.sql(owner=True) as connection:
        await connection.execute(sabotage)
    found = [text for findings in (await desk.violations()).values() for text in findings]
    assert finding in found


async def test_events_of_another_month_are_in_the_cut_off_report(desk: Desk) -> None:
    world = month()
    await desk.post(world, days=-3)
    world.earn((lot("late", "north"), 10))
    await desk.post(world)
    world.earn((lot("early", "north"), 10))
    await desk.post(world, days=31)
    await desk.begin()
    seen: list[period_pb2.CutOffEvent] = []
    async with desk.house.periods() as stub:
        request = messages.GetCutOffRequest(program_id=PROGRAM, period=JANUARY, page_size=2)
        while True:
            page = await stub.GetCutOff(request)
            seen += page.events
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    assert (page.late_count, page.early_count, len(seen)) == (4, 1, 5)
    assert {each.occur_period for each in seen} == {"2025-12", FEBRUARY}
    early = seen[-1]
    assert early.direction == period_pb2.CUT_OFF_DIRECTION_EARLY
    assert (early.points, [money.minor_units for money in early.carrying], list(early.owed)) == (10, [8], [])
    spent = seen[2]
    assert (spent.points, [money.minor_units for money in spent.owed]) == (-152, [80])
    assert (await desk.checklist())["CUT_OFF"].detail == "4 late, 1 early"


async def test_who_trades_without_terms_is_told(desk: Desk) -> None:
    await desk.post(month())
    await desk.begin()
    assert (await desk.checklist())["TERMS_COMPLETE"].detail == "harbor and linden"


async def test_only_finance_signs(desk: Desk) -> None:
    await desk.begin()
    async with desk.house.periods("HEADQUARTERS_ADMIN") as stub:
        assert (
            await stub.GetPeriod(messages.GetPeriodRequest(program_id=PROGRAM, period=JANUARY))
        ).period.sequence == 1
        request = messages.ClosePeriodRequest(
            program_id=PROGRAM, period=JANUARY, request_id="r", signed_name="A. Auditor"
        )
        with pytest.raises(Refusal) as refusal:
            await stub.ClosePeriod(request)
    assert refusal.value.reason == "ROLE_NOT_ALLOWED"
