"""Rules that look at who buys: from files to the points, through the stubs of all services."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import authorization_pb2, order_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import rules_service_pb2 as rules
from loyalty.type.v1 import member_pb2, order_pb2

from deploy.local.mesh import PROGRAMS, program_files
from deploy.local.stack import LocalStack
from tests.integration.mesh import uploads
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.people import open_office
from tests.support.mesh import Till, line, member, moment, open_till

BASKET = PROGRAMS / "worked-basket"
RULES = """funders: {peak: 100%}
  north-welcome:
    brand: NORTH
    when: {purchase: {number: 1}}
    fixed: {points: 100, per: line}
  north-third:
    brand: NORTH
    when: {purchase: {every: 3}}
    fixed: {points: 30, per: line}
  harbor-welcome:
    brand: HARBOR
    when: {purchase: {number: 1, of: program}}
    fixed: {points: 1000, per: line}
  peak-birthday:
    brand: PEAK
    when: {birthday: month}
    fixed: {points: 7, per: line}
  linden-segment:
    brand: LINDEN
    when: {segment: vip}
    fixed: {points: 9, per: line}
"""
CHANGES = {"funders: {peak: 100%}\n": RULES}


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in a program that welcomes members; all must tie out in the end."""
    async with open_till(stack, "member-rules") as till:
        await till.apply(BASKET, "worked-basket", CHANGES)
        yield till
        assert await till.broken() == []


def bonus(answer: ledger.PostOrderResponse) -> dict[str, int]:
    """Points by rule, without the base rules."""
    return {one.rule_id: one.granted for one in answer.earned if not one.rule_id.endswith("-base")}


async def buy(till: Till, who: str, document: str, brand: str = "NORTH") -> dict[str, int]:
    """Buys something of a brand; what bonus it gave."""
    return bonus(await till.sell(who, document, "mall-1", [line(1, brand, 1000)]))


async def update(till: Till, who: str, request_id: str, *, month: int = 0, segments: tuple[str, ...] = ()) -> None:
    """Tells identity more of a member."""
    birthday = member_pb2.MonthDay(month=month, day=1) if month else None
    request = identity.UpdateMemberRequest(
        program_id=till.program,
        request_id=request_id,
        member_id=who,
        birthday=birthday,
        segments=identity.SegmentSet(segment_ids=segments),
    )
    await till.mesh.identity.UpdateMember(request)


async def test_the_first_purchase_is_welcomed_and_no_other(till: Till) -> None:
    who = await till.enroll("FIRST")
    assert await buy(till, who, "F-1") == {"north-welcome": 100}
    assert await buy(till, who, "F-2") == {}
    assert await buy(till, who, "F-3") == {"north-third": 30}


async def test_a_returned_first_purchase_counts_no_more(till: Till) -> None:
    who = await till.enroll("RETURNED")
    assert await buy(till, who, "R-1") == {"north-welcome": 100}
    await till.give_back("R-1-BACK", "mall-1", "R-1", {1: None})
    assert await buy(till, who, "R-2") == {"north-welcome": 100}


async def test_a_sale_for_nothing_is_no_purchase(till: Till) -> None:
    who = await till.enroll("NOTHING")
    told = [bonus(await till.sell(who, f"ZERO-{number}", "mall-1", [line(1, "NORTH", 0)])) for number in range(3)]
    assert told == [{}, {}, {}]
    assert await buy(till, who, "ZERO-3") == {"north-welcome": 100}


async def test_a_first_purchase_that_is_corrected_to_nothing_gives_its_welcome_back(
    till: Till, stack: LocalStack
) -> None:
    who = await till.enroll("CORRECTED")
    assert await buy(till, who, "COR-1") == {"north-welcome": 100}
    async with open_office(stack, till, "office") as office:
        await office.correct("COR-1", line(1, "NORTH", 0))
    assert await buy(till, who, "COR-2") == {"north-welcome": 100}
    assert (await till.wallet(who)).wallet.balance == 110


