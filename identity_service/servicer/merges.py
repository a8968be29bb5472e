"""loyalty.identity.v1.MergeService."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.identity.v1 import merge_service_pb2 as messages
from loyalty.identity.v1 import merge_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from identity_service.servicer.common import calling, tell_replayed
from identity_service.use_cases.get_member_lineage import GetMemberLineage
from identity_service.use_cases.merge_members import MergeMembers, UnmergeMember
from identity_service.use_cases.stream_links import StreamLinks
from identity_service.wire import merges as wire


@dataclass(frozen=True, slots=True)
class MergeServicer(stubs.MergeServiceServicer):
    """loyalty.identity.v1.MergeService."""

    merge_members: MergeMembers
    unmerge_member: UnmergeMember
    get_member_lineage: GetMemberLineage
    stream_links: StreamLinks

    async def MergeMembers(
        self, request: messages.MergeMembersRequest, context: Context
    ) -> messages.MergeMembersResponse:
        change, replayed = await self.merge_members(calling(), request.request_id, wire.merge_of(request))
        tell_replayed(context, replayed)
        return messages.MergeMembersResponse(change=wire.change_message(change))

    async def UnmergeMember(
        self, request: messages.UnmergeMemberRequest, context: Context
    ) -> messages.UnmergeMemberResponse:
        change, replayed = await self.unmerge_member(calling(), request.request_id, wire.unmerge_of(request))
        tell_replayed(context, replayed)
        return messages.UnmergeMemberResponse(change=wire.change_message(change))

    async def GetMemberLineage(
        self, request: messages.GetMemberLineageRequest, context: Context
    ) -> messages.GetMemberLineageResponse:
        asked = wire.lineage_question_of(request)
        lineage = await self.get_member_lineage(calling(), asked.member, asked.moment, asked.page, asked.most)
        return wire.lineage_message(request, lineage)

    async def StreamLinks(
        self, request: messages.StreamLinksRequest, context: Context
    ) -> AsyncIterator[messages.StreamLinksResponse]:
        programs, after = wire.followed_programs(request)
        async for item in self.stream_links(calling(), programs, after, request.stop_at_head):
            yield wire.stream_message(item)
