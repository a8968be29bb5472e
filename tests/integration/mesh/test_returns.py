"""Goods brought back: exactly what they earned, exactly once, whoever asks in whatever pieces."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment, open_till

NUMBERS = [0]


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with a sale of her own, see `sale()`: 3 pieces that earned 10, a line of 196, a line of 60 + 120."""
    NUMBERS[0] += 1
    buyer = await shop.enroll(f"RETURN-ANA-{NUMBERS[0]}")
    lines = [
        line(1, "NORTH", 1000, quantity=3),
        line(2, "HARBOR", 9800),
        line(3, "PEAK", 6000, categories=["activewear"]),
    ]
    await shop.sell(buyer, sale(), "mall-1", lines)
    return buyer


def sale() -> str:
    return f"RETURN-SALE-{NUMBERS[0]}"


def share(number: int, *, of: str = "", pieces: int = 0, cents: int = 0, whole: bool = False) -> returns.ReturnedShare:
    ref = order_pb2.OrderRef(source="till-1", document_id=of or sale())
    named = returns.SaleLineRef(order=ref, line_number=number)
    if whole:
        return returns.ReturnedShare(sale_line=named, whole=True)
    if cents:
        return returns.ReturnedShare(sale_line=named, amount_minor_units=cents)
    return returns.ReturnedShare(sale_line=named, quantity=pieces)


async def give_back(
    till: Till, document_id: str, *shares: returns.ReturnedShare, at: str = "mall-1", by: str = ""
) -> ledger.PostReturnResponse:
    """One return; each share on a line of its own."""
    document = returns.Return(
        source="till-2",
        document_id=f"{document_id}-{NUMBERS[0]}",
        location_id=at,
        occur_time=moment(till.now),
        lines=[returns.ReturnLine(line_number=n, sale_lines=[each]) for n, each in enumerate(shares, start=1)],
    )
    request = ledger.PostReturnRequest(
        program_id=till.program, request_id=f"return-{document_id}-{NUMBERS[0]}", return_document=document
    )
    if by:
        request.member.CopyFrom(member(by))
    return await till.mesh.ledger.PostReturn(request)


async def test_a_line_gives_back_what_it_earned_and_nothing_of_its_neighbours(shop: Till, ana: str) -> None:
    returned = await give_back(shop, "PEAK", share(3, whole=True))
    assert [(one.rule_id, one.reversed) for one in returned.reversed] == [("peak-base", 60), ("peak-activewear", 120)]
    assert returned.wallet.balance == 10 + 196


@pytest.mark.parametrize("pieces", [[1, 1, 1], [2, 1], [1, 2], [3]], ids=str)
async def test_ten_points_on_three_pieces_are_ten_in_all(shop: Till, ana: str, pieces: Sequence[int]) -> None:
    for index, count in enumerate(pieces):
        await give_back(shop, f"PIECES-{index}", share(1, pieces=count))
    assert (await shop.wallet(ana)).wallet.balance == 196 + 180


async def test_each_piece_of_three_gives_back_its_rounded_share(shop: Till, ana: str) -> None:
    given = [(await give_back(shop, f"PIECE-{n}", share(1, pieces=1))).reversed_points for n in range(3)]
    assert given == [3, 4, 3]


async def test_cents_creep_to_the_whole_and_no_further(shop: Till, ana: str) -> None:
    given = [(await give_back(shop, f"CREEP-{n}", share(1, cents=250))).reversed_points for n in range(4)]
    assert (given, sum(given)) == ([3, 2, 3, 2], 10)
    refusal = await refusal_of(give_back(shop, "CREEP-5", share(1, cents=1)))
    assert (said(refusal)[2], refusal.metadata["returnable"]) == ("NOT_RETURNABLE", "0")


