"""The rpcs, as finance and headquarters call them."""

import asyncio

import grpc
import pytest
from loyalty.settlement.v1 import books_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceStub
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.values.refusal import Refusal
from tests.integration.settlement.house import BRANDS, House, Stub
from tests.property.settlement.model import PROGRAM, worked_basket
from tests.unit.settlement.messages import event_message


async def test_positions_name_every_pair_that_owes(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.stub() as stub:
        answer = await stub.GetPositions(messages.GetPositionsRequest(program_id=PROGRAM))
    [positions] = answer.positions
    owed = {(each.debtor_entity_id, each.creditor_entity_id): each.minor_units for each in positions.bilateral}
    assert owed == {
        ("harbor", "linden"): 157,
        ("north", "harbor"): 64,
        ("north", "linden"): 32,
        ("peak", "harbor"): 93,
        ("peak", "linden"): 51,
    }
    net = {each.entity_id: each.minor_units for each in positions.net}
    assert net == {"harbor": 0, "linden": 240, "north": -96, "peak": -144}
    assert {(place.partition, place.position) for place in answer.up_to} == {(0, 4), (1, 0)}


async def test_a_brands_books_roll_forward_to_their_closing(house: House) -> None:
    await house.post(worked_basket().events)
    [harbor] = await brand_books(house, "harbor")
    assert harbor == books_pb2.BrandBooks(
        brand_id="harbor", earned_points=196, redeemed_cross_points=196, reversed_points=196, repaid_points=196
    )


async def test_debt_shows_as_a_receivable_beside_the_closing(house: House) -> None:
    await house.post(worked_basket().events[:3])
    [harbor] = await brand_books(house, "harbor")
    assert (harbor.closing_points, harbor.receivable_points) == (-80, 80)
    assert [money.minor_units for money in harbor.receivable] == [64]
    assert list(harbor.liability) == []


async def test_closings_of_all_brands_are_the_members_balance(house: House) -> None:
    await house.post(worked_basket().events)
    brands = await brand_books(house)
    assert [each.brand_id for each in brands] == sorted(BRANDS)
    assert sum(each.closing_points for each in brands) == 20
    assert {each.brand_id: [money.minor_units for money in each.liability] for each in brands} == {
        "north": [16],
        "harbor": [],
        "peak": [],
        "linden": [],
    }


async def test_an_analyst_of_one_brand_lists_only_that_brands_books(house: House) -> None:
    async with house.stub(brands=["north"]) as stub:
        answer = await stub.GetBrandBooks(messages.GetBrandBooksRequest(program_id=PROGRAM))
    assert [each.brand_id for each in answer.brands] == ["north"]


async def test_the_journal_is_listed_page_by_page_without_repeat_or_gap(house: House) -> None:
    await house.post(worked_basket().events)
    numbers: list[int] = []
    async with house.stub() as stub:
        request = messages.ListJournalEntriesRequest(program_id=PROGRAM, page_size=3)
        while True:
            page = await stub.ListJournalEntries(request)
            numbers.extend(entry.entry_number for entry in page.entries)
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == 4 + 8 + 3 + 3


async def test_an_entry_names_its_movement_its_accrual_and_the_line_that_earned_it(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.stub() as stub:
        request = messages.ListJournalEntriesRequest(program_id=PROGRAM, entity_id="linden", page_size=1)
        [entry] = (await stub.ListJournalEntries(request)).entries
    assert (entry.entity_id, entry.currency_code, entry.kind) == ("linden", "USD", "REDEEMED")
    assert (entry.home_member_id, entry.movement_sequence, entry.accrual_id) == ("mem_shopper", 5, "north-40")
    assert (entry.order_id, entry.line_number, entry.rule_version) == ("ord_north-40", 1, "rule_1")
    assert (entry.position.partition, entry.position.position) == (0, 2)
    assert (entry.cause, entry.voucher_id, entry.period_sequence) == ("REDEMPTION", "", 1)
    assert entry.event_revision
    assert entry.post_time.ToSeconds() > 0
    assert list(entry.postings) == [
        books_pb2.Posting(account="due_from", counterparty_entity_id="north", debit_minor_units=32),
        books_pb2.Posting(account="redemption_clearing", credit_minor_units=32),
    ]


async def test_an_entry_of_the_issuer_tells_the_points_too(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.stub() as stub:
        request = messages.ListJournalEntriesRequest(program_id=PROGRAM, entity_id="north")
        entries = (await stub.ListJournalEntries(request)).entries
    earned = next(entry for entry in entries if entry.kind == "EARNED")
    assert [(points.account, points.debit_points - points.credit_points) for points in earned.point_postings] == [
        ("points_earned", earned.point_postings[0].debit_points),
        ("points_outstanding", -earned.point_postings[0].debit_points),
    ]
    assert earned.point_postings[0].debit_points > 0


async def test_the_books_reconcile_with_the_ledger_figure_by_figure(house: House) -> None:
    await house.post(worked_basket().events)
    answer = await reconciliation(house)
    assert list(answer.differences) == []
    assert answer.compared > 20


async def test_an_empty_program_reconciles(house: House) -> None:
    assert list((await reconciliation(house)).differences) == []


async def test_a_figure_on_which_the_ledger_disagrees_is_named(house: House) -> None:
    await house.post(worked_basket().events)
    house.ledger.wrong_by["north"] = 5
    assert list((await reconciliation(house)).differences) == [
        books_pb2.ReconciliationDifference(figure="brand.north.closing", ledger=25, books=20)
    ]


async def test_books_that_were_tampered_with_no_longer_reconcile(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.sql(owner=True) as owner:
        await owner.execute(
            "UPDATE journal_entry SET amounts = ARRAY[7, -7] WHERE accounts = ARRAY['due_from', 'redemption_clearing']"
        )
    assert {each.figure.partition(".")[0] for each in (await reconciliation(house)).differences} == {"claim"}


async def test_reconciliation_trusts_no_running_total(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.sql(owner=True) as owner:
        await owner.execute("UPDATE account_total SET balance = 0")
        await owner.execute("UPDATE brand_total SET points = 0, outstanding = 0, debt = 0")
    assert list((await reconciliation(house)).differences) == []


async def test_a_read_waits_until_the_books_have_what_it_asks_for(house: House) -> None:
    events = worked_basket().events
    async with house.stub() as stub:
        request = messages.GetPositionsRequest(program_id=PROGRAM, at_least=[LogPosition(partition=0, position=2)])
        asked = asyncio.ensure_future(positions(stub, request))
        await asyncio.sleep(0.2)
        assert not asked.done()
        house.ledger.add(event_message(event) for event in events[:2])
        assert len((await asked).positions) == 1


async def test_books_that_do_not_get_there_in_time_are_behind(house: House) -> None:
    token = house.servers.secrets.mint_token("office", programs=[PROGRAM], roles=["FINANCE"])
    request = messages.GetBrandBooksRequest(program_id=PROGRAM, at_least=[LogPosition(partition=1, position=9)])
    async with grpc.aio.insecure_channel(house.address) as channel:
        stub = SettlementServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetBrandBooks(request, timeout=1.0, metadata=[("authorization", f"Bearer {token}")])
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "not yet at 9" in (refused.value.details() or "")


async def test_an_unknown_program_is_not_found(house: House) -> None:
    assert await refusal(house, messages.GetPositionsRequest(program_id="elsewhere")) == "PROGRAM_NOT_FOUND"


async def test_an_unknown_brand_is_not_found(house: House) -> None:
    request = messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id="nobody")
    assert await refusal(house, request) == "BRAND_NOT_FOUND"


async def test_permission_is_refused_before_a_program_is_told_to_exist(house: House) -> None:
    for program in (PROGRAM, "elsewhere"):
        request = messages.GetPositionsRequest(program_id=program)
        assert await refusal(house, request, programs=["another"]) == "PROGRAM_NOT_ALLOWED"


async def test_permission_is_refused_before_a_brand_is_told_to_exist(house: House) -> None:
    for brand in ("harbor", "nobody"):
        request = messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id=brand)
        assert await refusal(house, request, brands=["north"]) == "DIVISION_NOT_ALLOWED"


async def test_a_till_has_no_business_in_the_books(house: House) -> None:
    for request in (
        messages.GetPositionsRequest(program_id=PROGRAM),
        messages.GetBrandBooksRequest(program_id=PROGRAM),
        messages.ListJournalEntriesRequest(program_id=PROGRAM),
        messages.ReconcileLedgerRequest(program_id=PROGRAM),
        messages.VerifyBooksRequest(program_id=PROGRAM),
    ):
        assert await refusal(house, request, roles=["POS"]) == "ROLE_NOT_ALLOWED"


async def test_malformed_requests_are_refused_with_their_fields(house: House) -> None:
    assert await refusal(house, messages.VerifyBooksRequest(program_id="no id")) == "MALFORMED"


async def test_a_token_of_another_question_is_refused(house: House) -> None:
    await house.post(worked_basket().events)
    async with house.stub() as stub:
        page = await stub.ListJournalEntries(messages.ListJournalEntriesRequest(program_id=PROGRAM, page_size=1))
    request = messages.ListJournalEntriesRequest(program_id=PROGRAM, entity_id="north", page_token=page.next_page_token)
    assert await refusal(house, request) == "CURSOR_INVALID"


Request = (
    messages.GetPositionsRequest
    | messages.GetBrandBooksRequest
    | messages.ListJournalEntriesRequest
    | messages.ReconcileLedgerRequest
    | messages.VerifyBooksRequest
)


async def refusal(
    house: House,
    request: Request,
    roles: tuple[str, ...] | list[str] = ("FINANCE",),
    programs: list[str] | None = None,
    brands: list[str] | None = None,
) -> str:
    """The reason a request is refused for."""
    async with house.stub(*roles, programs=programs or ["*"], brands=brands or ["*"]) as stub:
        with pytest.raises(Refusal) as refused:
            await call(stub, request)
    return refused.value.reason


async def call(stub: Stub, request: Request) -> None:
    """Sends a request to its method."""
    match request:
        case messages.GetPositionsRequest():
            await stub.GetPositions(request)
        case messages.GetBrandBooksRequest():
            await stub.GetBrandBooks(request)
        case messages.ListJournalEntriesRequest():
            await stub.ListJournalEntries(request)
        case messages.ReconcileLedgerRequest():
            await stub.ReconcileLedger(request)
        case messages.VerifyBooksRequest():
            await stub.VerifyBooks(request)


async def positions(stub: Stub, request: messages.GetPositionsRequest) -> messages.GetPositionsResponse:
    """The call as a coroutine, to be run beside the test."""
    return await stub.GetPositions(request)


async def brand_books(house: House, brand: str = "") -> list[books_pb2.BrandBooks]:
    """The books of one brand or all."""
    async with house.stub() as stub:
        answer = await stub.GetBrandBooks(messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id=brand))
    return list(answer.brands)


async def reconciliation(house: House) -> messages.ReconcileLedgerResponse:
    """The outcome of a reconciliation."""
    async with house.stub() as stub:
        return await stub.ReconcileLedger(
            messages.ReconcileLedgerRequest(program_id=PROGRAM, at_least=house.ledger.head)
        )
