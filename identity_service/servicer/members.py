"""loyalty.identity.v1.IdentityService."""

from dataclasses import dataclass

from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.identity.v1 import identity_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.values.refusal import Refusal
from identity_service.servicer.common import calling, tell_replayed
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.update_member import UpdateMember
from identity_service.wire import members as wire


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
        answer = await self.enroll_member(calling(), request.request_id, enrollment)
        tell_replayed(context, answer.replayed)
        return messages.EnrollMemberResponse(member=wire.member_message(answer.member), created=answer.created)

    async def ResolveMember(
        self, request: messages.ResolveMemberRequest, context: Context
    ) -> messages.ResolveMemberResponse:
        caller = calling()
        [answer] = await self.resolve_members(caller, [wire.question_of(request)])
        if isinstance(answer, Refusal):
            raise answer
        return messages.ResolveMemberResponse(resolution=wire.resolution_message(answer, caller.is_told_profiles))

    async def BatchResolveMembers(
        self, request: messages.BatchResolveMembersRequest, context: Context
    ) -> messages.BatchResolveMembersResponse:
        caller = calling()
        answers = await self.resolve_members(caller, wire.questions_of(request))
        results = [wire.result_message(answer, caller.is_told_profiles) for answer in answers]
        return messages.BatchResolveMembersResponse(results=results)

    async def LinkIdentifier(
        self, request: messages.LinkIdentifierRequest, context: Context
    ) -> messages.LinkIdentifierResponse:
        link = wire.link_of(request)
        answer = await self.link_identifier(calling(), request.request_id, link)
        tell_replayed(context, answer.replayed)
        return messages.LinkIdentifierResponse(member=wire.member_message(answer.member))

    async def UpdateMember(
        self, request: messages.UpdateMemberRequest, context: Context
    ) -> messages.UpdateMemberResponse:
        answer = await self.update_member(calling(), request.request_id, wire.update_of(request))
        tell_replayed(context, answer.replayed)
        return messages.UpdateMemberResponse(member=wire.member_message(answer.member))
