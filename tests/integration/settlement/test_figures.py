"""Whatever was booked, every figure that is shown has lines behind it that sum to it."""

import random
from collections import defaultdict
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import settlement_service_pb2, statement_pb2
from loyalty.settlement.v1 import statement_service_pb2 as messages
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.accounts import Account
from settlement_service.domain.voucher import Voucher, VoucherKind, entry_of
from settlement_service.store.vouchers import book_voucher
from settlement_service.use_cases import get_roll_up
from tests.integration.settlement.finance_desk import Desk, explained, finance, in_periods, statement
from tests.integration.settlement.house import House, open_house
from tests.property.settlement.model import PROGRAM
from tests.property.settlement.test_books import ENTITIES, Step, played
from tests.support.servers import Databases
from tests.unit.settlement.events import NOON

HISTORY: list[Step] = [
    ("earn", 0, 300, 0),
    ("earn", 1, 200, 1),
    ("earn", 2, 150, 3),
    ("redeem", 3, 320, 1),
    ("give_back", 1, 200, 0),
    ("earn", 0, 250, 4),
    ("redeem", 0, 40, 2),
    ("restore", 0, 1, 0),
    ("earn", 3, 90, 2),
    ("expire", 2, 1, 0),
    ("redeem", 2, 60, 3),
    ("earn", 2, 75, 1),
]
"""Sales, redemptions at home and elsewhere, a debt and its repayment, an expiry, two currencies, shared funding."""


def at_random(seed: int) -> list[Step]:
    """Another history, the same for the same seed."""
    chance = random.Random(seed)
    names = ("earn", "earn", "redeem", "redeem", "give_back", "expire", "restore")
    return [
        (chance.choice(names), chance.randrange(12), chance.randint(1, 400), chance.randrange(12)) for _ in range(40)
    ]


@pytest_asyncio.fixture(scope="module", params=[0, 1, 2])
async def open_books(request: pytest.FixtureRequest, servers: LocalStack, databases: Databases) -> AsyncIterator[House]:
    """A history in two periods and an open one; vouchers of three kinds in the second period."""
    history = at_random(request.param) if request.param else HISTORY
    events = played(history).events
    every = len(events) // 3
    booked = list(in_periods(events, every))
    second = next(place for place, each in enumerate(booked) if each.cuts) + 2
    async with databases.fresh("settlement") as database, open_house(servers, database) as house:
        await house.post(booked[: second + 2])
        await _book_vouchers(database)
        await house.post(booked[second + 2 :])
        yield house


async def _book_vouchers(database: Database) -> None:
    """A netting that takes off what North owes Linden, one of its payments withdrawn in part, and an adjustment."""
    vouchers = (
        _voucher(VoucherKind.NETTING, Account.NETTING_CLEARING, 50),
        _voucher(VoucherKind.PAYMENT, Account.NETTING_CLEARING, -20),
        _voucher(VoucherKind.ADJUSTMENT, Account.DIFFERENCE_CLEARING, -7),
    )
    opening = open_database(SecretStr(database.url), application_name="vouchers", pool_size=1)
    async with opening as opened, opened.transaction() as connection:
        for voucher in vouchers:
            await book_voucher(connection, voucher)


def _voucher(kind: VoucherKind, against: Account, amount: int) -> Voucher:
    north = entry_of("north", "USD", [(Account.DUE_TO, "linden", amount), (against, "", -amount)])
    linden = entry_of("linden", "USD", [(Account.DUE_FROM, "north", -amount), (against, "", amount)])
    assert north is not None
    assert linden is not None
    return Voucher(
        PROGRAM, f"vch_{kind.value}", kind, "a reason", "office", "Dana", "sub_1", "{}", NOON, (north, linden)
    )


async def test_every_amount_of_a_statement_is_the_sum_of_its_lines(open_books: House) -> None:
    async with finance(open_books) as stub:
        for entity in ENTITIES:
            await _check_statement(stub, await statement(stub, entity, "2026-02"))


async def test_nettings_and_withdrawn_payments_are_neither_claims_nor_debts(open_books: House) -> None:
    async with finance(open_books) as stub:
        north = await statement(stub, "north", "2026-02")
        linden = await statement(stub, "linden", "2026-02")
    assert {each.counterparty_entity_id: each.netted for each in north.intercompany if each.netted} == {"linden": 30}
    assert {each.counterparty_entity_id: each.netted for each in linden.intercompany if each.netted} == {"north": -30}
    numbers = [(voucher.number, voucher.debits[0].minor_units) for voucher in north.vouchers]
    assert numbers == [("ADJUSTMENT-000001", 7), ("NETTING-000001", 50), ("PAYMENT-000001", 20)]


