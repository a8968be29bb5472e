"""Merges, unmerges, lineage and the feed of links on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty.identity.v1 import merge_pb2
from loyalty.identity.v1 import merge_service_pb2 as messages
from loyalty.type.v1 import member_pb2

from chassis.values.integers import INT64_MAX
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberRef
from identity_service.domain.merging import Decision, LinkChange, Merge, TreeLink, Unmerge
from identity_service.use_cases.get_member_lineage import Lineage, LineageCursor
from identity_service.use_cases.stream_links import LinkProgress
from identity_service.wire.members import Reader
from identity_service.wire.tokens import sealed, unsealed

MOST_REASON = 500
MOST_NAME = 128
MOST_PROGRAMS = 100
MOST_ON_PAGE = 500
ON_PAGE = 100


class MergeReader(Reader):
    """Reads references and decisions besides."""

    def member(self, field: str, message: member_pb2.MemberRef) -> str | Identifier:
        """A member id or an identifier; '' if it is faulty."""
        match message.WhichOneof("ref"):
            case "member_id":
                return self.id(f"{field}.member_id", message.member_id)
            case "identifier":
                return self.identifier(f"{field}.identifier", message.identifier) or ""
        self.fault(field, "must be a member id or an identifier")
        return ""

    def decision(self, reason: str, decided_by: str, evidence_ref: str = "") -> Decision:
        """Why, and who says so."""
        return Decision(
            self.text("reason", reason, MOST_REASON),
            self.text("decided_by", decided_by, MOST_NAME),
            self.optional_id("evidence_ref", evidence_ref),
        )

    def page_size(self, asked: int) -> int:
        """How much a page holds."""
        return self.within("page_size", asked, 0, MOST_ON_PAGE) or ON_PAGE


@dataclass(frozen=True, slots=True)
class LineageQuestion:
    """What is asked of a member's past. `moment` and `page` are None where they are not told."""

    member: MemberRef
    moment: datetime | None
    page: LineageCursor | None
    most: int


def merge_of(request: messages.MergeMembersRequest) -> Merge:
    """What is asked. Raises MALFORMED."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    survivor = reader.member("survivor", request.survivor)
    absorbed = reader.member("absorbed", request.absorbed)
    decision = reader.decision(request.reason, request.decided_by, request.evidence_ref)
    reader.finish()
    return Merge(program_id, survivor, absorbed, decision)


def unmerge_of(request: messages.UnmergeMemberRequest) -> Unmerge:
    """What is asked. Raises MALFORMED."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member_id = reader.id("absorbed_member_id", request.absorbed_member_id)
    decision = reader.decision(request.reason, request.decided_by, request.evidence_ref)
    reader.finish()
    return Unmerge(program_id, member_id, decision)


def lineage_question_of(request: messages.GetMemberLineageRequest) -> LineageQuestion:
    """What is asked. Raises MALFORMED or CURSOR_INVALID."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    member = reader.member("member", request.member)
    told = request.HasField("as_of_time")
    moment = reader.instant("as_of_time", request.as_of_time, told) if told else None
    most = reader.page_size(request.page_size)
    reader.finish()
    place = unsealed(request.page_token, 2, _question(request))
    page = None if place is None else LineageCursor(int(place[0]), int(place[1]))
    return LineageQuestion(MemberRef(program_id, member), moment, page, most)


def lineage_message(request: messages.GetMemberLineageRequest, lineage: Lineage) -> messages.GetMemberLineageResponse:
    """A page of lineage."""
    page = lineage.next_page
    return messages.GetMemberLineageResponse(
        member_id=lineage.member_id,
        root_member_id=lineage.tree.root_member_id,
        links=[_link_message(link) for link in lineage.tree.links],
        history=[_entry_message(change) for change in lineage.history],
        next_page_token="" if page is None else sealed([page.as_of, page.before], _question(request)),
    )


def followed_programs(request: messages.StreamLinksRequest) -> tuple[frozenset[str], Mapping[str, int]]:
    """The programs named, and the cursor. Raises MALFORMED."""
    reader = MergeReader()
    reader.count("program_ids", len(request.program_ids), MOST_PROGRAMS, least=0)
    for index, program_id in enumerate(request.program_ids[:MOST_PROGRAMS]):
        reader.id(f"program_ids[{index}]", program_id)
    after: dict[str, int] = {}
    for index, place in enumerate(request.after):
        reader.id(f"after[{index}].program_id", place.program_id)
        reader.within(f"after[{index}].position", place.position, 0, INT64_MAX)
        if place.program_id in after:
            reader.fault(f"after[{index}].program_id", "must be named once")
        after[place.program_id] = place.position
    reader.finish()
    return frozenset(request.program_ids), after


def stream_message(item: LinkChange | LinkProgress) -> messages.StreamLinksResponse:
    """A message of the feed."""
    if isinstance(item, LinkChange):
        return messages.StreamLinksResponse(change=change_message(item))
    positions = [
        messages.LinkPosition(program_id=program_id, position=position)
        for program_id, position in item.positions.items()
    ]
    return messages.StreamLinksResponse(progress=messages.LinkProgress(positions=positions))


def change_message(change: LinkChange) -> merge_pb2.LinkChange:
    """A merge or unmerge."""
    linked = change.linked
    message = merge_pb2.LinkChange(
        program_id=change.program_id,
        position=change.position,
        kind=merge_pb2.LinkKind.ValueType(linked.kind.value),
        absorbed_member_id=linked.absorbed,
        survivor_member_id=linked.root,
        root_home_member_ids=linked.root_homes,
        absorbed_home_member_ids=linked.absorbed_homes,
        merge_seq=linked.merge_seq,
    )
    message.change_time.FromDatetime(change.change_time)
    return message


def _entry_message(change: LinkChange) -> merge_pb2.LineageEntry:
    decision = change.decision
    return merge_pb2.LineageEntry(
        change=change_message(change),
        linked_member_id=change.linked.linked,
        reason=decision.reason,
        decided_by=decision.decided_by,
        duplicate_id=decision.duplicate_id,
        merge_rule_version=decision.rule_version,
        evidence_ref=decision.evidence_ref,
        caller=change.caller,
        request_id=change.request_id,
    )


def _link_message(link: TreeLink) -> merge_pb2.MemberLink:
    message = merge_pb2.MemberLink(member_id=link.member_id, survivor_member_id=link.linked, position=link.position)
    message.link_time.FromDatetime(link.link_time)
    return message


def _question(request: messages.GetMemberLineageRequest) -> bytes:
    """What a page token is bound to: the question without its page."""
    asked = messages.GetMemberLineageRequest()
    asked.CopyFrom(request)
    asked.ClearField("page_size")
    asked.ClearField("page_token")
    return asked.SerializeToString(deterministic=True)
