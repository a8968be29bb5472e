"""Why points were given: told before the sale by PreviewOrder, and for ever after it by ExplainAccrual, as decided."""

import itertools
from collections.abc import AsyncIterator, Sequence

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.rules.v1 import evaluation_pb2
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import refusal_of
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, member, open_till

LEGGINGS = [line(1, "PEAK", 6_050, categories=["activewear"])]
OTHER_FACTOR = {"multiplier: {factor: 3}": "multiplier: {factor: 4}"}
NO_MORE = {"when: {categories: activewear}": "when: {categories: footwear}"}
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "judged-test") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "judged-desk") as office:
        yield office


@pytest.fixture
async def ana(till: Till) -> str:
    return await till.enroll(f"JUDGED-{next(_NUMBERS)}")


async def previewed(
    till: Till, buyer: str, lines: Sequence[order_pb2.OrderLine], explain: bool = False
) -> evaluation_pb2.OrderEvaluation:
    order = till.order("JUDGED-PREVIEW", "mall-1", lines)
    request = ledger.PreviewOrderRequest(program_id=till.program, member=member(buyer), order=order, explain=explain)
    return (await till.mesh.ledger.PreviewOrder(request)).evaluation


async def judgements(till: Till, buyer: str, accrual_id: str) -> list[reading.Judgement]:
    request = reading.ExplainAccrualRequest(program_id=till.program, member=member(buyer), accrual_id=accrual_id)
    return list((await till.mesh.ledger.ExplainAccrual(request)).judgements)


def as_decided(award: evaluation_pb2.Award) -> tuple[object, ...]:
    return award.rule_version, award.points, award.breakdown, award.explanation


def as_kept(judgement: reading.Judgement) -> tuple[object, ...]:
    return judgement.rule_version, judgement.points, judgement.breakdown, judgement.explanation


async def test_what_was_previewed_is_what_is_kept_with_the_accruals(till: Till, ana: str) -> None:
    evaluation = await previewed(till, ana, LEGGINGS)
    awards = evaluation.lines[0].awards
    sold = await till.sell(ana, "JUDGED-1", "mall-1", LEGGINGS)
    assert [award.points for award in awards] == [60, 121]
    for award, earned in zip(awards, sold.earned, strict=True):
        [kept] = await judgements(till, ana, earned.accrual_id)
        assert as_kept(kept) == as_decided(award)
        assert (kept.subject_id, kept.revision) == (sold.order_id, evaluation.revision)
        assert str(award.points) in kept.explanation


async def test_figures_are_kept_beside_the_sentence(till: Till, ana: str) -> None:
    sold = await till.sell(ana, "JUDGED-2", "mall-1", LEGGINGS)
    base, bonus = [(await judgements(till, ana, one.accrual_id))[0].breakdown for one in sold.earned]
    for figures in (base, bonus):
        assert figures.HasField("rate")
        assert figures.HasField("exact_points")
    assert (base.paid.currency_code, base.paid.minor_units) == ("USD", 6_050)
    assert (base.exact_points.numerator, base.exact_points.denominator) == (121, 2)
    assert (bonus.base_points.numerator, bonus.base_points.denominator) == (121, 2)


async def test_a_correction_adds_what_it_decided(till: Till, desk: Office, ana: str) -> None:
    sold = await till.sell(ana, "JUDGED-3", "mall-1", [line(1, "NORTH", 4_000)])
    await desk.correct("JUDGED-3", line(1, "NORTH", 3_000))
    first, second = await judgements(till, ana, sold.earned[0].accrual_id)
    assert (first.points, second.points) == (40, 30)
    assert (first.subject_id, second.subject_id[:4]) == (sold.order_id, "cor_")
    assert "30.00" in second.explanation


async def test_so_does_one_that_moves_no_points(till: Till, desk: Office, ana: str) -> None:
    sold = await till.sell(ana, "JUDGED-4", "mall-1", [line(1, "NORTH", 4_000)])
    for net in (4_020, 4_090):
        assert not (await desk.correct("JUDGED-4", line(1, "NORTH", net))).corrected
    found = await judgements(till, ana, sold.earned[0].accrual_id)
    assert [one.points for one in found] == [40, 40, 40]
    assert [net in one.explanation for net, one in zip(("40.00", "40.20", "40.90"), found, strict=True)] == [True] * 3