async def test_purchases_are_counted_by_brand_or_in_the_program(till: Till) -> None:
    who = await till.enroll("BRANDS")
    assert await buy(till, who, "B-1", "LINDEN") == {}
    assert await buy(till, who, "B-2", "HARBOR") == {}
    assert await buy(till, who, "B-3", "NORTH") == {"north-welcome": 100}


async def test_an_order_over_several_brands_is_one_purchase(till: Till) -> None:
    who = await till.enroll("SEVERAL")
    lines = [line(1, "NORTH", 1000), line(2, "HARBOR", 1000)]
    assert bonus(await till.sell(who, "S-1", "mall-1", lines)) == {"north-welcome": 100, "harbor-welcome": 1000}
    assert await buy(till, who, "S-2") == {}
    assert await buy(till, who, "S-3") == {"north-third": 30}


async def test_birthdays_and_segments_are_looked_at(till: Till) -> None:
    who = await till.enroll("PERSON")
    lines = [line(1, "PEAK", 1000), line(2, "LINDEN", 1000)]
    assert bonus(await till.sell(who, "P-1", "mall-1", lines)) == {}
    await update(till, who, "P-update", month=3, segments=("vip",))
    # The ledger remembers what identity said for at most a second.
    await asyncio.sleep(1.1)
    assert bonus(await till.sell(who, "P-2", "mall-1", lines)) == {"peak-birthday": 7, "linden-segment": 9}


async def test_a_preview_says_what_posting_gives_and_what_it_rests_on(till: Till) -> None:
    who = await till.enroll("PREVIEW")
    order = till.order("V-1", "mall-1", [line(1, "NORTH", 1000)])
    request = ledger.PreviewOrderRequest(program_id=till.program, member=member(who), order=order)
    first = await till.mesh.ledger.PreviewOrder(request)
    assert first.points == 110
    assert first.evaluation.local_date == "2026-03-02"
    [read] = first.evaluation.facts_read.purchases
    assert (read.brand_id, read.orders, read.least, read.most) == ("NORTH", 0, 0, 0)
    await buy(till, who, "V-1")
    assert (await till.mesh.ledger.PreviewOrder(request)).points == 10


async def test_many_sales_at_once_welcome_once(till: Till) -> None:
    who = await till.enroll("CROWD")
    given = await asyncio.gather(*(buy(till, who, f"C-{number}") for number in range(30)))
    assert sum(one.get("north-welcome", 0) for one in given) == 100
    assert sum(one.get("north-third", 0) for one in given) == 300


async def test_the_sales_of_a_list_are_counted_in_its_order(till: Till) -> None:
    who = await till.enroll("LIST")
    orders = [
        ledger.PostOrderRequest(
            program_id=till.program,
            request_id=f"L-{number}",
            member=member(who),
            order=till.order(f"L-{number}", "mall-1", [line(1, "NORTH", 1000)]),
        )
        for number in range(7)
    ]
    answer = await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=orders))
    welcome, third = {"north-welcome": 100}, {"north-third": 30}
    assert [bonus(result.posted) for result in answer.results] == [welcome, {}, third, {}, {}, third, {}]
    assert [result.posted.position.position for result in answer.results] == sorted(
        result.posted.position.position for result in answer.results
    )


async def test_a_claim_is_judged_by_who_claims(till: Till) -> None:
    who = await till.enroll("CLAIM")
    order = till.order("N-1", "mall-1", [line(1, "NORTH", 1000)])
    await till.mesh.ledger.PostOrder(
        ledger.PostOrderRequest(program_id=till.program, request_id="N-1", order=order, anonymous=True)
    )
    request = order_requests_pb2.ClaimOrderRequest(
        program_id=till.program,
        request_id="N-claim",
        member=member(who),
        order=order_pb2.OrderRef(source="till-1", document_id="N-1"),
        occur_time=moment(till.now),
    )
    claimed = await till.mesh.ledger.ClaimOrder(request)
    assert {one.rule_id: one.granted for one in claimed.earned} == {"north-base": 10, "north-welcome": 100}
    assert await buy(till, who, "N-2") == {}


