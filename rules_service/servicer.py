"""The rpcs of `loyalty.rules.v1.RulesService`: wire → use case → wire."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceServicer

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from rules_service.use_cases.apply_program import ApplyProgram
from rules_service.use_cases.evaluate_orders import EvaluateOrders
from rules_service.use_cases.get_program import GetProgram
from rules_service.use_cases.quote_redemption import QuoteRedemption
from rules_service.use_cases.stream_programs import StreamPrograms
from rules_service.wire import answers, orders, programs, requests

REPLAYED = (("replayed", "true"),)


@dataclass(frozen=True, slots=True)
class UseCases:
    """Everything rules can be asked."""

    apply_program: ApplyProgram
    get_program: GetProgram
    stream_programs: StreamPrograms
    evaluate_orders: EvaluateOrders
    quote_redemption: QuoteRedemption


class RulesServicer(RulesServiceServicer):
    """Asks whether the caller covers the program before anything is told about it."""

    def __init__(self, use_cases: UseCases) -> None:
        self._use = use_cases

    async def ApplyProgram(self, request: pb.ApplyProgramRequest, context: Context) -> pb.ApplyProgramResponse:
        """Makes files the program's live configuration."""
        change = requests.change_request(request)
        caller = current_caller()
        caller.require_program(change.program_id)
        applied = await self._use.apply_program.run(caller.subject, change)
        if applied.replayed:
            context.set_trailing_metadata(REPLAYED)
        # Off the event loop, here and below: a large program takes seconds to tell.
        return await asyncio.to_thread(programs.applied, applied)

    async def GetProgram(self, request: pb.GetProgramRequest, context: Context) -> pb.GetProgramResponse:
        """The live revision, or a past one, and its files."""
        program_id, wanted = requests.program_lookup(request)
        current_caller().require_program(program_id)
        revision, files = await self._use.get_program.run(program_id, wanted)
        return await asyncio.to_thread(programs.found, revision, files)

    async def StreamProgramRevisions(
        self, request: pb.StreamProgramRevisionsRequest, context: Context
    ) -> AsyncIterator[pb.StreamProgramRevisionsResponse]:
        """Live revisions, then the sign that these were all, then each new one."""
        named = requests.followed_programs(request)
        caller = current_caller()
        for program_id in sorted(named):
            caller.require_program(program_id)
        async for revision in self._use.stream_programs.run(named, caller.may_use_program):
            yield await asyncio.to_thread(programs.streamed, revision)

    async def EvaluateOrders(self, request: pb.EvaluateOrdersRequest, context: Context) -> pb.EvaluateOrdersResponse:
        """What orders earn; each has its own result."""
        asked = orders.asked_orders(request)
        results = await self._use.evaluate_orders.run(asked, current_caller().require_program)
        return answers.evaluations(results)

    async def QuoteRedemption(self, request: pb.QuoteRedemptionRequest, context: Context) -> pb.QuoteRedemptionResponse:
        """The terms on which points can be spent."""
        asked = requests.terms_question(request)
        current_caller().require_program(request.program_id)
        quoted = await self._use.quote_redemption.run(request.program_id, asked)
        return pb.QuoteRedemptionResponse(terms=answers.terms(quoted))
