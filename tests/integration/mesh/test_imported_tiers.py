"""Tiers of existing programs: they are told wherever tiers are, hold as long as was said, and stay on the way back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import standing_pb2

from deploy.local.stack import LocalStack
from tests.integration.mesh.conftest import BASKET
from tests.integration.mesh.importing import EARNED, carried_tier
from tests.integration.mesh.pooling import Pool, open_pool
from tests.support.mesh import Till, line, member, open_till

LADDER = """funders: {peak: 100%}
ladders:
  status:
    name: Status
    counts: spend
    window: lifetime
    tiers:
      silver: {name: Silver, from: 100.00 USD}
      gold: {name: Gold, from: 200.00 USD, multiplier: 2}
"""
HELD = timedelta(days=40)


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A till of a sandbox whose clock starts tomorrow at noon, here and by UTC: tiers that come today count."""
    async with open_till(stack, "imported-tiers") as till:
        till.now = (datetime.now(UTC) + timedelta(days=1)).replace(hour=12)
        await till.apply(BASKET, "worked-basket", {"funders: {peak: 100%}\n": LADDER})
        await till.enroll("TIERS000")
        await till.known()
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def pool(stack: LocalStack, till: Till) -> AsyncIterator[Pool]:
    async with open_pool(stack, till) as pool:
        yield pool


async def standing(till: Till, who: str) -> standing_pb2.Standing:
    """Where a member stands; told alike by the wallet and, on the day of the till, by a preview."""
    request = standing_pb2.GetStandingRequest(program_id=till.program, member=member(who))
    [found] = (await till.mesh.ledger.GetStanding(request)).standings
    assert list((await till.wallet(who)).wallet.standings) == [found]
    return found


async def previewed(till: Till, who: str) -> tuple[str, int]:
    """The tier and the points of a sale of 100.00 at North on the day of the till."""
    basket = till.order("preview", "mall-1", [line(1, "NORTH", 100_00)])
    request = ledger.PreviewOrderRequest(program_id=till.program, member=member(who), order=basket)
    answer = await till.mesh.ledger.PreviewOrder(request)
    [told] = answer.standings
    return told.tier_id, answer.granted_points


async def test_a_tier_comes_over_holds_as_long_as_was_said_and_outlives_the_way_back(till: Till, pool: Pool) -> None:
    people = await pool.join("guild", {"g1": 300, "g2": 40})
    gold, forever = people.values()
    plain = await previewed(till, gold)
    ends = till.now.date() + HELD
    lines = [
        carried_tier(1, "g1", "status", "gold", ends.isoformat()),
        carried_tier(2, "g2", "status", "silver"),
        carried_tier(3, "g2", "status", "tin"),
        carried_tier(4, "g2", "status", "gold", EARNED.date().isoformat()),
    ]
    staged = await pool.migration.stage("guild-tiers", "guild", lines, {})
    assert (staged.totals.tiers, sum(one.lines for one in staged.totals.refused)) == (2, 2)
    assert (await standing(till, gold)).tier_id == ""
    assert (await pool.migration.commit("guild-tiers", staged.totals)).proven

    told = await standing(till, gold)
    assert (told.tier_id, told.earned_tier_id, told.value) == ("gold", "", 0)
    assert (told.manual.reason, told.manual.approver_id) == ("imported", "F. Inance")
    assert (told.manual.end_date, told.until_date) == (ends.isoformat(), ends.isoformat())
    assert await previewed(till, gold) == ("gold", 2 * plain[1])

    # The ladder goes on beside it: what is earned counts, and is what is left when the carried tier has ended.
    await till.sell(gold, "guild-1", "mall-1", [line(1, "NORTH", 100_00)])
    told = await standing(till, gold)
    assert (told.tier_id, told.earned_tier_id, told.projected_tier_id) == ("gold", "silver", "silver")

    # On the way back its points go. A tier that came stays as it was set (docs/adr/0062).
    assert await pool.leave("guild") == "LOCAL"
    assert [one.withdrawn_points for one in await pool.withdrawn("guild")] == [300, 40]
    assert (await standing(till, gold)).tier_id == "gold"
    till.now += HELD - timedelta(days=1)
    assert (await previewed(till, gold))[0] == "gold"
    till.now += timedelta(days=1)
    assert (await previewed(till, gold))[0] == "silver"
    for who in (gold, forever):
        await till.sell(who, f"guild-{who}", "mall-1", [line(1, "NORTH", 1_00)])
        assert (await standing(till, who)).tier_id == "silver"
