"""The rpcs: wire → use case → wire."""

from dataclasses import dataclass

from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.identity.v1 import identity_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from chassis.runtime.telemetry import current_trace_id
from chassis.values.refusal import Refusal
from identity_service import wire
from identity_service.domain.caller import Caller
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.update_member import UpdateMember


@dataclass(frozen=True, slots=True)
class IdentityServicer(stubs.IdentityServiceServicer):
    """loyalty.identity.v1.IdentityService."""

    enroll_member: EnrollMember
    link_identifier: LinkIdentifier
    resolve_members: ResolveMembers
    update_member: UpdateMember

    async def EnrollMember(
        self, request: messages.EnrollMemberRequest, context: Context
    ) -> messages.EnrollMemberResponse:
        enrollment = wire.enrollment_of(request)
        answer = await self.enroll_member(_caller(), request.request_id, enrollment)
        _tell_replayed(context, answer.replayed)
        return messages.EnrollMemberResponse(member=wire.member_message(answer.member), created=answer.created)

    async def ResolveMember(
        self, request: messages.ResolveMemberRequest, context: Context
    ) -> messages.ResolveMemberResponse:
        caller = _caller()
        [answer] = await self.resolve_members(caller, [wire.question_of(request)])
        if isinstance(answer, Refusal):
            raise answer
        return messages.ResolveMemberResponse(resolution=wire.resolution_message(answer, caller.is_told_profiles))

    async def BatchResolveMembers(
        self, request: messages.BatchResolveMembersRequest, context: Context
    ) -> messages.BatchResolveMembersResponse:
        caller = _caller()
        answers = await self.resolve_members(caller, wire.questions_of(request))
        results = [wire.result_message(answer, caller.is_told_profiles) for answer in answers]
        return messages.BatchResolveMembersResponse(results=results)

    async def LinkIdentifier(
        self, request: messages.LinkIdentifierRequest, context: Context
    ) -> messages.LinkIdentifierResponse:
        link = wire.link_of(request)
        answer = await self.link_identifier(_caller(), request.request_id, link)
        _tell_replayed(context, answer.replayed)
        return messages.LinkIdentifierResponse(member=wire.member_message(answer.member))

    async def UpdateMember(
        self, request: messages.UpdateMemberRequest, context: Context
    ) -> messages.UpdateMemberResponse:
        answer = await self.update_member(_caller(), request.request_id, wire.update_of(request))
        _tell_replayed(context, answer.replayed)
        return messages.UpdateMemberResponse(member=wire.member_message(answer.member))


def _caller() -> Caller:
    caller = current_caller()
    return Caller(caller.subject, tuple(sorted(caller.roles)), caller.programs, current_trace_id())


def _tell_replayed(context: Context, replayed: bool) -> None:
    if replayed:
        context.set_trailing_metadata((("replayed", "true"),))
