"""Members parted between the look at who they are and the commit: what was looked at is looked at again."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ledger_service.domain.commands import AuthorizeRedemption, Command, ExchangeOrder, IncreaseHold
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.proof import Proof, ProofMethod
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.exchange_order import ExchangeOrders
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.named_sales import NamedSales
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.return_requests import ExchangeRequest
from ledger_service.use_cases.stale_facts import FactLanes
from tests.integration.ledger.family import Family, reason_of
from tests.integration.ledger.house import LINDEN, House
from tests.simulation.service import FACTS, KEYS, World

PROOF = Proof(ProofMethod.PIN, "prf_of-both")


@pytest.fixture
async def family(house: House) -> Family:
    """Ana and bea, merged, with a sale of each and a hold of both; parted since, which the ledger has been told, and
    this process remembers them as one."""
    family = Family(house)
    for buyer, document in (("ana", "a"), ("bea", "b")):
        sale = family.shop.sale(buyer, document, 40)
        key = order_key("prg", sale.order.document.ref)
        await family.say(replace(sale, order=replace(sale.order, document_key=key)))
    family.links.merge("ana", "bea")
    await family.say(AuthorizeRedemption(family.shop.pure.origin("ana"), b"hold", "hold", 2, LINDEN, None, 3_600))
    return family


async def parted(family: Family) -> None:
    family.links.remembers = True
    for one in ("ana", "bea"):
        family.links.remembered[one] = family.links.of(one)
    family.links.unmerge("bea")
    for one in ("ana", "bea"):
        await family.sale(one, f"{one}-later", 1)


def exchanging(family: Family) -> ExchangeOrders:
    facts = replace(FACTS, program="prg", looks_at_members=False)
    programs = cast("Any", SimpleNamespace(facts=lambda _program: facts))
    outcomes, world = family.house.engine.outcomes, World(cast("Any", None), cast("Any", None))
    admission = Admission(outcomes, programs, KEYS, family.house.clock, str)
    judging = Judging(world, family.links, world)
    return ExchangeOrders(admission, NamedSales(outcomes, family.links), judging, FactLanes(family.lanes))


async def test_goods_of_another_are_not_exchanged(family: Family) -> None:
    back = family.shop.back("ana", "back", "b").returned.document
    sold = family.shop.sale("ana", "new", 5).order.document
    asked = ExchangeRequest("prg", "exchange", MemberRef(member_id="ana"), back, sold, ())
    await parted(family)
    assert await reason_of(exchanging(family)("till", asked)) == "OTHER_MEMBERS_ORDER"
    assert (await family.balances())["bea"] == 41


async def test_what_was_looked_at_is_not_spent_by_without_another_look(family: Family) -> None:
    """Whose sale it is, and whom the proof proves: the lanes hand the command back, whoever looked looks again."""
    back = family.shop.back("ana", "back", "b").returned
    sold = family.shop.sale("ana", "new", 5)
    spend = family.shop.spend("bea", 10)
    origin = family.links.origin(family.shop.pure.origin("bea"))
    made: list[Command] = [
        ExchangeOrder(family.links.origin(sold.origin), back, sold.order),
        replace(spend, origin=family.links.origin(spend.origin), proof=PROOF),
        AuthorizeRedemption(origin, b"other", "other", 10, LINDEN, None, 3_600, proof=PROOF),
        IncreaseHold(family.links.origin(family.shop.pure.origin("ana")), "hold", 10, proof=PROOF),
    ]
    await parted(family)
    before = await family.rows()
    assert [await reason_of(family.lanes.submit(command)) for command in made] == ["MEMBER_MOVED"] * len(made)
    assert await family.rows() == before
