"""Calls that are wrong in two ways at once: the earlier stage of docs/reference/precedence.md answers."""

from datetime import timedelta
from typing import Any

import pytest
from loyalty.ledger.v1 import redemption_requests_pb2 as requests

from tests.integration.mesh.hostile import refusal_of
from tests.support.mesh import Till, line, member, moment
from tests.support.precedence import STAGES

FAULTS: dict[str, dict[str, Any]] = {
    "MALFORMED": {"currency_code": "dollars"},
    "REQUEST_ID_REUSED": {"request_id": "precedence-used"},
    "TIME_AHEAD": {"ahead": timedelta(hours=1)},
    "LOCATION_NOT_FOUND": {"location_id": "nowhere"},
    "WORTH_NOTHING": {"points": 1},
    "QUOTE_CHANGED": {"quoted_minor_units": 7},
    "INSUFFICIENT_POINTS": {"points": 1_000_000},
}
"""What makes a call wrong, in the order in which it is found."""

PAIRS = [
    (earlier, later)
    for number, earlier in enumerate(FAULTS)
    for later in list(FAULTS)[number + 1 :]
    # A point alone cannot be too many.
    if (earlier, later) != ("WORTH_NOTHING", "INSUFFICIENT_POINTS")
]


def authorization(till: Till, ana: str, *faults: str) -> requests.AuthorizeRedemptionRequest:
    """An authorization that is wrong in these ways."""
    wrong: dict[str, Any] = {}
    for fault in faults:
        wrong |= FAULTS[fault]
    ahead = wrong.pop("ahead", timedelta())
    asked: dict[str, Any] = {
        "request_id": f"precedence-{'-'.join(faults)}",
        "location_id": "mall-1",
        "currency_code": "USD",
        "points": 10,
    } | wrong
    return requests.AuthorizeRedemptionRequest(
        program_id=till.program,
        member=member(ana),
        brand_id="LINDEN",
        occur_time=moment(till.now + ahead),
        **asked,
    )


@pytest.fixture
async def ana(live_shop: Till) -> str:
    """A member with points, who used a request id."""
    ana = await live_shop.enroll("PRECEDENCE-ANA")
    await live_shop.sell(ana, "PRECEDENCE-1", "mall-1", [line(1, "NORTH", 10_000)])
    used = authorization(live_shop, ana)
    used.request_id = "precedence-used"
    used.hold_seconds = 5
    await live_shop.mesh.ledger.AuthorizeRedemption(used)
    return ana


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_alone_is_told(live_shop: Till, ana: str, fault: str) -> None:
    refusal = await refusal_of(live_shop.mesh.ledger.AuthorizeRedemption(authorization(live_shop, ana, fault)))
    assert refusal.reason == fault


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
async def test_of_two_faults_the_earlier_is_told(live_shop: Till, ana: str, earlier: str, later: str) -> None:
    asked = authorization(live_shop, ana, later, earlier)
    assert (await refusal_of(live_shop.mesh.ledger.AuthorizeRedemption(asked))).reason == earlier


def test_the_faults_are_in_the_order_of_the_page() -> None:
    order = [reason for stage in STAGES for reason in stage.reasons]
    assert sorted(FAULTS, key=order.index) == list(FAULTS)
