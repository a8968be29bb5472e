"""Carrying a plan out, sale by sale; may be called again to go on where an earlier call ended."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.correction import (
    Correction,
    CorrectionOrderState,
    CorrectionProgress,
    CorrectionScope,
    CorrectionState,
)
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import again
from ledger_service.use_cases.corrected_sales import CorrectSale, Reconsidered
from ledger_service.use_cases.people_ports import Corrections, PlannedOrder
from ledger_service.use_cases.people_requests import ApplyRequest
from ledger_service.use_cases.ports import Clock, Outcome, ProgramFacts, Programs
from ledger_service.use_cases.read_ports import Reader

CALLER = "loyalty.ledger/corrections"
"""Who asks for the sales of a plan to be corrected: always the ledger itself, so that two calls that carry the same
plan out share one request for each sale."""
AT_A_TIME = 64
ENOUGH_SECONDS = 20.0
"""After so long a call answers how far it has come; the next one goes on."""


class ApplyCorrection:
    """Each sale is judged again when its turn comes, under the planned revision."""

    def __init__(
        self,
        admission: Admission,
        programs: Programs,
        fingerprints: Fingerprints,
        corrections: Corrections,
        reader: Reader,
        correct: CorrectSale,
        clock: Clock,
    ) -> None:
        self._admission = admission
        self._programs = programs
        self._fingerprints = fingerprints
        self._corrections = corrections
        self._reader = reader
        self._correct = correct
        self._clock = clock

    async def __call__(
        self, caller: str, request: ApplyRequest, admit_scope: Callable[[CorrectionScope], None]
    ) -> CorrectionProgress:
        """The plan as far as it has come; `admit_scope` refuses brands and places that the caller does not cover."""
        program = request.program
        asked = Asked(program, caller, request.request_id, _intent(request))
        await self._admission.kept(asked)
        facts = self._programs.facts(program)
        correction = (await self._find(request)).correction
        admit_scope(correction.scope)
        if caller == correction.caller or request.operator_id == correction.operator_id:
            raise refusals.second_person_needed(request.correction_id)
        key = self._fingerprints.request(program, caller, request.request_id, asked.intent)
        if not await self._corrections.claim(program, key, request.correction_id):
            raise refusals.request_id_reused(request.request_id)
        if correction.state is CorrectionState.PROPOSED:
            await self._corrections.approve(
                replace(correction, state=CorrectionState.APPROVED, approver=request.operator_id)
            )
            correction = (await self._find(request)).correction
        await self._carry_out(facts, correction)
        return await self._find(request)

    async def _find(self, request: ApplyRequest) -> CorrectionProgress:
        found = await self._corrections.find(request.program, request.correction_id)
        if found is None:
            raise refusals.correction_not_found(request.correction_id)
        return found

    async def _carry_out(self, facts: ProgramFacts, correction: Correction) -> None:
        program, correction_id = correction.program, correction.correction_id
        loop = asyncio.get_running_loop()
        enough = loop.time() + ENOUGH_SECONDS
        while loop.time() < enough:
            planned = await self._corrections.planned(program, correction_id, AT_A_TIME)
            if not planned:
                await self._corrections.finish(replace(correction, state=CorrectionState.APPLIED))
                return
            await self._corrections.settle(program, correction_id, await self._settle(facts, correction, planned))

    async def _settle(
        self, facts: ProgramFacts, correction: Correction, planned: Sequence[PlannedOrder]
    ) -> list[tuple[str, CorrectionOrderState]]:
        """What became of some sales. What fails for the moment is left for later; if all of them do, so does the
        call."""
        found = await asyncio.gather(*(self._one(facts, correction, order) for order in planned))
        settled = [
            (order.order_id, state)
            for order, state in zip(planned, found, strict=True)
            if isinstance(state, CorrectionOrderState)
        ]
        if not settled:
            raise next(refusal for refusal in found if isinstance(refusal, Refusal))
        return settled

    async def _one(
        self, facts: ProgramFacts, correction: Correction, planned: PlannedOrder
    ) -> CorrectionOrderState | Refusal:
        try:
            await again(lambda: self._correct_one(facts, correction, planned))
        except Refusal as refusal:
            return refusal if refusal.transient else CorrectionOrderState.SKIPPED
        return CorrectionOrderState.CORRECTED

    async def _correct_one(self, facts: ProgramFacts, correction: Correction, planned: PlannedOrder) -> Outcome:
        program, correction_id = correction.program, correction.correction_id
        request_id = made_id("crq", correction_id, planned.order_id)
        asked = Asked(program, CALLER, request_id, ["correct-sale", correction_id, planned.order_id])
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        view = await self._reader.order(program, planned.home, planned.order_id)
        if view is None:
            raise refusals.overtaken()
        document = view.order.document
        sale = Reconsidered(
            correction_id=correction_id,
            order=view.order,
            document=None,
            revision=correction.revision,
            reason=correction.reason,
            operator_id=correction.approver,
            location_id=document.location_id,
            # A clock that follows the sales must not be set ahead of them.
            occur_time=document.occur_time if facts.replay_clock else self._clock.now(),
        )
        return await self._correct(asked, key, facts, sale)


def _intent(request: ApplyRequest) -> Plain:
    return ["apply-correction", request.correction_id, request.operator_id]
