"""loyalty.identity.v1.DuplicateService."""

from dataclasses import dataclass

from loyalty.identity.v1 import duplicate_service_pb2 as messages
from loyalty.identity.v1 import duplicate_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from identity_service.servicer.common import calling, tell_replayed
from identity_service.use_cases.decide_duplicate import DecideDuplicate
from identity_service.use_cases.find_duplicates import FindDuplicates
from identity_service.use_cases.list_duplicates import ListDuplicates
from identity_service.use_cases.merge_rules import GetMergeRule, SetMergeRule
from identity_service.wire import duplicates as wire


@dataclass(frozen=True, slots=True)
class DuplicateServicer(stubs.DuplicateServiceServicer):
    """loyalty.identity.v1.DuplicateService."""

    find_duplicates: FindDuplicates
    list_duplicates: ListDuplicates
    decide_duplicate: DecideDuplicate
    set_merge_rule: SetMergeRule
    get_merge_rule: GetMergeRule

    async def FindDuplicates(
        self, request: messages.FindDuplicatesRequest, context: Context
    ) -> messages.FindDuplicatesResponse:
        return wire.findings_message(await self.find_duplicates(calling(), wire.search_of(request)))

    async def ListDuplicates(
        self, request: messages.ListDuplicatesRequest, context: Context
    ) -> messages.ListDuplicatesResponse:
        duplicates, last = await self.list_duplicates(calling(), wire.question_of(request))
        return wire.list_message(request, duplicates, last)

    async def DecideDuplicate(
        self, request: messages.DecideDuplicateRequest, context: Context
    ) -> messages.DecideDuplicateResponse:
        decided = await self.decide_duplicate(calling(), request.request_id, wire.verdict_of(request))
        tell_replayed(context, decided.replayed)
        return wire.decided_message(decided)

    async def SetMergeRule(
        self, request: messages.SetMergeRuleRequest, context: Context
    ) -> messages.SetMergeRuleResponse:
        program_id, rule = wire.rule_of(request)
        replayed = await self.set_merge_rule(calling(), request.request_id, program_id, rule)
        tell_replayed(context, replayed)
        return messages.SetMergeRuleResponse(version=rule.version)

    async def GetMergeRule(
        self, request: messages.GetMergeRuleRequest, context: Context
    ) -> messages.GetMergeRuleResponse:
        return wire.rule_message(await self.get_merge_rule(calling(), *wire.rule_question_of(request)))
