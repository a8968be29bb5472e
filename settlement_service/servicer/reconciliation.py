"""loyalty.settlement.v1.ReconciliationService: the books held against what others say."""

from dataclasses import dataclass

from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.settlement.v1 import reconciliation_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from settlement_service.servicer.common import admit_whole
from settlement_service.use_cases.accept_difference import AcceptDifference
from settlement_service.use_cases.compare_policies import CompareSettlementPolicies
from settlement_service.use_cases.read_reconciliations import ReadReconciliations
from settlement_service.use_cases.run_reconciliation import RunReconciliation
from settlement_service.use_cases.submit_control_totals import SubmitControlTotals
from settlement_service.wire import control_totals, reconciliation_requests
from settlement_service.wire import reconciliation_answers as answers


@dataclass(frozen=True, slots=True)
class ReconciliationServicer(stubs.ReconciliationServiceServicer):
    """loyalty.settlement.v1.ReconciliationService."""

    run: RunReconciliation
    read: ReadReconciliations
    accept: AcceptDifference
    submit: SubmitControlTotals
    compare: CompareSettlementPolicies

    async def RunReconciliation(
        self, request: messages.RunReconciliationRequest, context: Context
    ) -> messages.RunReconciliationResponse:
        command, wanted = reconciliation_requests.run_of(request)
        if wanted.day is None:
            admit_whole(command.program)
        else:
            current_caller().require_program(command.program)
            current_caller().require_location(wanted.day.location_id)
        kept = await self.run(command, wanted)
        return messages.RunReconciliationResponse(reconciliation=answers.run_message(kept))

    async def GetReconciliation(
        self, request: messages.GetReconciliationRequest, context: Context
    ) -> messages.GetReconciliationResponse:
        program, run_id = reconciliation_requests.named_run(request)
        admit_whole(program)
        kept = await self.read.get(program, run_id)
        return messages.GetReconciliationResponse(reconciliation=answers.run_message(kept))

    async def ListReconciliations(
        self, request: messages.ListReconciliationsRequest, context: Context
    ) -> messages.ListReconciliationsResponse:
        page = reconciliation_requests.page_of(request)
        admit_whole(page.program)
        runs, more = await self.read.page(page.program, page.kind, page.before, page.before_run, page.size)
        return answers.runs_message(page, runs, more)

    async def AcceptDifference(
        self, request: messages.AcceptDifferenceRequest, context: Context
    ) -> messages.AcceptDifferenceResponse:
        asked = reconciliation_requests.accepting_of(request)
        admit_whole(asked.command.program)
        acceptance = await self.accept(asked)
        return messages.AcceptDifferenceResponse(acceptance=answers.acceptance_message(acceptance))

    async def SubmitControlTotals(
        self, request: messages.SubmitControlTotalsRequest, context: Context
    ) -> messages.SubmitControlTotalsResponse:
        command, day, totals = control_totals.control_totals_of(request)
        current_caller().require_program(command.program)
        current_caller().require_location(day.location_id)
        version = await self.submit(command, day, totals)
        return messages.SubmitControlTotalsResponse(version=version)

    async def CompareSettlementPolicies(
        self, request: messages.CompareSettlementPoliciesRequest, context: Context
    ) -> messages.CompareSettlementPoliciesResponse:
        asked = reconciliation_requests.policies_of(request)
        admit_whole(asked.program)
        comparison, share = await self.compare(asked.program, asked.period, asked.share, asked.reserve)
        return answers.comparison_message(comparison, share)
