"""loyalty.identity.v1.IdentityService."""

from dataclasses import dataclass

from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.identity.v1 import identity_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.values.refusal import Refusal
from identity_service.domain.seen import member_seen, person_seen, resolution_seen
from identity_service.servicer.common import asking, calling, tell_replayed
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.move_identifier import MoveIdentifier
from identity_service.use_cases.note_named_together import EnrollNotingSeveral, LinkNotingTaken
from identity_service.use_cases.read_person import ReadPerson
from identity_service.use_cases.resolve_member import ResolveMember
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.unlink_identifier import UnlinkIdentifier
from identity_service.use_cases.update_member import UpdateMember
from identity_service.use_cases.verify_identifier import VerifyIdentifier
from identity_service.wire import identifiers, profiles, proofs
from identity_service.wire import members as wire


@dataclass(frozen=True, slots=True)
class IdentityServicer(stubs.IdentityServiceServicer):
    """loyalty.identity.v1.IdentityService."""

    enroll_member: EnrollMember | EnrollNotingSeveral
    link_identifier: LinkIdentifier | LinkNotingTaken
    resolve_members: ResolveMembers
    resolve_member: ResolveMember
    update_member: UpdateMember
    read: ReadPerson
    verify_identifier: VerifyIdentifier
    unlink_identifier: UnlinkIdentifier
    move_identifier: MoveIdentifier

    async def EnrollMember(
        self, request: messages.EnrollMemberRequest, context: Context
    ) -> messages.EnrollMemberResponse:
        enrollment, caller = wire.enrollment_of(request), calling()
        answer = await self.enroll_member(caller, request.request_id, enrollment)
        tell_replayed(context, answer.replayed)
        member = wire.member_message(member_seen(answer.member, caller))
        return messages.EnrollMemberResponse(member=member, created=answer.created)

    async def ResolveMember(
        self, request: messages.ResolveMemberRequest, context: Context
    ) -> messages.ResolveMemberResponse:
        caller, question = asking(), wire.question_of(request)
        if isinstance(question, Refusal):
            raise question
        resolution = resolution_seen(await self.resolve_member(caller, question), caller)
        answer = messages.ResolveMemberResponse()
        wire.tell_resolution(answer.resolution, resolution, caller.is_told_profiles)
        return answer

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
        link, caller = proofs.link_of(request), calling()
        answer = await self.link_identifier(caller, request.request_id, link)
        tell_replayed(context, answer.replayed)
        return messages.LinkIdentifierResponse(member=wire.member_message(member_seen(answer.member, caller)))

    async def UpdateMember(
        self, request: messages.UpdateMemberRequest, context: Context
    ) -> messages.UpdateMemberResponse:
        caller = calling()
        answer = await self.update_member(caller, request.request_id, wire.update_of(request))
        tell_replayed(context, answer.replayed)
        return messages.UpdateMemberResponse(member=wire.member_message(member_seen(answer.member, caller)))

    async def GetMember(self, request: messages.GetMemberRequest, context: Context) -> messages.GetMemberResponse:
        caller = calling()
        person = await self.read.person(caller, identifiers.person_asked(request))
        return messages.GetMemberResponse(person=profiles.person_message(person_seen(person, caller)))

    async def VerifyIdentifier(
        self, request: messages.VerifyIdentifierRequest, context: Context
    ) -> messages.VerifyIdentifierResponse:
        caller = calling()
        asked = identifiers.verify_of(request, is_headquarters=caller.is_headquarters)
        told = await self.verify_identifier(caller, request.request_id, asked)
        tell_replayed(context, told.replayed)
        linked = None if told.answer is None else identifiers.linked_message(told.answer)
        return messages.VerifyIdentifierResponse(identifier=linked)

    async def UnlinkIdentifier(
        self, request: messages.UnlinkIdentifierRequest, context: Context
    ) -> messages.UnlinkIdentifierResponse:
        caller = calling()
        asked = identifiers.unlink_of(request, is_headquarters=caller.is_headquarters)
        told = await self.unlink_identifier(caller, request.request_id, asked)
        tell_replayed(context, told.replayed)
        entry = None if told.answer is None else identifiers.entry_message(told.answer)
        return messages.UnlinkIdentifierResponse(entry=entry)

    async def MoveIdentifier(
        self, request: messages.MoveIdentifierRequest, context: Context
    ) -> messages.MoveIdentifierResponse:
        caller = calling()
        asked = identifiers.move_of(request, is_headquarters=caller.is_headquarters)
        told = await self.move_identifier(caller, request.request_id, asked)
        tell_replayed(context, told.replayed)
        entry = None if told.answer is None else identifiers.entry_message(told.answer)
        return messages.MoveIdentifierResponse(entry=entry)

    async def ListIdentifierHistory(
        self, request: messages.ListIdentifierHistoryRequest, context: Context
    ) -> messages.ListIdentifierHistoryResponse:
        asked, paging, question = identifiers.history_of(request)
        return identifiers.history_message(await self.read.identifier_history(calling(), asked, paging), question)
