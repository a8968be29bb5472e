"""What chosen sales would have earned under another revision: read, judged again, summed; nothing moves."""

import asyncio
from dataclasses import dataclass, field

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.correction import (
    MOST_ORDERS,
    Correction,
    CorrectionProgress,
    CorrectionState,
    OrderDifference,
    correction_id_of,
)
from ledger_service.domain.correction_effects import EffectSums, differences_of, order_difference
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.order import DocumentRef, OrderDocument, OrderLine
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.people_ports import Corrections
from ledger_service.use_cases.people_requests import PlanRequest
from ledger_service.use_cases.ports import Clock, Members, Programs, Rules
from ledger_service.use_cases.read_ports import OrderView
from ledger_service.use_cases.scope_sales import SalesInScope

REVISION_NOT_FOUND = "REVISION_NOT_FOUND"
"""Rules' reason for a revision that never was."""


@dataclass(slots=True)
class _Findings:
    orders: list[OrderDifference] = field(default_factory=list)
    sums: EffectSums = field(default_factory=EffectSums)


class PlanCorrection:
    """Kept under an id made from the request, so that a retry finds the same plan."""

    def __init__(
        self,
        admission: Admission,
        programs: Programs,
        fingerprints: Fingerprints,
        members: Members,
        rules: Rules,
        judging: Judging,
        corrections: Corrections,
        clock: Clock,
    ) -> None:
        self._admission = admission
        self._programs = programs
        self._fingerprints = fingerprints
        self._sales = SalesInScope(members, corrections)
        self._rules = rules
        self._judging = judging
        self._corrections = corrections
        self._clock = clock

    async def __call__(self, caller: str, request: PlanRequest) -> CorrectionProgress:
        """The plan; that of an earlier call under the same request id as it stands now."""
        program = request.program
        asked = Asked(program, caller, request.request_id, _intent(request))
        # The id may have been used for something else altogether.
        await self._admission.kept(asked)
        key = self._fingerprints.request(program, caller, request.request_id, asked.intent)
        correction_id = correction_id_of(program, caller, request.request_id)
        self._programs.facts(program)
        known = await self._corrections.find(program, correction_id)
        if known is None:
            findings = await self._look(request)
            changed = sum(1 for order in findings.orders if order.digest)
            plan = Correction(
                program=program,
                correction_id=correction_id,
                state=CorrectionState.PROPOSED,
                scope=request.scope,
                revision=request.revision,
                reason=request.reason,
                operator_id=request.operator_id,
                caller=caller,
                orders=len(findings.orders),
                changed_orders=changed,
                effects=findings.sums.effects(),
                plan_time=self._clock.now(),
            )
            if await self._corrections.claim(program, key, correction_id):
                await self._corrections.keep(plan, findings.orders)
        if not await self._corrections.claim(program, key, correction_id):
            raise refusals.request_id_reused(request.request_id)
        kept = await self._corrections.find(program, correction_id)
        if kept is None:
            raise refusals.correction_not_found(correction_id)
        return kept

    async def _look(self, request: PlanRequest) -> _Findings:
        await self._require_revision(request)
        findings = _Findings()
        async for page in self._sales.pages(request.program, request.scope):
            if len(findings.orders) + len(page) > MOST_ORDERS:
                raise refusals.too_many_orders(MOST_ORDERS)
            await asyncio.gather(*(self._judge(request, view, findings) for view in page))
        return findings

    async def _require_revision(self, request: PlanRequest) -> None:
        """Refuses a revision that never was before any sale is read: a sale of nothing is judged by it."""
        places = self._programs.facts(request.program).places
        place = next(iter(places.values()), None)
        if place is None:
            return
        nothing = OrderLine(1, "", "", (), 0, None, 0, None, discount_line=False)
        ref = DocumentRef("plan", "probe")
        document = OrderDocument(
            ref, place.location_id, "", self._clock.now(), place.currency, total=0, lines=(nothing,)
        )
        try:
            await self._rules.evaluate(request.program, document, request.revision)
        except Refusal as refusal:
            if refusal.transient or refusal.reason == REVISION_NOT_FOUND:
                raise

    async def _judge(self, request: PlanRequest, view: OrderView, findings: _Findings) -> None:
        """Judges one sale under the plan's revision; one that this revision cannot judge stays as it is."""
        order = view.order
        told = await self._judging.told_again(order)
        try:
            evaluation = await self._rules.evaluate(request.program, order.document, request.revision, told)
        except Refusal as refusal:
            if refusal.transient or refusal.reason == REVISION_NOT_FOUND:
                raise
            findings.orders.append(order_difference(order, ()))
            return
        found = differences_of(order, view.accruals, view.returned, evaluation.awards, self._clock.now())
        findings.orders.append(order_difference(order, found))
        findings.sums.add(order.home, found)


def _intent(request: PlanRequest) -> Plain:
    scope = request.scope
    return [
        "plan-correction",
        [sorted(scope.brands), sorted(scope.locations), sorted(scope.members)],
        [moment(scope.start_time), moment(scope.end_time)],
        [request.revision, request.reason, request.operator_id],
    ]