TOO_MUCH: Mapping[str, tuple[dict[str, int], str, str]] = {
    "a piece too many": ({"pieces": 4}, "3", "QUANTITY"),
    "a cent too many": ({"cents": 1001}, "1000", "AMOUNT"),
    "absurdly many": ({"pieces": 10**12}, "3", "QUANTITY"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
async def test_more_than_was_sold_is_refused_with_what_is_left(shop: Till, ana: str, case: str) -> None:
    amounts, left, basis = TOO_MUCH[case]
    before = await state_of(shop, ana)
    refusal = await refusal_of(give_back(shop, "TOO-MUCH", share(1, **amounts)))  # type: ignore[arg-type]
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "NOT_RETURNABLE")
    assert (refusal.metadata["returnable"], refusal.metadata["basis"]) == (left, basis)
    assert (refusal.metadata["document_id"], refusal.metadata["line_number"]) == (sale(), "1")
    assert await state_of(shop, ana) == before


async def test_a_second_return_of_a_line_is_refused(shop: Till, ana: str) -> None:
    await give_back(shop, "ONCE", share(2, whole=True))
    refusal = await refusal_of(give_back(shop, "TWICE", share(2, whole=True)))
    assert (said(refusal)[2], refusal.metadata["returnable"]) == ("NOT_RETURNABLE", "0")
    assert refusal.message == "line 2 cannot be returned: nothing is left of it to return by WHOLE"


async def test_one_line_too_many_refuses_the_whole_return(shop: Till, ana: str) -> None:
    before = await state_of(shop, ana)
    refusal = await refusal_of(give_back(shop, "HALF", share(2, whole=True), share(1, pieces=4)))
    assert said(refusal)[2] == "NOT_RETURNABLE"
    assert await state_of(shop, ana) == before


async def test_shares_of_one_document_count_together(shop: Till, ana: str) -> None:
    refusal = await refusal_of(give_back(shop, "TOGETHER", share(1, pieces=2), share(1, pieces=2)))
    assert (said(refusal)[2], refusal.metadata["returnable"]) == ("NOT_RETURNABLE", "1")
    assert (await give_back(shop, "TOGETHER-2", share(1, pieces=2), share(1, pieces=1))).reversed_points == 10


async def test_the_rest_of_a_line_comes_back_as_a_whole(shop: Till, ana: str) -> None:
    await give_back(shop, "PART", share(1, pieces=1))
    assert (await give_back(shop, "REST", share(1, whole=True))).reversed_points == 7


async def test_pieces_and_cents_are_not_mixed_on_a_line(shop: Till, ana: str) -> None:
    await give_back(shop, "BY-PIECE", share(1, pieces=1))
    refusal = await refusal_of(give_back(shop, "BY-CENT", share(1, cents=100)))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "RETURN_BASIS_DIFFERS")
    assert (refusal.metadata["basis"], refusal.metadata["asked"]) == ("QUANTITY", "AMOUNT")


async def test_ten_tills_at_once_take_a_line_back_once(shop: Till, ana: str) -> None:
    calls = (give_back(shop, f"RACE-{till}", share(2, whole=True)) for till in range(10))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    told = [answer.reason if isinstance(answer, Refusal) else "taken" for answer in answers]
    assert (told.count("taken"), told.count("NOT_RETURNABLE")) == (1, 9)
    assert (await shop.wallet(ana)).wallet.balance == 10 + 180


async def test_ten_tills_at_once_take_three_pieces_back(shop: Till, ana: str) -> None:
    calls = (give_back(shop, f"RACE-{till}", share(1, pieces=1)) for till in range(10))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    points = [answer.reversed_points for answer in answers if isinstance(answer, ledger.PostReturnResponse)]
    assert sorted(points) == [3, 3, 4]


async def test_another_members_sale_is_refused(shop: Till, ana: str) -> None:
    bea = await shop.enroll("RETURN-BEA")
    before = await state_of(shop, ana, bea)
    refusal = await refusal_of(give_back(shop, "BEA", share(2, whole=True), by=bea))
    assert said(refusal) == ("PERMISSION_DENIED", "ledger.loyalty", "OTHER_MEMBERS_ORDER")
    assert ana not in f"{refusal.message}{dict(refusal.metadata)}"
    assert await state_of(shop, ana, bea) == before


async def test_the_buyer_herself_may_be_named(shop: Till, ana: str) -> None:
    assert (await give_back(shop, "OWN", share(2, whole=True), by=ana)).reversed_points == 196


@pytest.mark.parametrize(("number", "of"), [(1, "NEVER-SOLD"), (4, "")], ids=["sale", "line"])
async def test_what_was_never_sold_is_not_found(shop: Till, ana: str, number: int, of: str) -> None:
    before = await state_of(shop, ana)
    refusal = await refusal_of(give_back(shop, "NEVER", share(number, of=of, whole=True)))
    assert said(refusal) == ("NOT_FOUND", "ledger.loyalty", "SALE_NOT_FOUND")
    assert refusal.metadata["document_id"] == (of or sale())
    assert await state_of(shop, ana) == before


async def test_goods_may_come_back_at_another_brands_shop(shop: Till, ana: str) -> None:
    assert (await give_back(shop, "ELSEWHERE", share(2, whole=True), at="peak-1")).reversed_points == 196


