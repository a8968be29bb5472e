"""Rpcs about what people decide: expiry, adjustments, transfers, corrections."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.ledger.v1 import correction_requests_pb2 as messages

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller
from ledger_service.domain.correction import CorrectionScope
from ledger_service.servicer.common import admit, annotate, seen_brands, tell_replayed
from ledger_service.use_cases.adjust_points import AdjustPointsOfMember
from ledger_service.use_cases.apply_correction import ApplyCorrection
from ledger_service.use_cases.compare_revisions import CompareRevisions
from ledger_service.use_cases.decide_adjustment import DecideProposedAdjustment
from ledger_service.use_cases.extend_expiry import ExtendExpiryOfPoints
from ledger_service.use_cases.get_correction import GetCorrection, seen_by
from ledger_service.use_cases.list_adjustments import ListProposedAdjustments
from ledger_service.use_cases.plan_correction import PlanCorrection
from ledger_service.use_cases.transfer_points import TransferPointsToMember
from ledger_service.wire import comparisons, people_answers, people_requests, time_answers, time_requests


@dataclass(frozen=True, slots=True)
class PeopleCases:
    """The use cases behind these rpcs."""

    extend_expiry: ExtendExpiryOfPoints
    adjust_points: AdjustPointsOfMember
    decide_adjustment: DecideProposedAdjustment
    list_adjustments: ListProposedAdjustments
    transfer_points: TransferPointsToMember
    plan_correction: PlanCorrection
    apply_correction: ApplyCorrection
    get_correction: GetCorrection
    compare_revisions: CompareRevisions


class PeopleRpcs:
    """Rpcs about what people decide: expiry, adjustments, transfers, corrections."""

    people: PeopleCases

    async def ExtendExpiry(
        self, request: messages.ExtendExpiryRequest, context: Context
    ) -> messages.ExtendExpiryResponse:
        """Lets points expire later."""
        asked = time_requests.extend_request(request)
        # Without accruals they are those of every brand.
        caller = admit(asked.program, None, None if asked.accrual_ids else ANY)
        annotate(request_id=asked.request_id)
        outcome = await self.people.extend_expiry(caller.subject, asked, caller.may_use_brand)
        tell_replayed(context, outcome)
        return time_answers.expiry_extended(outcome.answer)

    async def AdjustPoints(
        self, request: messages.AdjustPointsRequest, context: Context
    ) -> messages.AdjustPointsResponse:
        """Gives or takes points by a person's word."""
        asked = people_requests.adjust_request(request)
        # Without a location it is for all of them: a token that covers only some has to name one.
        caller = admit(asked.program, asked.location_id or ANY, asked.brand)
        annotate(request_id=asked.request_id)
        outcome = await self.people.adjust_points(caller.subject, asked)
        tell_replayed(context, outcome)
        answer = people_answers.points_adjusted(outcome.answer)
        annotate(adjustment_id=answer.adjustment_id)
        return answer

    async def DecideAdjustment(
        self, request: messages.DecideAdjustmentRequest, context: Context
    ) -> messages.DecideAdjustmentResponse:
        """A second person's word on it."""
        asked = people_requests.decide_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, adjustment_id=asked.adjustment_id)
        outcome = await self.people.decide_adjustment(caller.subject, asked, caller.may_use_brand)
        tell_replayed(context, outcome)
        return people_answers.adjustment_decided(outcome.answer)

    async def ListProposedAdjustments(
        self, request: messages.ListProposedAdjustmentsRequest, _context: Context
    ) -> messages.ListProposedAdjustmentsResponse:
        """Adjustments of the caller's brands that wait for a second person."""
        program, size = people_requests.proposed_request(request)
        brands = seen_brands(admit(program))
        question = f"proposed-adjustments:{program}:{brands}"
        place = people_answers.proposed_place(question, request.page_token)
        page = await self.people.list_adjustments(program, brands, place, size)
        return people_answers.proposed_page(question, page)

    async def TransferPoints(
        self, request: messages.TransferPointsRequest, context: Context
    ) -> messages.TransferPointsResponse:
        """Moves points to another member."""
        asked = people_requests.transfer_request(request)
        # Which brands' points leave is for the burn order to say.
        caller = admit(asked.program, None, ANY)
        annotate(request_id=asked.request_id)
        transfer = await self.people.transfer_points(caller.subject, asked)
        tell_replayed(context, transfer.outcome)
        answer = people_answers.points_transferred(transfer)
        annotate(transfer_id=answer.transfer_id)
        return answer

    async def PlanCorrection(
        self, request: messages.PlanCorrectionRequest, _context: Context
    ) -> messages.PlanCorrectionResponse:
        """What chosen orders would have earned."""
        asked = people_requests.plan_request(request)
        caller = admit(asked.program)
        _admit_scope(caller, asked.scope)
        annotate(request_id=asked.request_id)
        correction = people_answers.correction_message(await self.people.plan_correction(caller.subject, asked))
        annotate(correction_id=correction.correction_id)
        return messages.PlanCorrectionResponse(correction=correction)

    async def CompareRevisions(
        self, request: messages.CompareRevisionsRequest, _context: Context
    ) -> AsyncIterator[messages.CompareRevisionsResponse]:
        """What recorded sales would have earned by another configuration."""
        asked = comparisons.compare_request(request)
        caller = admit(asked.program)
        _admit_scope(caller, asked.scope)
        async for part in self.people.compare_revisions(asked, caller.may_use_brand):
            yield comparisons.comparison_part(part)

    async def ApplyCorrection(
        self, request: messages.ApplyCorrectionRequest, _context: Context
    ) -> messages.ApplyCorrectionResponse:
        """Carries a planned correction out."""
        asked = people_requests.apply_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, correction_id=asked.correction_id)
        progress = await self.people.apply_correction(caller.subject, asked, lambda scope: _admit_scope(caller, scope))
        return messages.ApplyCorrectionResponse(correction=people_answers.correction_message(progress))

    async def GetCorrection(
        self, request: messages.GetCorrectionRequest, _context: Context
    ) -> messages.GetCorrectionResponse:
        """A correction as it stands now, with the effects on brands that concern the caller."""
        program, correction_id = people_requests.correction_lookup(request)
        caller = admit(program)
        progress = seen_by(await self.people.get_correction(program, correction_id), caller.may_use_brand)
        return messages.GetCorrectionResponse(correction=people_answers.correction_message(progress))


def _admit_scope(caller: Caller, scope: CorrectionScope) -> None:
    """A correction changes every brand and place in its scope; one that names none covers them all."""
    for brand in scope.brands or (ANY,):
        caller.require_brand(brand)
    for location in scope.locations or (ANY,):
        caller.require_location(location)