async def test_an_open_period_is_explained_up_to_now(open_books: House) -> None:
    async with finance(open_books) as stub:
        shown = await statement(stub, "north")
        assert shown.header.stage == statement_pb2.PERIOD_STAGE_OPEN
        for account in shown.accounts:
            value, lines = await explained(stub, account.figure)
            assert account.closing == value == sum(line.amount for line in lines)


@pytest.mark.parametrize("level", ["NETWORK", "REGION", "OPERATOR", "LOCATION"])
async def test_every_amount_of_a_roll_up_is_the_sum_of_its_lines(open_books: House, level: str) -> None:
    async with finance(open_books) as stub:
        request = messages.GetRollUpRequest(
            program_id=PROGRAM, to_period="2026-02", level=messages.RollUpLevel.Value(f"ROLL_UP_LEVEL_{level}")
        )
        figures = (await stub.GetRollUp(request)).figures
        assert {figure.measure for figure in figures} >= {"issued", "cross_in", "outstanding", "liability", "funded"}
        for figure in figures:
            stands = figure.measure in ("outstanding", "owed_by_members", "liability", "receivable")
            over = {"as_of": "2026-02"} if stands else {"period": "2026-02"}
            value, lines = await explained(stub, figure.figure, page=100, **over)
            assert figure.amount == value == sum(line.amount for line in lines), figure


async def test_levels_of_a_roll_up_sum_to_each_other(open_books: House) -> None:
    async with finance(open_books) as stub:
        sums = [await _network_of(stub, level) for level in range(1, 5)]
    assert sums[0]
    assert sums == [sums[0]] * 4


async def test_a_caller_of_one_region_sees_the_sums_of_that_region_alone(open_books: House) -> None:
    request = messages.GetRollUpRequest(program_id=PROGRAM, to_period="2026-02", level=messages.ROLL_UP_LEVEL_REGION)
    async with finance(open_books) as whole, finance(open_books, "REGIONAL_ADMIN", regions=["west"]) as west:
        everything = (await whole.GetRollUp(request)).figures
        seen = (await west.GetRollUp(request)).figures
    assert list(seen) == [figure for figure in everything if figure.region == "west"]


async def test_a_caller_of_one_brand_asks_for_no_other(open_books: House) -> None:
    request = messages.GetRollUpRequest(program_id=PROGRAM, to_period="2026-02", brand_ids=["harbor"])
    async with finance(open_books, "ANALYST", brands=["north"]) as north:
        assert await _reason(north.GetRollUp(request)) == "DIVISION_NOT_ALLOWED"
        del request.brand_ids[:]
        assert {figure.brand_id for figure in (await north.GetRollUp(request)).figures} == {"north"}


async def test_a_roll_up_beyond_one_answer_is_refused(open_books: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_roll_up, "MOST_FIGURES", 3)
    async with finance(open_books) as stub:
        assert await _reason(stub.GetRollUp(messages.GetRollUpRequest(program_id=PROGRAM))) == "ROLL_UP_TOO_LARGE"


@pytest.mark.parametrize("figure", ["brand.harbor.closing", "place.*.*.*.north.issued", "place.south.*.*.north.issued"])
async def test_what_a_token_does_not_cover_is_not_explained(open_books: House, figure: str) -> None:
    async with finance(open_books, brands=["north"], regions=["west"]) as stub:
        request = messages.ExplainFigureRequest(program_id=PROGRAM, figure=figure)
        assert await _reason(stub.ExplainFigure(request)) == "DIVISION_NOT_ALLOWED"


async def test_positions_and_their_claims_have_lines(open_books: House) -> None:
    async with open_books.stub() as books, finance(open_books) as stub:
        answer = await books.GetPositions(settlement_service_pb2.GetPositionsRequest(program_id=PROGRAM))
        for position in answer.positions:
            for each in position.bilateral:
                pair = f"{each.debtor_entity_id}.{each.creditor_entity_id}.{position.currency_code}"
                claim = f"claim.{each.creditor_entity_id}.{each.debtor_entity_id}.{position.currency_code}"
                value, lines = await explained(stub, f"position.{pair}")
                assert each.minor_units == value == sum(line.amount for line in lines)
                owed, owing = [await explained(stub, name) for name in (f"obligation.{pair}", claim)]
                assert owed[0] == sum(line.amount for line in owed[1])
                assert owed[0] == owing[0] == sum(line.amount for line in owing[1])
            for net in position.net:
                value, lines = await explained(stub, f"net.{net.entity_id}.{position.currency_code}")
                assert net.minor_units == value == sum(line.amount for line in lines)