async def test_goods_cannot_come_back_at_an_unknown_place(shop: Till, ana: str) -> None:
    refusal = await refusal_of(give_back(shop, "NOWHERE", share(2, whole=True), at="nowhere"))
    assert said(refusal)[::2] == ("NOT_FOUND", "LOCATION_NOT_FOUND")


async def test_one_return_takes_from_several_sales(shop: Till, ana: str) -> None:
    await shop.sell(ana, f"{sale()}-B", "north-1", [line(7, "NORTH", 5000)])
    returned = await give_back(shop, "SEVERAL", share(2, whole=True), share(7, of=f"{sale()}-B", whole=True))
    assert [one.reversed for one in returned.reversed] == [196, 50]


async def test_sales_of_two_members_cannot_come_back_in_one_return(shop: Till, ana: str) -> None:
    bea = await shop.enroll("RETURN-BEA-2")
    await shop.sell(bea, f"{sale()}-BEA", "north-1", [line(1, "NORTH", 5000)])
    refusal = await refusal_of(
        give_back(shop, "TWO-MEMBERS", share(2, whole=True), share(1, of=f"{sale()}-BEA", whole=True))
    )
    assert said(refusal)[2] == "OTHER_MEMBERS_ORDER"


async def test_a_line_that_earned_nothing_comes_back(shop: Till, ana: str) -> None:
    await shop.sell(ana, f"{sale()}-POST", "mall-1", [line(1, "", 500), line(2, "NORTH", 0, quantity=0)])
    posted = await give_back(shop, "POSTAGE", *(share(n, of=f"{sale()}-POST", whole=True) for n in (1, 2)))
    assert (posted.reversed_points, posted.wallet.balance) == (0, 386)


async def test_a_line_of_no_pieces_cannot_come_back_by_pieces(shop: Till, ana: str) -> None:
    await shop.sell(ana, f"{sale()}-ZERO", "mall-1", [line(1, "NORTH", 500, quantity=0)])
    refusal = await refusal_of(give_back(shop, "ZERO", share(1, of=f"{sale()}-ZERO", pieces=1)))
    assert (said(refusal)[2], refusal.metadata["returnable"]) == ("NOT_RETURNABLE", "0")


async def test_the_sale_shows_what_has_come_back(shop: Till, ana: str) -> None:
    await give_back(shop, "SHOWN", share(1, pieces=2), share(3, whole=True))
    ref = order_pb2.OrderRef(source="till-1", document_id=sale())
    order = (await shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref))).order
    assert [(one.line_number, one.returned, one.sold) for one in order.returned_lines] == [(1, 2, 3), (3, 1, 1)]
    assert [accrual.remaining for accrual in order.accruals] == [3, 196, 0, 0]


@pytest.fixture
async def item_and_order_rules(stack: LocalStack) -> AsyncIterator[Till]:
    """North's base points are rounded per order; goods of category `a` earn 10 and of `b` 20 more on 10 dollars."""
    async with open_till(stack, "hostile-order-rule") as till:
        base = "    brand: NORTH\n    per_amount: {points: 1, per: 1.00 USD}\n"
        item = "  {0}-goods:\n    brand: NORTH\n    when: {{categories: {0}}}\n    multiplier: {{factor: {1}}}\n"
        items = item.format("a", 2) + item.format("b", 3)
        await till.apply(
            PROGRAMS / "worked-basket", "worked-basket", {base: f"{base}    rounding_scope: order\n{items}"}
        )
        yield till
        assert await findings_of(till) == []


async def test_a_line_takes_its_part_of_an_order_rule_and_not_of_its_neighbours(item_and_order_rules: Till) -> None:
    """A 10, B 10, C 20 earn A 10 + B 20 by item and 40 by order: C takes back 20, not half of 70."""
    till = item_and_order_rules
    bea = await till.enroll("ORDER-RULE-BEA")
    lines = [line(1, "NORTH", 1000, categories=["a"]), line(2, "NORTH", 1000, categories=["b"]), line(3, "NORTH", 2000)]
    sold = await till.sell(bea, "ORDER-RULE", "north-1", lines)
    assert [(one.line_number, one.granted) for one in sold.earned] == [(1, 10), (1, 10), (2, 10), (2, 20), (3, 20)]
    returned = await till.give_back("ORDER-RULE-R", "north-1", "ORDER-RULE", {3: None})
    assert (returned.reversed_points, returned.wallet.balance) == (20, 50)
