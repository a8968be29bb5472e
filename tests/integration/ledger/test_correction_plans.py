"""Plans as they are kept: found again, approved once, and what becomes of each of their sales."""

from dataclasses import replace
from typing import cast

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.correction import (
    Correction,
    CorrectionOrderState,
    CorrectionScope,
    CorrectionState,
    OrderDifference,
    correction_id_of,
)
from ledger_service.domain.facts import MemberFacts
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.order import OrderDocument
from ledger_service.store.corrections import PostgresCorrections
from ledger_service.store.facts import PostgresHistories
from ledger_service.use_cases import plan_correction, scope_sales
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.people_ports import OrderPlace, PlannedOrder
from ledger_service.use_cases.people_requests import PlanRequest
from ledger_service.use_cases.plan_correction import PlanCorrection
from ledger_service.use_cases.ports import Evaluation, Rules
from tests.integration.ledger.house import House, Shop
from tests.integration.ledger.test_arrivals import Members, Programs
from tests.support.pure_ledger import NOON

EVERYTHING = CorrectionScope((), (), None, None, ())
PLAN = Correction(
    program="prg",
    correction_id="cor-1",
    state=CorrectionState.PROPOSED,
    scope=EVERYTHING,
    revision="rev_other",
    reason="wrong rule",
    operator_id="op-1",
    caller="desk",
    orders=3,
    changed_orders=2,
    effects=(),
    plan_time=NOON,
)


class Judges:
    """Rules by which no sale earns anything."""

    async def evaluate(
        self, program: str, order: OrderDocument, revision: str | None = None, member: MemberFacts | None = None
    ) -> Evaluation:
        return Evaluation(revision or "", "operator", "west", "UTC", (), order.occur_time.date())


FIRST, SAME, LAST = (
    OrderDifference("ord-1", "ana", "d1"),
    OrderDifference("ord-2", "bo", ""),
    OrderDifference("ord-3", "bo", "d3"),
)


@pytest.fixture
def plans(house: House) -> PostgresCorrections:
    return PostgresCorrections(house.engine.database)


async def test_a_plan_is_kept_once_and_as_it_was(plans: PostgresCorrections) -> None:
    await plans.keep(PLAN, [FIRST, SAME, LAST])
    await plans.keep(replace(PLAN, orders=99), [FIRST])
    kept = await plans.find("prg", "cor-1")
    assert kept is not None
    assert (kept.correction, kept.applied_orders, kept.skipped_orders) == (PLAN, 0, 0)
    assert await plans.planned("prg", "cor-1", 10) == [PlannedOrder("ord-1", "ana"), PlannedOrder("ord-3", "bo")]


async def test_what_is_settled_stays_so(plans: PostgresCorrections) -> None:
    await plans.keep(PLAN, [FIRST, SAME, LAST])
    await plans.settle("prg", "cor-1", [("ord-1", CorrectionOrderState.CORRECTED)])
    await plans.settle("prg", "cor-1", [("ord-1", CorrectionOrderState.SKIPPED)])
    kept = await plans.find("prg", "cor-1")
    assert kept is not None
    assert (kept.applied_orders, kept.skipped_orders) == (1, 0)
    assert await plans.planned("prg", "cor-1", 10) == [PlannedOrder("ord-3", "bo")]


async def test_the_first_approver_is_the_one_that_is_kept(plans: PostgresCorrections) -> None:
    await plans.keep(PLAN, [])
    for approver in ("op-2", "op-3"):
        await plans.approve(replace(PLAN, state=CorrectionState.APPROVED, approver=approver))
    kept = await plans.find("prg", "cor-1")
    assert kept is not None
    assert kept.correction.approver == "op-2"
    await plans.finish(replace(kept.correction, state=CorrectionState.APPLIED))
    done = await plans.find("prg", "cor-1")
    assert done is not None
    assert done.correction.state is CorrectionState.APPLIED


async def test_a_request_id_is_about_one_intent(plans: PostgresCorrections) -> None:
    assert await plans.claim("prg", RequestKey(b"k", b"one"), "cor-1")
    assert await plans.claim("prg", RequestKey(b"k", b"one"), "cor-1")
    assert not await plans.claim("prg", RequestKey(b"k", b"two"), "cor-2")


async def test_sales_are_read_page_by_page_and_none_twice(house: House, plans: PostgresCorrections) -> None:
    shop = Shop()
    await house.done(*(shop.sale("ana" if n % 2 else "bo", f"s{n}", 10, 5) for n in range(7)))
    seen: list[str] = []
    after: OrderPlace | None = None
    while page := await plans.orders("prg", EVERYTHING, None, after, 3):
        seen += [view.order.order_id for view in page]
        assert all(len(view.accruals) == 2 for view in page)
        after = OrderPlace(page[-1].order.document.occur_time, page[-1].order.order_id)
    assert len(seen) == len(set(seen)) == 7
    assert len(await plans.orders("prg", EVERYTHING, ["ana"], None, 10)) == 3
    assert await plans.orders("prg", replace(EVERYTHING, locations=("elsewhere",)), None, None, 10) == []


@pytest.mark.parametrize(("most", "refused"), [(7, False), (6, True)])
async def test_a_scope_that_covers_too_many_sales_is_refused_and_leaves_no_plan(
    house: House, plans: PostgresCorrections, monkeypatch: pytest.MonkeyPatch, most: int, refused: bool
) -> None:
    shop, keys = Shop(), Fingerprints(b"k" * 32)
    await house.done(*(shop.sale("ana", f"s{n}", 10) for n in range(7)))
    monkeypatch.setattr(plan_correction, "MOST_ORDERS", most)
    monkeypatch.setattr(scope_sales, "PAGE", 2)
    engine, programs = house.engine, Programs()
    admission = Admission(engine.outcomes, programs, keys, engine.clock, lambda: "")
    rules = cast("Rules", Judges())
    judging = Judging(rules, Members(), PostgresHistories(engine.database))
    plan = PlanCorrection(admission, programs, keys, Members(), rules, judging, plans, engine.clock)
    request = PlanRequest("prg", "req-plan", EVERYTHING, "rev_other", "wrong rule", "op-1")
    if refused:
        with pytest.raises(Refusal, match="TOO_MANY_ORDERS"):
            await plan("desk", request)
        assert await plans.find("prg", correction_id_of("prg", "desk", "req-plan")) is None
    else:
        made = (await plan("desk", request)).correction
        assert (made.orders, made.changed_orders, made.effects[0].lost_points) == (7, 7, 70)