async def test_a_claim_and_an_exchange_keep_it_too(till: Till, ana: str) -> None:
    counter = Counter(till, "JUDGED")
    await counter.sell_to_nobody("JUDGED-5", [line(1, "NORTH", 4_000)])
    claimed = await counter.claim(ana, "JUDGED-5")
    [kept] = await judgements(till, ana, claimed.earned[0].accrual_id)
    assert (kept.points, kept.subject_id) == (40, claimed.order_id)
    changed = await counter.exchange(ana, "BACK", [share("JUDGED-5", 1)], "JUDGED-5-NEW", [line(1, "NORTH", 5_000)])
    [kept] = await judgements(till, ana, changed.earned[0].accrual_id)
    assert (kept.points, kept.subject_id) == (50, changed.order_id)


async def test_what_was_decided_stays_while_rules_change(stack: LocalStack) -> None:
    async with open_till(stack, "judged-later") as till:
        first = await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        async with open_office(stack, till, "desk") as desk, open_office(stack, till, "chief") as chief:
            ana = await till.enroll("JUDGED-LATER")
            sold = await till.sell(ana, "JUDGED-6", "mall-1", LEGGINGS)
            base, bonus = (one.accrual_id for one in sold.earned)
            [before] = await judgements(till, ana, bonus)
            for changes in (OTHER_FACTOR, NO_MORE):
                plan = await desk.plan(await till.apply(PROGRAMS / "worked-basket", "worked-basket", changes))
                await chief.apply(plan.correction_id)
            found = await judgements(till, ana, bonus)
            assert [one.points for one in found] == [121, 181, 0]
            assert (found[0], found[0].revision) == (before, first)
            assert len({one.revision for one in found}) == 3
            # A rule that does not pay any more has nothing to tell.
            last = found[2]
            assert (last.rule_version, last.explanation, last.HasField("breakdown")) == ("", "", False)
            assert [one.points for one in await judgements(till, ana, base)] == [60, 60, 60]
        assert await till.broken() == []


async def test_points_that_no_rule_gave_were_not_judged(till: Till, desk: Office, ana: str) -> None:
    given = await desk.adjust(ana, 10)
    assert await judgements(till, ana, given.accrual_id) == []


async def test_a_preview_tells_of_rules_that_select_a_line_and_pay_nothing(till: Till, ana: str) -> None:
    [little, much] = (await previewed(till, ana, [line(1, "NORTH", 50), line(2, "NORTH", 5_000)])).lines
    [nothing] = little.outcomes
    assert (nothing.outcome, nothing.points, list(little.awards)) == (evaluation_pb2.OUTCOME_NOTHING, 0, [])
    assert (nothing.exact_points.numerator, nothing.exact_points.denominator) == (1, 2)
    assert (list(much.outcomes), [award.points for award in much.awards]) == ([], [50])


async def test_and_if_asked_of_all_rules_of_its_brand(till: Till, ana: str) -> None:
    goods = [line(1, "PEAK", 1_000), line(2, "NORTH", 1_000), *(line(n, "PEAK", 100) for n in range(3, 40))]
    [peak, north, *others] = (await previewed(till, ana, goods, explain=True)).lines
    paid, unselected = sorted(peak.outcomes, key=lambda one: one.outcome)
    assert [paid.rule_id, paid.points] == [peak.awards[0].rule_id, 10]
    assert (unselected.outcome, unselected.unmet) == (evaluation_pb2.OUTCOME_NOT_SELECTED, "when.categories")
    assert {outcome.outcome for outcome in north.outcomes} == {evaluation_pb2.OUTCOME_PAID}
    assert {len(one.outcomes) for one in others} == {2}


async def test_what_cannot_be_judged_is_refused_explained_or_not(till: Till, ana: str) -> None:
    for explain in (False, True):
        refusal = await refusal_of(previewed(till, ana, [line(1, "THERE-IS-NONE", 100)], explain))
        assert refusal.reason == "BRAND_NOT_FOUND"
