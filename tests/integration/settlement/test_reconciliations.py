"""Reconciliations as they are asked for: kept, drilled to the movement, accepted by name."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.settlement.v1 import settlement_service_pb2
from loyalty.type.v1.money_pb2 import Money

from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.reconciling import PRICES, ExportingLedger, reconciler, run, shops
from tests.property.settlement.model import PROGRAM, worked_basket

SHOPPER = "mem_shopper"


@pytest.fixture
def ledger() -> ExportingLedger:
    """A ledger that exports."""
    return ExportingLedger()


@pytest_asyncio.fixture
async def house(servers: LocalStack, books: Database, ledger: ExportingLedger) -> AsyncIterator[House]:
    """The service with the worked basket in its books."""
    async with open_house(servers, books, ledger, shops()) as house:
        await house.post(worked_basket().events)
        yield house


def accepting(found: pb.Reconciliation, **fields: object) -> messages.AcceptDifferenceRequest:
    return messages.AcceptDifferenceRequest(
        program_id=PROGRAM,
        reconciliation_id=found.reconciliation_id,
        figure=found.differences[0].figure,
        reason="counted by hand",
        signed_name="Ada Lovelace",
        request_id="accept-1",
        **fields,  # type: ignore[arg-type]
    )


async def test_books_that_tie_out_leave_a_run_without_differences(house: House) -> None:
    async with reconciler(house) as stub:
        found = await run(stub)
        listed = await stub.ListReconciliations(messages.ListReconciliationsRequest(program_id=PROGRAM))
    assert (list(found.differences), found.differing, found.caller) == ([], 0, "office")
    assert found.compared > 20
    assert list(found.up_to) == house.ledger.head
    assert [each.reconciliation_id for each in listed.reconciliations] == [found.reconciliation_id]


async def test_the_same_request_runs_once_and_another_under_its_id_is_refused(house: House) -> None:
    async with reconciler(house) as stub:
        first = await run(stub)
        assert await run(stub) == first
        with pytest.raises(Refusal) as refused:
            await run(stub, PRICES)
    assert refused.value.reason == "REQUEST_ID_REUSED"


async def test_a_movement_that_the_ledger_has_otherwise_is_named_with_order_and_line(
    house: House, ledger: ExportingLedger
) -> None:
    ledger.movement(SHOPPER, 5).obligations[0].amount.minor_units += 1
    async with reconciler(house) as stub:
        found = await run(stub)
    assert [each.figure for each in found.differences] == ["claim.linden.north.USD", "obligation.north.linden.USD"]
    for difference in found.differences:
        assert difference.expected - difference.booked == 1
        [line] = difference.lines
        assert (line.fault, line.home_member_id, line.movement_sequence) == (pb.LINE_FAULT_DIFFERS, SHOPPER, 5)
        assert (line.what, line.expected, line.booked) == ("owed.north.USD", 33, 32)
        assert (line.accrual_id, line.order_id, line.line_number) == ("north-40", "ord_north-40", 1)


async def test_a_movement_that_is_gone_from_the_ledger_is_named_as_missing_there(
    house: House, ledger: ExportingLedger
) -> None:
    del ledger.log[0][-1].movements[-1]
    async with reconciler(house) as stub:
        found = await run(stub)
    assert {line.fault for each in found.differences for line in each.lines} == {pb.LINE_FAULT_MISSING_THERE}
    assert all(each.lines for each in found.differences)


async def test_a_movement_that_is_gone_from_the_books_is_named_as_missing_here(house: House) -> None:
    async with house.sql(owner=True) as connection:
        await connection.execute(
            "DELETE FROM journal_entry WHERE home_member_id = $1 AND movement_sequence = 2", SHOPPER
        )
        await connection.execute("DELETE FROM booked_movement WHERE home_member_id = $1 AND sequence = 2", SHOPPER)
    async with reconciler(house) as stub:
        found = await run(stub)
    figures = {each.figure: {line.fault for line in each.lines} for each in found.differences}
    assert figures["carrying.harbor.USD.liability"] == {pb.LINE_FAULT_MISSING_HERE}


async def test_an_entry_that_was_changed_in_the_books_is_named(house: House) -> None:
    async with house.sql(owner=True) as connection:
        await connection.execute(
            "UPDATE journal_entry SET amounts[1] = amounts[1] - 7, amounts[2] = amounts[2] + 7 "
            "WHERE home_member_id = $1 AND movement_sequence = 5 AND entity_id = 'north'",
            SHOPPER,
        )
    async with reconciler(house) as stub:
        found = await run(stub)
    assert found.differing > 0
    named = {(line.home_member_id, line.movement_sequence) for each in found.differences for line in each.lines}
    assert named == {(SHOPPER, 5)}


async def test_a_row_changed_in_the_ledgers_database_is_found_although_its_log_is_whole(
    house: House, ledger: ExportingLedger
) -> None:
    ledger.tampered[SHOPPER, 3] = 61
    async with reconciler(house) as stub:
        found = await run(stub)
    [difference] = found.differences
    assert (difference.expected, difference.booked) == (181, 180)
    assert {line.fault for line in difference.lines} == {pb.LINE_FAULT_SUMS_DEPART}
    assert (SHOPPER, 3) in {(line.home_member_id, line.movement_sequence) for line in difference.lines}
    assert ledger.summed < 30


async def test_a_difference_is_accepted_once_by_name(house: House, ledger: ExportingLedger) -> None:
    ledger.movement(SHOPPER, 5).obligations[0].amount.minor_units += 1
    async with reconciler(house) as stub:
        found = await run(stub)
        accepted = (await stub.AcceptDifference(accepting(found))).acceptance
        again = (await stub.AcceptDifference(accepting(found))).acceptance
        request = messages.GetReconciliationRequest(program_id=PROGRAM, reconciliation_id=found.reconciliation_id)
        kept = (await stub.GetReconciliation(request)).reconciliation
        other = accepting(found)
        other.request_id = "accept-2"
        with pytest.raises(Refusal) as refused:
            await stub.AcceptDifference(other)
    assert (accepted.signed_name, accepted.caller, accepted.voucher_id) == ("Ada Lovelace", "office", "")
    assert again == accepted
    assert (kept.differing, kept.accepted) == (2, 1)
    assert [each.HasField("acceptance") for each in kept.differences] == [True, False]
    assert refused.value.reason == "DIFFERENCE_ACCEPTED"


async def test_of_two_who_accept_at_once_one_is_refused(house: House, ledger: ExportingLedger) -> None:
    ledger.movement(SHOPPER, 5).obligations[0].amount.minor_units += 1
    async with reconciler(house) as stub:
        found, again = await asyncio.gather(run(stub), run(stub))
        asked = [accepting(found), accepting(found)]
        asked[1].request_id = "accept-2"
        done = await asyncio.gather(*(stub.AcceptDifference(each) for each in asked), return_exceptions=True)
    assert found == again
    assert sorted(type(each).__name__ for each in done) == ["AcceptDifferenceResponse", "Refusal"]
    [refused] = [each for each in done if isinstance(each, Refusal)]
    assert refused.reason == "DIFFERENCE_ACCEPTED"


async def test_a_difference_of_money_is_booked_in_both_books(house: House, ledger: ExportingLedger) -> None:
    ledger.movement(SHOPPER, 5).obligations[0].amount.minor_units += 1
    booking = pb.DifferenceBooking(
        entity_id="north",
        account="due_to",
        counterparty_entity_id="linden",
        amount=Money(currency_code="USD", minor_units=-1),
    )
    async with house.stub() as books, reconciler(house) as stub:
        request = settlement_service_pb2.GetPositionsRequest(program_id=PROGRAM)
        before = (await books.GetPositions(request)).positions[0]
        found = await run(stub)
        accepted = (await stub.AcceptDifference(accepting(found, booking=booking))).acceptance
        await stub.AcceptDifference(accepting(found, booking=booking))
        after = (await books.GetPositions(request)).positions[0]
        later = await run(stub, request_id="run-2")
    assert accepted.voucher_id
    owed = [
        {(each.debtor_entity_id, each.creditor_entity_id): each.minor_units for each in of.bilateral}
        for of in (before, after)
    ]
    assert owed[1]["north", "linden"] - owed[0]["north", "linden"] == 1
    assert [check.findings for check in await house.checks() if check.violations] == []
    assert [each.figure for each in later.differences] == [each.figure for each in found.differences]


WRONG_BOOKINGS = {
    "no such account": (pb.DifferenceBooking(entity_id="north", account="petty_cash"), "ACCOUNT_UNKNOWN"),
    "a claim without its debt": (pb.DifferenceBooking(entity_id="north", account="due_from"), "ACCOUNT_UNKNOWN"),
    "against itself": (pb.DifferenceBooking(entity_id="north", account="difference_clearing"), "ACCOUNT_UNKNOWN"),
    "no such entity": (pb.DifferenceBooking(entity_id="nobody", account="breakage_income"), "ENTITY_UNKNOWN"),
    "a debt to oneself": (
        pb.DifferenceBooking(entity_id="north", account="due_to", counterparty_entity_id="north"),
        "VOUCHER_NOT_BALANCED",
    ),
    "a debt to nobody": (pb.DifferenceBooking(entity_id="north", account="due_to"), "MALFORMED"),
}


async def test_a_booking_that_would_leave_books_wrong_is_refused(house: House, ledger: ExportingLedger) -> None:
    ledger.movement(SHOPPER, 5).obligations[0].amount.minor_units += 1
    async with reconciler(house) as stub:
        found = await run(stub)
        for what, (booking, reason) in WRONG_BOOKINGS.items():
            booking.amount.CopyFrom(Money(currency_code="USD", minor_units=5))
            with pytest.raises(Refusal) as refused:
                await stub.AcceptDifference(accepting(found, booking=booking))
            assert refused.value.reason == reason, what


async def test_what_is_not_there_is_refused_with_its_reason(house: House) -> None:
    async with reconciler(house) as stub:
        found = await run(stub)
        nothing = messages.GetReconciliationRequest(program_id=PROGRAM, reconciliation_id="rec_nothing")
        with pytest.raises(Refusal) as no_run:
            await stub.GetReconciliation(nothing)
        request = messages.AcceptDifferenceRequest(
            program_id=PROGRAM,
            reconciliation_id=found.reconciliation_id,
            figure="brand.north.closing",
            reason="r",
            signed_name="s",
            request_id="a",
        )
        with pytest.raises(Refusal) as no_difference:
            await stub.AcceptDifference(request)
        with pytest.raises(Refusal) as no_period:
            await run(stub, period="2026-01", request_id="run-9")
    assert [each.value.reason for each in (no_run, no_difference, no_period)] == [
        "RECONCILIATION_NOT_FOUND",
        "DIFFERENCE_NOT_FOUND",
        "PERIOD_NOT_FOUND",
    ]


async def test_at_a_cut_what_came_after_it_is_left_out(servers: LocalStack, books: Database) -> None:
    ledger, events = ExportingLedger(), worked_basket().events
    async with open_house(servers, books, ledger, shops()) as house, reconciler(house) as stub:
        await house.post(events[:2])
        ledger.cut_period(PROGRAM, "2026-01")
        cut = house.ledger.head
        await house.post([])
        found = await run(stub, period="2026-01")
    assert (found.period, list(found.differences), list(found.up_to)) == ("2026-01", [], cut)


async def test_prices_by_the_agreements_are_in_order(house: House) -> None:
    async with reconciler(house) as stub:
        found = await run(stub, PRICES)
    assert list(found.differences) == []
    assert found.compared == 4


async def test_a_price_that_no_agreement_gives_is_named(house: House) -> None:
    async with house.sql(owner=True) as connection:
        await connection.execute(
            "UPDATE booked_movement SET value = value + 10 WHERE home_member_id = $1 AND sequence = 5", SHOPPER
        )
    async with reconciler(house) as stub:
        [difference] = (await run(stub, PRICES)).differences
    assert (difference.figure, difference.expected, difference.booked) == ("prices.north.linden.USD", 42, 32)
    [line] = difference.lines
    assert (line.movement_sequence, line.agreement_id, line.expected, line.booked) == (5, "agr_1", 42, 32)


async def test_pages_of_runs_go_from_the_newest_to_the_oldest(house: House) -> None:
    async with reconciler(house) as stub:
        made = [(await run(stub, request_id=f"run-{number}")).reconciliation_id for number in range(3)]
        request = messages.ListReconciliationsRequest(program_id=PROGRAM, page_size=2)
        first = await stub.ListReconciliations(request)
        request.page_token = first.next_page_token
        second = await stub.ListReconciliations(request)
    seen = [each.reconciliation_id for each in (*first.reconciliations, *second.reconciliations)]
    assert (seen, second.next_page_token) == (made[::-1], "")


async def test_the_policy_in_force_is_the_books_figure(house: House) -> None:
    async with reconciler(house) as stub:
        request = messages.CompareSettlementPoliciesRequest(program_id=PROGRAM, reserve_entity_id="hq")
        request.voucher_share_of_face.numerator = request.voucher_share_of_face.denominator = 1
        answer = await stub.CompareSettlementPolicies(request)
    positions = {each.entity_id: each for each in answer.positions}
    assert {entity: each.reimburse.net for entity, each in positions.items() if each.reimburse.net} == await house.net()
    assert all(each.booked_net == each.reimburse.net for each in positions.values())
    assert sum(each.reserve.net for each in positions.values()) == 0
    assert positions["linden"].none.vouchers_received == 240
    assert (answer.unpriced_movements, answer.unknown_movements) == (0, 0)


async def test_only_finance_reconciles(house: House) -> None:
    async with reconciler(house, "ANALYST") as stub:
        with pytest.raises(Refusal) as refused:
            await run(stub)
    assert refused.value.reason == "ROLE_NOT_ALLOWED"
