"""Made-up requests against every rpc of every process: each is refused in our words or answered, and none is echoed."""

import random

import pytest

from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import state_of
from tests.support.fuzz import Maker, assault, attacking, requests_for
from tests.support.mesh import Till, line

ROLES = ("HEADQUARTERS_ADMIN", "POS", "FINANCE", "SERVICE", "LOCATION_MANAGER", "ANALYST", "REGIONAL_ADMIN", "OPERATOR")
CHANGES_OF_WALLETS = ("Post", "Redeem", "Authorize", "Adjust", "Transfer", "Extend", "Cancel", "Restore", "Void")


async def known_to(shop: Till, card: str) -> tuple[str, dict[str, list[str]]]:
    """A member with points, and ids that exist by the names of fields."""
    buyer = await shop.enroll(card)
    sold = await shop.sell(buyer, card, "mall-1", [line(1, "NORTH", 10_000)])
    return buyer, {
        "program_id": [shop.program],
        "member_id": [buyer, "mem_nobody"],
        "location_id": ["mall-1", "linden-1"],
        "brand_id": ["NORTH", "LINDEN"],
        "currency_code": ["USD"],
        "order_id": [sold.order_id],
        "document_id": [card],
        "source": ["till-1"],
    }


@pytest.mark.parametrize("seed", [1])
async def test_made_up_requests_are_answered_in_our_words(shop: Till, stack: LocalStack, seed: int) -> None:
    await fuzz(shop, stack, seed, each=2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
async def test_very_many_made_up_requests_are_answered_in_our_words(shop: Till, stack: LocalStack, seed: int) -> None:
    await fuzz(shop, stack, seed, each=60)


async def fuzz(shop: Till, stack: LocalStack, seed: int, each: int) -> None:
    buyer, known = await known_to(shop, f"FUZZ-{seed}")
    before = await state_of(shop, buyer)
    token = stack.token(f"fuzz-{seed}", programs=[shop.program], roles=ROLES)
    maker = Maker(random.Random(seed), known)
    async with attacking(stack, token) as attacker:
        wrong = await assault(attacker, requests_for(maker, each))
        assert wrong == [], "\n".join(wrong)
    if not any(name.startswith(CHANGES_OF_WALLETS) for name in attacker.answered):
        assert await state_of(shop, buyer) == before


async def test_a_stranger_is_told_nothing_of_what_it_sent(shop: Till, stack: LocalStack) -> None:
    _, known = await known_to(shop, "FUZZ-STRANGER")
    maker = Maker(random.Random(3), {**known, "program_id": []}, hostility=1.0)
    token = stack.token("stranger", programs=["elsewhere"], roles=ROLES)
    async with attacking(stack, token) as attacker:
        assert await assault(attacker, requests_for(maker, 1)) == []
