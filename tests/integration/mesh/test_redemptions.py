"""Spending points: refused for the right reason, and never a point too many (I8)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment, open_till

CARDS = [0]


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with 300 points: 100 of North's, 200 of Harbor's."""
    CARDS[0] += 1
    buyer = await shop.enroll(f"SPEND-ANA-{CARDS[0]}")
    await shop.sell(buyer, f"SPEND-{CARDS[0]}", "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    return buyer


def spending(till: Till, buyer: str, request_id: str, points: int) -> ledger.RedeemPointsRequest:
    return ledger.RedeemPointsRequest(
        program_id=till.program,
        request_id=request_id,
        member=member(buyer),
        location_id="linden-1",
        brand_id="LINDEN",
        currency_code="USD",
        points=points,
        occur_time=moment(till.now),
    )


async def test_one_point_too_many_is_refused_and_changes_nothing(shop: Till, ana: str) -> None:
    before = await state_of(shop, ana)
    refusal = await refusal_of(shop.redeem(ana, 301, "linden-1", "LINDEN"))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "INSUFFICIENT_POINTS")
    assert (refusal.metadata["points"], refusal.metadata["available"]) == ("301", "300")
    assert refusal.message == "301 points were asked for, 300 can be spent"
    assert await state_of(shop, ana) == before


async def test_a_member_without_history_has_nothing_to_spend(shop: Till) -> None:
    nobody = await shop.enroll("SPEND-NOTHING")
    refusal = await refusal_of(shop.redeem(nobody, 10, "linden-1", "LINDEN"))
    assert (said(refusal)[2], refusal.metadata["available"]) == ("INSUFFICIENT_POINTS", "0")


async def test_all_points_can_be_spent(shop: Till, ana: str) -> None:
    spent = await shop.redeem(ana, 300, "linden-1", "LINDEN")
    assert (spent.redemption.value.minor_units, spent.wallet.balance) == (240, 0)


async def test_a_point_worth_less_than_a_cent_is_refused(shop: Till, ana: str) -> None:
    before = await state_of(shop, ana)
    refusal = await refusal_of(shop.redeem(ana, 1, "linden-1", "LINDEN"))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "WORTH_NOTHING")
    assert await state_of(shop, ana) == before


async def test_two_points_are_worth_the_cent_they_hold(shop: Till, ana: str) -> None:
    assert (await shop.redeem(ana, 2, "linden-1", "LINDEN")).redemption.value.minor_units == 1


@pytest.mark.parametrize("quoted", [239, 241, 0, -1])
async def test_another_value_than_quoted_is_refused(shop: Till, ana: str, quoted: int) -> None:
    request = spending(shop, ana, f"quoted-{CARDS[0]}", 300)
    request.quoted_minor_units = quoted
    refusal = await refusal_of(shop.mesh.ledger.RedeemPoints(request))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "QUOTE_CHANGED")
    assert (refusal.metadata["minor_units"], refusal.metadata["quoted_minor_units"]) == ("240", str(quoted))
    assert (await shop.wallet(ana)).wallet.available == 300


async def test_the_quoted_value_is_paid(shop: Till, ana: str) -> None:
    asked = ledger.QuoteRedemptionRequest(
        program_id=shop.program,
        member=member(ana),
        location_id="linden-1",
        brand_id="LINDEN",
        currency_code="USD",
    )
    quote = (await shop.mesh.ledger.QuoteRedemption(asked)).quote
    request = spending(shop, ana, f"as-quoted-{CARDS[0]}", quote.points)
    request.quoted_minor_units = quote.value.minor_units
    paid = (await shop.mesh.ledger.RedeemPoints(request)).redemption
    assert (paid.points, paid.value.minor_units) == (300, 240)


WRONG_PLACES = {
    "brand not sold here": ("linden-1", "PEAK", "USD", "rules.loyalty", "BRAND_NOT_SOLD_HERE"),
    "unknown brand": ("linden-1", "NOBRAND", "USD", "rules.loyalty", "BRAND_NOT_FOUND"),
    "unknown location": ("nowhere", "LINDEN", "USD", "rules.loyalty", "LOCATION_NOT_FOUND"),
    "wrong currency": ("linden-1", "LINDEN", "EUR", "rules.loyalty", "CURRENCY_NOT_ACCEPTED"),
}


@pytest.mark.parametrize("case", WRONG_PLACES)
async def test_points_cannot_be_spent_in_the_wrong_place(shop: Till, ana: str, case: str) -> None:
    location, brand, currency, domain, reason = WRONG_PLACES[case]
    request = spending(shop, ana, f"place-{CARDS[0]}", 100)
    request.location_id, request.brand_id, request.currency_code = location, brand, currency
    quote = ledger.QuoteRedemptionRequest(
        program_id=shop.program, member=member(ana), location_id=location, brand_id=brand, currency_code=currency
    )
    for call in (shop.mesh.ledger.RedeemPoints(request), shop.mesh.ledger.QuoteRedemption(quote)):
        assert said(await refusal_of(call))[1:] == (domain, reason)


