"""Books under each settlement policy tie out with ledger and agreements, and with the comparison of policies."""

from fractions import Fraction

from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.type.v1.money_pb2 import Ratio

from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.program_facts import SettlementPolicy
from tests.integration.settlement.closing import JANUARY, Desk, program
from tests.integration.settlement.house import open_house
from tests.integration.settlement.reconciling import PRICES, ExportingLedger, reconciler, run, shops
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import PROGRAM, World


async def test_every_policy_ties_out_with_ledger_and_agreements(servers: LocalStack, books: Database) -> None:
    world = World()
    for number, policy in enumerate(SettlementPolicy):
        reserve = "hq" if policy is SettlementPolicy.RESERVE else ""
        funders = (("north", 6_000), ("harbor", 4_000))
        lot = Lot(f"lot_{number}", "north", "north", funders, Fraction(4, 5), "USD", policy=policy, reserve=reserve)
        world.earn((lot, 100))
    world.redeem("linden", 150, Fraction(4, 5))
    world.redeem("harbor", 75, Fraction(4, 5))
    world.give_back(world.lots[0], 40)
    world.expire(world.lots[2])
    world.restore(1)
    async with open_house(servers, books, ExportingLedger(), shops()) as house, reconciler(house) as stub:
        await house.post(world.events)
        ledger = await run(stub)
        prices = await run(stub, PRICES, request_id="run-2")
    assert list(ledger.differences) == []
    assert list(prices.differences) == []
    assert prices.compared == len(world.burns) - sum(burn.redemption < 0 for burn in world.burns)


async def test_under_none_the_month_end_voucher_is_what_the_comparison_says(
    servers: LocalStack, books: Database
) -> None:
    world = World()
    for name in ("peak", "north"):
        world.earn((Lot(name, name, name, ((name, 10_000),), Fraction(4, 5), "USD", policy=SettlementPolicy.NONE), 77))
    world.redeem("linden", 90, Fraction(4, 5))
    world.redeem("harbor", 33, Fraction(4, 5))
    half = Ratio(numerator=1, denominator=2)
    async with open_house(servers, books, ExportingLedger(), program(half)) as house, reconciler(house) as stub:
        desk = Desk(house)
        await desk.post(world)
        await desk.begin()
        assert (await run(stub, period=JANUARY)).differing == 0
        await desk.close()
        request = messages.CompareSettlementPoliciesRequest(program_id=PROGRAM, period=JANUARY)
        answer = await stub.CompareSettlementPolicies(request)
    nets = {each.entity_id: each.none.net for each in answer.positions if each.none.net}
    assert nets == {each.entity_id: each.booked_net for each in answer.positions if each.booked_net}
    assert nets == {"peak": -31, "north": -18, "linden": 36, "harbor": 13}
    assert answer.voucher_share_of_face == half
