"""Where members stand, from program files to answers: climbing, falling, tiers set by hand, and what the log tells."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import standing_pb2

from chassis.values.integers import MOST_AMOUNT
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import events_after, faulty_fields, refusal_of
from tests.integration.mesh.people import open_office
from tests.support.mesh import Till, line, member, moment, open_till

LADDERS = """funders: {peak: 100%}
ladders:
  status:
    name: Status
    counts: spend
    window: calendar_year
    hold: {year_end: 0}
    tiers:
      silver: {name: Silver, from: 100.00 USD, multiplier: 1.5}
      gold: {name: Gold, from: 200.00 USD, discount: 5%}
  harbor:
    name: Harbor
    brand: HARBOR
    counts: spend
    window: lifetime
    tiers: {captain: {from: 5000.00 USD}}
"""


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "standing") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", {"funders: {peak: 100%}\n": LADDERS})
        yield till
        assert await till.broken() == []


async def buy(till: Till, who: str, document: str, amount: int) -> None:
    await till.sell(who, document, "mall-1", [line(1, "NORTH", amount)])


async def standing(till: Till, who: str, history: int = 0) -> standing_pb2.GetStandingResponse:
    request = standing_pb2.GetStandingRequest(program_id=till.program, member=member(who), history_size=history)
    return await till.mesh.ledger.GetStanding(request)


def setting(till: Till, who: str, tier: str, **more: object) -> standing_pb2.SetTierRequest:
    wanted = {
        "program_id": till.program,
        "request_id": f"set-{who}-{tier}",
        "member": member(who),
        "ladder_id": "status",
        "tier_id": tier,
        "start_date": till.now.date().isoformat(),
        "reason": "kept waiting",
        "approver_id": "ben",
        "operator_id": "ann",
        "occur_time": moment(till.now),
    }
    return standing_pb2.SetTierRequest(**{**wanted, **more})  # type: ignore[arg-type]


async def test_a_member_climbs_and_is_told_what_is_missing(till: Till) -> None:
    ana = await till.enroll("ana")
    (_, before) = (await standing(till, ana)).standings
    assert (before.tier_id, before.next.tier_id, before.next.missing) == ("", "silver", 100_00)
    await buy(till, ana, "ana-1", 150_00)
    (_, now) = (await standing(till, ana)).standings
    assert (now.tier_id, now.tier_name, now.value, now.next.missing) == ("silver", "Silver", 150_00, 50_00)
    assert now.benefits.multipliers[0].factor.numerator == 3
    assert list((await till.wallet(ana)).wallet.standings)[1:] == [now]
    preview = ledger.PreviewOrderRequest(
        program_id=till.program,
        member=member(ana),
        order=till.order("ana-2", "mall-1", [line(1, "NORTH", 100_00)]),
    )
    answer = await till.mesh.ledger.PreviewOrder(preview)
    assert [(one.ladder_id, one.tier_id) for one in answer.standings] == [("harbor", ""), ("status", "silver")]


@pytest.mark.parametrize(
    ("role", "brand", "ladders"),
    [
        ("POS", "NORTH", ["status"]),
        ("LOCATION_MANAGER", "HARBOR", ["harbor", "status"]),
        ("REGIONAL_ADMIN", "NORTH", ["status"]),
        ("POS", "*", ["harbor", "status"]),
        ("MEMBER", "NORTH", ["harbor", "status"]),
    ],
)
async def test_a_ladder_of_another_brand_is_not_told(
    till: Till, stack: LocalStack, role: str, brand: str, ladders: list[str]
) -> None:
    who = await till.enroll("dora")
    await till.mesh.ledger.SetTier(setting(till, who, "captain", ladder_id="harbor"))
    token = stack.token(f"{role}-{brand}", programs=[till.program], roles=[role], brands=[brand], member=who)
    async with open_mesh(stack.peer, token) as mesh:
        told = await mesh.ledger.GetStanding(
            standing_pb2.GetStandingRequest(program_id=till.program, member=member(who), history_size=10)
        )
        wallet = await mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=till.program, member=member(who)))
        if role != "MEMBER":
            basket = till.order("dora-1", "mall-1", [line(1, "NORTH" if brand == "*" else brand, 1_00)])
            asked = ledger.PreviewOrderRequest(program_id=till.program, member=member(who), order=basket)
            assert [one.ladder_id for one in (await mesh.ledger.PreviewOrder(asked)).standings] == ladders
    assert [one.ladder_id for one in told.standings] == ladders
    records, by_hand = ({one.ladder_id for one in each} for each in (told.history, told.manual_tiers))
    assert records == by_hand == set(ladders) - {"status"}
    assert [one.ladder_id for one in wallet.wallet.standings] == ladders


async def test_the_log_tells_of_a_changed_tier_and_history_of_both(till: Till) -> None:
    bo = await till.enroll("bo")
    await buy(till, bo, "bo-1", 200_00)
    await till.give_back("bo-back", "mall-1", "bo-1", {1: None})
    changes = [
        (one.before_tier_id, one.after_tier_id)
        for event in await events_after(till, {})
        for one in event.tier_changes
        if event.root_member_id == bo
    ]
    assert changes == [("", "gold"), ("gold", "")]
    found = await standing(till, bo, history=10)
    assert [record.tier_id for record in found.history] == ["", "gold"]
    assert found.history[0].position.position > found.history[1].position.position
    assert found.standings[0].tier_id == ""


async def test_a_tier_is_given_and_ended_by_hand(till: Till) -> None:
    cy = await till.enroll("cy")
    given = await till.mesh.ledger.SetTier(setting(till, cy, "gold"))
    assert (given.standing.tier_id, given.standing.manual.reason) == ("gold", "kept waiting")
    again = await till.mesh.ledger.SetTier(setting(till, cy, "gold"))
    assert again == given
    found = await standing(till, cy)
    assert [one.manual_tier_id for one in found.manual_tiers] == [given.manual_tier.manual_tier_id]
    ending = standing_pb2.EndTierRequest(
        program_id=till.program,
        request_id="end-cy",
        member=member(cy),
        manual_tier_id=given.manual_tier.manual_tier_id,
        end_date=till.now.date().isoformat(),
        operator_id="ann",
        occur_time=moment(till.now),
    )
    ended = await till.mesh.ledger.EndTier(ending)
    assert (ended.standing.tier_id, ended.manual_tier.end_date) == ("", till.now.date().isoformat())
    ending.request_id = "end-cy-again"
    assert (await refusal_of(till.mesh.ledger.EndTier(ending))).reason == "MANUAL_TIER_NOT_FOUND"
    assert not (await standing(till, cy)).manual_tiers


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"approver_id": "ann"}, "SECOND_PERSON_NEEDED"),
        ({"ladder_id": "fame"}, "LADDER_NOT_FOUND"),
        ({"tier_id": "tin"}, "LADDER_NOT_FOUND"),
    ],
)
async def test_a_tier_that_cannot_be_given_is_refused(till: Till, more: dict[str, str], reason: str) -> None:
    dee = await till.enroll(f"dee-{len(str(more))}")
    request = setting(till, dee, "gold", request_id=f"set-{reason}-{len(str(more))}", **more)
    assert (await refusal_of(till.mesh.ledger.SetTier(request))).reason == reason


async def test_no_tier_begins_in_the_past(till: Till) -> None:
    yesterday = (till.now.date() - timedelta(days=1)).isoformat()
    request = setting(till, await till.enroll("dan"), "gold", request_id="set-late", start_date=yesterday)
    assert (await refusal_of(till.mesh.ledger.SetTier(request))).reason == "DATE_PASSED"


async def test_all_faults_of_a_request_are_told_at_once(till: Till) -> None:
    request = standing_pb2.SetTierRequest(start_date="today", end_date="2026-02-30", reason="x" * 501)
    assert set(faulty_fields(await refusal_of(till.mesh.ledger.SetTier(request)))) == {
        "program_id",
        "request_id",
        "member",
        "ladder_id",
        "tier_id",
        "start_date",
        "end_date",
        "reason",
        "approver_id",
        "operator_id",
        "occur_time",
    }
    backwards = setting(till, "dee", "gold", end_date=till.now.date().isoformat())
    assert faulty_fields(await refusal_of(till.mesh.ledger.SetTier(backwards))) == ["end_date"]


@pytest.mark.parametrize("day", ["2026-W10-1", "20260302", "2026-3-2", " 2026-03-02"])
async def test_a_day_is_written_in_one_way(till: Till, day: str) -> None:
    who = await till.enroll(f"day-{len(day)}-{day[4]}")
    request = setting(till, who, "gold", start_date=day)
    assert faulty_fields(await refusal_of(till.mesh.ledger.SetTier(request))) == ["start_date"]


async def test_whoever_sets_tiers_covers_the_brands_of_the_ladder(till: Till, stack: LocalStack) -> None:
    gil = await till.enroll("gil")
    token = stack.token("harbor", programs=[till.program], roles=["HEADQUARTERS_ADMIN"], brands=["HARBOR"])
    portfolio, harbor = "status", "harbor"
    given = await till.mesh.ledger.SetTier(setting(till, gil, "gold"))

    def ending(manual_tier_id: str, request_id: str) -> standing_pb2.EndTierRequest:
        return standing_pb2.EndTierRequest(
            program_id=till.program,
            request_id=request_id,
            member=member(gil),
            manual_tier_id=manual_tier_id,
            end_date=till.now.date().isoformat(),
            operator_id="ann",
            occur_time=moment(till.now),
        )

    async with open_mesh(stack.peer, token) as mesh:
        for ladder, tier in ((portfolio, "gold"), ("fame", "star")):
            request = setting(till, gil, tier, ladder_id=ladder)
            assert (await refusal_of(mesh.ledger.SetTier(request))).reason == "DIVISION_NOT_ALLOWED"
        for number, manual in enumerate((given.manual_tier.manual_tier_id, "tir_none")):
            refused = await refusal_of(mesh.ledger.EndTier(ending(manual, f"end-gil-{number}")))
            assert refused.reason == "DIVISION_NOT_ALLOWED"
        captain = await mesh.ledger.SetTier(setting(till, gil, "captain", ladder_id=harbor))
        assert captain.standing.tier_id == "captain"
        await mesh.ledger.EndTier(ending(captain.manual_tier.manual_tier_id, "end-captain"))
    token = stack.token("peak", programs=[till.program], roles=["HEADQUARTERS_ADMIN"], brands=["PEAK"])
    async with open_mesh(stack.peer, token) as mesh:
        told = set()
        for ladder, tier in ((portfolio, "gold"), (harbor, "captain"), ("fame", "star")):
            refused = await refusal_of(mesh.ledger.SetTier(setting(till, gil, tier, ladder_id=ladder)))
            told.add((refused.reason, refused.message, refused.metadata["brand_id"]))
        assert len(told) == 1, "whether there is another brand's ladder is not told"


async def test_after_ladder_not_found_the_right_tier_is_taken_under_a_new_id(till: Till) -> None:
    hal = await till.enroll("hal")
    wrong = setting(till, hal, "tin", request_id="set-hal")
    assert (await refusal_of(till.mesh.ledger.SetTier(wrong))).reason == "LADDER_NOT_FOUND"
    right = setting(till, hal, "gold", request_id="set-hal")
    assert (await refusal_of(till.mesh.ledger.SetTier(right))).reason == "REQUEST_ID_REUSED"
    right.request_id = "set-hal-again"
    assert (await till.mesh.ledger.SetTier(right)).standing.tier_id == "gold"


async def test_spend_does_not_depend_on_how_often_a_line_was_corrected(till: Till, stack: LocalStack) -> None:
    ida, counter = await till.enroll("ida"), Counter(till, "OFTEN")
    await till.sell(ida, "ida-1", "mall-1", [line(1, "HARBOR", 100)])
    await counter.bring("BACK", share("ida-1", 1, cents=30))
    async with open_office(stack, till, "often") as office:
        for amount in (50, 20_000):
            await office.correct("ida-1", line(1, "HARBOR", amount))
    # Corrected at once to 200.00 it counts for 199.70.
    assert {one.value for one in (await standing(till, ida)).standings} == {19_970}


async def test_a_wallet_is_shown_although_a_ladder_that_came_later_counts_too_much(stack: LocalStack) -> None:
    basket, plain = PROGRAMS / "worked-basket", "funders: {peak: 100%}\n"
    weighed = LADDERS.replace("name: Status\n", "name: Status\n    weights: {NORTH: 10000%}\n")
    weighed = weighed.replace("counts: spend", "counts: points", 1).replace("from: 100.00 USD", "from: 100")
    weighed = weighed.replace("from: 200.00 USD", "from: 200")
    rates = {"points: 1, per: 1.00 USD": "points: 1000000, per: 0.01 USD"}
    async with open_till(stack, "standing-later") as till:
        await till.apply(basket, "worked-basket", rates)
        joe, other = await till.enroll("joe"), await till.enroll("other")
        await buy(till, joe, "joe-1", MOST_AMOUNT)
        revision = await till.apply(basket, "worked-basket", rates | {plain: weighed})
        for number in range(50):
            sold = await till.sell(other, f"other-{number}", "mall-1", [line(1, "LINDEN", 100)])
            if sold.revision == revision and (await till.wallet(joe)).wallet.standings:
                break
            await asyncio.sleep(0.2)
        shown = {one.ladder_id: one for one in (await till.wallet(joe)).wallet.standings}
        assert (shown["status"].tier_id, shown["status"].value) == ("gold", 2**63 - 1)
        await buy(till, joe, "joe-2", 100)