@pytest.fixture
async def strangers(stack: LocalStack) -> AsyncIterator[Till]:
    """A program whose entities have agreed about nothing."""
    async with open_till(stack, "hostile-strangers") as till:
        terms = "  at-face-value:\n    # No issuer and no redeemer named: for every pair of entities.\n"
        none = {
            f"agreements:\n{terms}    share_of_face: 100%\n": "",
            "  replay_clock: true\n": "  replay_clock: true\n  redemption: {agreement_gaps: allowed}\n",
        }
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", none)
        yield till
        assert await findings_of(till) == []


async def test_points_of_a_brand_without_agreement_cannot_be_spent_elsewhere(strangers: Till) -> None:
    ana = await strangers.enroll("STRANGERS-ANA")
    await strangers.sell(ana, "STRANGERS", "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    before = await state_of(strangers, ana)
    refusal = await refusal_of(strangers.redeem(ana, 150, "linden-1", "LINDEN"))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "NO_SETTLEMENT_TERMS")
    # Harbor's are burnt first: the same earn time, and the order's first rule in the revision.
    assert refusal.metadata["redeemer_entity_id"] == "linden"
    assert refusal.metadata["issuer_entity_id"] in ("north", "harbor")
    assert await state_of(strangers, ana) == before


async def test_a_brands_own_points_need_no_agreement(strangers: Till) -> None:
    bea = await strangers.enroll("STRANGERS-BEA")
    await strangers.sell(bea, "STRANGERS-OWN", "north-1", [line(1, "NORTH", 10_000)])
    assert (await strangers.redeem(bea, 100, "north-1", "NORTH")).redemption.value.minor_units == 100


async def test_a_quote_without_agreement_is_refused_as_the_spending_would_be(strangers: Till) -> None:
    cid = await strangers.enroll("STRANGERS-CID")
    await strangers.sell(cid, "STRANGERS-QUOTE", "north-1", [line(1, "NORTH", 10_000)])
    asked = ledger.QuoteRedemptionRequest(
        program_id=strangers.program,
        member=member(cid),
        location_id="linden-1",
        brand_id="LINDEN",
        currency_code="USD",
        points=100,
    )
    assert said(await refusal_of(strangers.mesh.ledger.QuoteRedemption(asked)))[2] == "NO_SETTLEMENT_TERMS"


async def outcomes(till: Till, requests: list[ledger.RedeemPointsRequest]) -> Counter[str]:
    """How often each thing was said to tills that all ask at once."""
    calls = (till.mesh.ledger.RedeemPoints(request) for request in requests)
    answers = await asyncio.gather(*calls, return_exceptions=True)
    return Counter(answer.reason if isinstance(answer, Refusal) else "spent" for answer in answers)


async def test_two_tills_at_once_cannot_spend_the_same_points(shop: Till, ana: str) -> None:
    requests = [spending(shop, ana, f"two-{till}-{CARDS[0]}", 200) for till in range(2)]
    assert await outcomes(shop, requests) == {"spent": 1, "INSUFFICIENT_POINTS": 1}
    assert (await shop.wallet(ana)).wallet.balance == 100


async def test_fifty_tills_at_once_spend_no_point_too_many(shop: Till, ana: str) -> None:
    requests = [spending(shop, ana, f"fifty-{till}-{CARDS[0]}", 7) for till in range(50)]
    assert await outcomes(shop, requests) == {"spent": 42, "INSUFFICIENT_POINTS": 8}
    assert (await shop.wallet(ana)).wallet.balance == 300 - 42 * 7


async def test_returns_and_spending_at_once_leave_what_both_left(shop: Till, ana: str) -> None:
    requests = [spending(shop, ana, f"race-{till}-{CARDS[0]}", 50) for till in range(10)]
    taken_back = asyncio.create_task(shop.give_back(f"RACE-{CARDS[0]}", "mall-1", f"SPEND-{CARDS[0]}", {2: None}))
    spent = (await outcomes(shop, requests))["spent"]
    await taken_back
    wallet = (await shop.wallet(ana)).wallet
    assert wallet.balance == 300 - 200 - 50 * spent
    assert (wallet.available, wallet.debt) == (max(0, wallet.balance), max(0, -wallet.balance))


async def test_debt_is_not_spendable_and_is_paid_by_the_next_sale(shop: Till, ana: str) -> None:
    await shop.redeem(ana, 300, "linden-1", "LINDEN")
    await shop.give_back(f"DEBT-{CARDS[0]}", "mall-1", f"SPEND-{CARDS[0]}", {1: None})
    refusal = await refusal_of(shop.redeem(ana, 2, "linden-1", "LINDEN"))
    assert (said(refusal)[2], refusal.metadata["available"]) == ("INSUFFICIENT_POINTS", "0")
    sold = await shop.sell(ana, f"DEBT-{CARDS[0]}", "north-1", [line(1, "NORTH", 15_000)])
    assert (sold.repaid_points, sold.wallet.available) == (100, 50)
