"""Making two members one person, and taking one out again."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberKey
from identity_service.domain.merging import Decision, LinkChange, Merge, Unmerge
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.linking import Doing, linked_once, merge_in, unmerge_in
from identity_service.use_cases.merge_ports import LinkChanges, LinkRegistry
from identity_service.use_cases.once import Request
from identity_service.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class MergeMembers:
    """The use case. Costs the same however many identifiers or points the members have."""

    registry: LinkRegistry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, merge: Merge) -> tuple[LinkChange, bool]:
        """The merge, and whether it was made by an earlier call. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND,
        SAME_MEMBER, ALREADY_MERGED, TOO_MANY_HOMES or REQUEST_ID_REUSED."""
        admit(caller, merge.program_id, self.programs)
        intent = self.fingerprints.of_intent("merge", _canonical_merge(merge))
        request = Request(RequestName(merge.program_id, caller.subject, request_id), intent)

        async def carry_out(changes: LinkChanges, doing: Doing) -> LinkChange:
            survivor = await self._named(changes, merge.program_id, merge.survivor)
            absorbed = await self._named(changes, merge.program_id, merge.absorbed)
            return await merge_in(changes, doing, survivor, absorbed, merge.decision)

        return await linked_once(self.registry, self.clock, caller, request, carry_out)

    async def _named(self, changes: LinkChanges, program_id: str, named: str | Identifier) -> MemberKey:
        if isinstance(named, str):
            return MemberKey.of(program_id, named)
        owner = await changes.owner(self.fingerprints.of_identifier(program_id, named))
        if owner is None:
            raise refusals.member_not_found(program_id, None)
        return MemberKey.of(program_id, owner)


@dataclass(frozen=True, slots=True)
class UnmergeMember:
    """The use case."""

    registry: LinkRegistry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, unmerge: Unmerge) -> tuple[LinkChange, bool]:
        """The unmerge, and whether it was made by an earlier call. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND,
        NOT_MERGED or REQUEST_ID_REUSED."""
        admit(caller, unmerge.program_id, self.programs)
        asked = [unmerge.program_id, unmerge.member_id, _canonical_decision(unmerge.decision)]
        request = Request(
            RequestName(unmerge.program_id, caller.subject, request_id),
            self.fingerprints.of_intent("unmerge", asked),
        )
        member = MemberKey.of(unmerge.program_id, unmerge.member_id)

        async def carry_out(changes: LinkChanges, doing: Doing) -> LinkChange:
            return await unmerge_in(changes, doing, member, unmerge.decision)

        return await linked_once(self.registry, self.clock, caller, request, carry_out)


def _canonical_merge(merge: Merge) -> Plain:
    """What was asked."""
    sides = [_canonical_named(merge.survivor), _canonical_named(merge.absorbed)]
    return [merge.program_id, *sides, _canonical_decision(merge.decision)]


def _canonical_named(named: str | Identifier) -> Plain:
    return named if isinstance(named, str) else [named.kind.value, named.value]


def _canonical_decision(decision: Decision) -> Plain:
    return [decision.reason, decision.decided_by, decision.evidence_ref]
