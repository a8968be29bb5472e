"""A program changes how its entities settle: each sale keeps what held when it was made, on the wire and in totals."""

from collections.abc import AsyncIterator

import pytest_asyncio
from loyalty.ledger.v1 import events_pb2, integrity_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import program_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from settlement_service.wire.event_digest import digest_of
from tests.support.mesh import Till, line, open_till

FACE = "share_of_face: 100%\n"
BY_BOOKS = "share_of_liability: 90%\n    fee: 1%\n"
"""100 points stand for 0.80: 0.72, and 0.73 with the fee (0.7272)."""
RESERVE, NONE = "policy: {reserve: harbor}", "policy: none"


def changes(policy: str) -> dict[str, str]:
    """The worked basket's program, settled so."""
    return {FACE: BY_BOOKS, "agreements:\n": f"settlement: {{{policy}}}\n\nagreements:\n"}


@pytest_asyncio.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A member has 100 points of North's and 100 of Linden's under RESERVE, then 100 of North's under NONE, and spends
    all 300 at Linden."""
    async with open_till(stack, "settled-by-policy") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", changes(RESERVE))
        ana = await till.enroll("POLICY-ANA")
        await till.sell(ana, "POLICY-1", "mall-1", [line(1, "NORTH", 10_000), line(2, "LINDEN", 10_000)])
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", changes(NONE))
        await till.known()
        await till.sell(ana, "POLICY-2", "mall-1", [line(1, "NORTH", 10_000)])
        await till.redeem(ana, 300, "linden-1", "LINDEN")
        yield till


async def events(till: Till) -> list[events_pb2.Event]:
    request = ledger.StreamEventsRequest(program_id=till.program, stop_at_head=True)
    return [each.event async for each in till.mesh.ledger.StreamEvents(request) if each.HasField("event")]


async def totals(till: Till) -> ledger.GetLedgerTotalsResponse:
    return await till.mesh.ledger.GetLedgerTotals(
        ledger.GetLedgerTotalsRequest(program_id=till.program, up_to=till.cursor())
    )


async def test_each_price_follows_the_policy_of_its_sale(till: Till) -> None:
    spent = (await events(till))[-1]
    told = sorted(
        (
            program_pb2.SettlementPolicy.Name(one.accrual.settlement_policy),
            one.accrual.reserve_entity_id,
            one.price.minor_units,
            [owed.amount.minor_units for owed in one.obligations],
        )
        for one in spent.movements
    )
    assert told == [
        ("SETTLEMENT_POLICY_NONE", "", 0, []),
        ("SETTLEMENT_POLICY_RESERVE", "harbor", 73, [73]),
        ("SETTLEMENT_POLICY_RESERVE", "harbor", 80, []),
    ]


async def test_totals_keep_policies_apart(till: Till) -> None:
    answer = await totals(till)
    reserve = program_pb2.SETTLEMENT_POLICY_RESERVE
    assert list(answer.obligations) == [
        integrity_pb2.ObligationTotal(
            debtor_entity_id="north",
            creditor_entity_id="linden",
            currency_code="USD",
            minor_units=73,
            settlement_policy=reserve,
            reserve_entity_id="harbor",
        )
    ]
    assert list(answer.own_prices) == [
        integrity_pb2.OwnPriceTotal(entity_id="linden", currency_code="USD", minor_units=80, reserve_entity_id="harbor")
    ]


async def test_every_event_arrives_as_its_digest_says(till: Till) -> None:
    told = await events(till)
    assert [digest_of(event) == event.digest for event in told] == [True] * 3
    assert [[one.paid.minor_units for one in event.sold_lines] for event in told] == [[10_000, 10_000], [10_000], []]


async def test_the_history_holds(till: Till) -> None:
    request = ledger.VerifyIntegrityRequest(program_id=till.program)
    assert [found async for each in till.mesh.ledger.VerifyIntegrity(request) for found in each.check.findings] == []
