"""Why an accrual is what it is; and a sale as it stands, as far as it concerns who asks."""

import re

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.type.v1 import order_pb2

from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of, said
from tests.integration.mesh.life_of import at_brands, bought
from tests.support.mesh import Till, line, member

SENTENCE = re.compile(r"^\S+ \S+ UTC: ([+-]\d+) points .*; (-?\d+) left(?:, (\d+) set aside)?\.$")


def asked(shop: Till, whose: str, accrual_id: str) -> reading.ExplainAccrualRequest:
    return reading.ExplainAccrualRequest(program_id=shop.program, member=member(whose), accrual_id=accrual_id)


async def test_an_accrual_knows_its_line(shop: Till) -> None:
    ana = await bought(shop)
    told = await shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, ana.accruals["harbor"]))
    assert (told.order.document_id, told.line.line_number, told.line.brand_id) == (ana.first, 2, "HARBOR")
    assert told.accrual.reversed == 200


async def test_an_accrual_knows_its_rule_as_the_revision_stated_it_that_decided(shop: Till) -> None:
    ana = await bought(shop)
    leggings = [line(1, "PEAK", 6_000, categories=["activewear"])]
    earned = (await shop.sell(ana.member, f"{ana.first}-PEAK", "mall-1", leggings)).earned
    told = [await shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, points.accrual_id)) for points in earned]
    assert [(one.accrual.granted, one.rule_description) for one in told] == [(60, ""), (120, "activewear")]


async def test_sentences_carry_the_numbers_of_every_movement(shop: Till) -> None:
    ana = await bought(shop)
    for accrual_id in ana.accruals.values():
        told = await shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, accrual_id))
        assert len(told.sentences) == len(told.movements)
        left = 0
        for sentence, movement in zip(told.sentences, told.movements, strict=True):
            found = SENTENCE.match(sentence)
            assert found is not None, sentence
            left += int(found[1])
            assert (left, int(found[2])) == (movement.remaining_after, movement.remaining_after)
        assert left == told.accrual.remaining


async def test_debts_are_told_from_both_sides(shop: Till) -> None:
    ana = await bought(shop)
    paid = await shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, ana.accruals["harbor"]))
    payer = await shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, ana.accruals["more"]))
    assert ana.accruals["more"] in paid.paid_by_accrual_ids
    assert list(payer.paid_for_accrual_ids) == [ana.accruals["harbor"]]


async def test_an_accrual_of_somebody_else_is_not_found(shop: Till) -> None:
    ana, bea = await bought(shop), await bought(shop)
    for accrual_id in (bea.accruals["north"], "acc_unknown"):
        refusal = await refusal_of(shop.mesh.ledger.ExplainAccrual(asked(shop, ana.member, accrual_id)))
        assert said(refusal)[2] == "ACCRUAL_NOT_FOUND"


async def test_an_accrual_of_another_brand_is_not_found(shop: Till, stack: LocalStack) -> None:
    ana = await bought(shop)
    async with at_brands(stack, shop, ["NORTH"], ["LOCATION_MANAGER"]) as north:
        await north.mesh.ledger.ExplainAccrual(asked(shop, ana.member, ana.accruals["north"]))
        refusal = await refusal_of(north.mesh.ledger.ExplainAccrual(asked(shop, ana.member, ana.accruals["harbor"])))
    assert said(refusal)[2] == "ACCRUAL_NOT_FOUND"


async def test_a_till_sees_no_accruals_of_other_brands(shop: Till, stack: LocalStack) -> None:
    ana = await bought(shop)
    ref = order_pb2.OrderRef(source="till-1", document_id=ana.first)
    request = ledger.GetOrderRequest(program_id=shop.program, order=ref)
    async with at_brands(stack, shop, ["HARBOR"], ["POS"]) as harbor:
        seen = (await harbor.mesh.ledger.GetOrder(request)).order
    whole = (await shop.mesh.ledger.GetOrder(request)).order
    assert [accrual.brand_id for accrual in seen.accruals] == ["HARBOR"]
    assert [accrual.brand_id for accrual in whole.accruals] == ["NORTH", "HARBOR"]
    assert len(whole.return_ids) == 1