@pytest.mark.parametrize(
    "figure",
    [
        "brand.north",
        "brand.north.spent",
        "entity.north.account.due_too.linden.USD",
        "entity.north.account.due_to.linden.usd",
        "place.*.*.*.north.liability",
        "place.*.*.*.north.issued.north.USD",
        "brand.no rth.earned",
        "brand.%6Eorth.earned",
    ],
)
async def test_a_name_that_no_figure_has_is_refused(open_books: House, figure: str) -> None:
    async with finance(open_books) as stub:
        request = messages.ExplainFigureRequest(program_id=PROGRAM, figure=figure)
        assert await _reason(stub.ExplainFigure(request)) == "FIGURE_UNKNOWN"


async def test_a_token_of_another_figure_is_refused(open_books: House) -> None:
    async with finance(open_books) as stub:
        request = messages.ExplainFigureRequest(program_id=PROGRAM, figure="brand.north.closing", page_size=1)
        request.page_token = (await stub.ExplainFigure(request)).next_page_token
        request.figure = "brand.harbor.closing"
        assert await _reason(stub.ExplainFigure(request)) == "CURSOR_INVALID"


async def test_a_place_has_no_figure_of_a_day(open_books: House) -> None:
    request = messages.ExplainFigureRequest(program_id=PROGRAM, figure="place.*.*.*.north.issued")
    request.as_of.date = "2026-01-01"
    async with finance(open_books) as stub:
        assert await _reason(stub.ExplainFigure(request)) == "FIGURE_UNKNOWN"


async def _check_statement(stub: Desk, shown: statement_pb2.Statement) -> None:
    period = shown.header.period
    for account in shown.accounts:
        closing, lines = await explained(stub, account.figure, as_of=period)
        assert account.closing == closing == sum(line.amount for line in lines), account
        change, lines = await explained(stub, account.figure, period=period)
        assert account.change == change == sum(line.amount for line in lines), account
    for each in shown.intercompany:
        assert each.opening + each.claims - each.debts + each.netted == each.open
        for name, amount in ((each.claims_figure, each.claims), (each.debts_figure, each.debts)):
            value, lines = await explained(stub, name, period=period)
            assert amount == value == sum(line.amount for line in lines), each
    for brand in shown.brands:
        await _check_brand(stub, brand, period)
    for funding in shown.funding:
        value, lines = await explained(stub, funding.figure, period=period)
        assert funding.minor_units == value == sum(line.amount for line in lines), funding


async def _check_brand(stub: Desk, brand: statement_pb2.StatementBrand, period: str) -> None:
    points = {line.measure: line.points for line in brand.lines}
    added = sum(points[measure] for measure in ("opening", "earned", "restored", "repaid", "adjusted"))
    taken = sum(points[measure] for measure in points if measure.startswith("redeemed"))
    assert points["closing"] == added - taken - points["reversed"] - points["expired"]
    for line in brand.lines:
        if line.measure in ("opening", "closing", "receivable"):
            over = {"as_of": "2026-01" if line.measure == "opening" else period}
        else:
            over = {"period": period}
        value, lines = await explained(stub, line.figure, **over)  # type: ignore[arg-type]
        assert line.points == value == sum(each.amount for each in lines), line
    for side, amounts in (("liability", brand.liability), ("receivable", brand.receivable)):
        for money in amounts:
            name = f"brand.{brand.brand_id}.{side}.{money.currency_code}"
            value, lines = await explained(stub, name, as_of=period)
            assert money.minor_units == value == sum(each.amount for each in lines)


async def _network_of(stub: Desk, level: int) -> dict[tuple[str, ...], int]:
    request = messages.GetRollUpRequest(
        program_id=PROGRAM,
        from_period="2026-01",
        to_period="2026-02",
        level=messages.RollUpLevel.values()[level],
    )
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for figure in (await stub.GetRollUp(request)).figures:
        key = (figure.period, figure.brand_id, figure.measure, figure.party_entity_id, figure.currency_code)
        sums[key] += figure.amount
    return {key: amount for key, amount in sums.items() if amount}


async def _reason(call: object) -> str:
    try:
        await call  # type: ignore[misc]
    except Refusal as refusal:
        return refusal.reason
    except grpc.aio.AioRpcError as error:
        return str(error.code())
    return ""