async def test_a_repeat_is_answered_as_it_was(till: Till) -> None:
    who = await till.enroll("REPEAT")
    request = ledger.PostOrderRequest(
        program_id=till.program,
        request_id="REPEAT-1",
        member=member(who),
        order=till.order("REPEAT-1", "mall-1", [line(1, "NORTH", 1000)]),
    )
    first = await till.mesh.ledger.PostOrder(request)
    assert await till.mesh.ledger.PostOrder(request) == first


async def test_the_sales_of_an_upload_are_counted_in_its_order(till: Till) -> None:
    who = await till.enroll("UPLOAD")
    sales = [uploads.sale(till, who, f"UPLOAD-{number}", 10) for number in range(7)]
    told = await uploads.upload(till, sales)
    welcome, third = {"north-welcome": 100}, {"north-third": 30}
    assert [bonus(one.posted) for one in told] == [welcome, {}, third, {}, {}, third, {}]


async def test_an_exchange_is_judged_by_what_was_before_it(till: Till) -> None:
    who, counter = await till.enroll("EXCHANGE"), Counter(till, "MEMBER-RULES")
    assert await buy(till, who, "X-1") == {"north-welcome": 100}
    # What comes back is still a purchase: one welcome is taken back, and none is given.
    answer = await counter.exchange(who, "X-BACK", [share("X-1", 1)], "X-2", [line(1, "NORTH", 1000)])
    assert {one.rule_id: one.granted for one in answer.earned} == {"north-base": 10}
    assert answer.wallet.balance == 10
    assert await buy(till, who, "X-3") == {}
    assert await buy(till, who, "X-4") == {"north-third": 30}


async def test_points_pay_for_a_sale_that_was_judged_again(till: Till) -> None:
    who = await till.enroll("PAYS")
    await buy(till, who, "PAYS-1")
    given = await asyncio.gather(*(paid(till, who, f"PAYS-{number}") for number in range(2, 8)))
    assert sum(one.get("north-third", 0) for one in given) == 60


async def paid(till: Till, who: str, document: str) -> dict[str, int]:
    """Buys something of North that points of the member pay a part of."""
    redemption = await till.redeem(who, 10, "mall-1", "NORTH")
    tender = authorization_pb2.Tender(redemption_id=redemption.redemption.redemption_id)
    request = ledger.PostOrderRequest(
        program_id=till.program,
        request_id=document,
        member=member(who),
        order=till.order(document, "mall-1", [line(1, "NORTH", 1000)]),
        tenders=[tender],
    )
    return bonus(await till.mesh.ledger.PostOrder(request))


async def test_a_sale_from_before_rules_looked_at_members_is_judged_again_as_nobodys(
    stack: LocalStack, till: Till
) -> None:
    async with open_till(stack, "looked-later") as before:
        await before.apply(BASKET, "worked-basket")
        who = await before.enroll("BEFORE")
        assert await buy(before, who, "BEFORE-1") == {}
        await before.apply(BASKET, "worked-basket", CHANGES)
        # At once: the ledger may not have heard of it yet.
        assert await buy(before, who, "BEFORE-2") == {}
        assert await buy(before, who, "BEFORE-3") == {"north-third": 30}
        new = await before.enroll("AFTER")
        assert await buy(before, new, "AFTER-1") == {"north-welcome": 100}
        async with open_office(stack, before, "looker") as office:
            sales, _ = await office.compare(draft=draft(before, WELCOME_MORE))
        # The sale of the first is nobody's, those of later are theirs who bought.
        assert [(brand.base_points, brand.points) for one in sales for brand in one.brands] == [(110, 210)]
        assert await before.broken() == []


WELCOME_MORE = {"funders: {peak: 100%}\n": RULES.replace("points: 100,", "points: 200,")}


def draft(till: Till, changes: Mapping[str, str]) -> list[rules.ProgramFile]:
    """The program with some texts replaced."""
    found = list(program_files(BASKET))
    for old, new in {"id: worked-basket": f"id: {till.program}", **changes}.items():
        for file in found:
            file.content = file.content.replace(old, new)
    return found
