"""Letting one more identifier point to a member."""

from dataclasses import dataclass

from identity_service.domain import refusals
from identity_service.domain.audit import Action, AuditRecord, Claim, Linked, link_detail
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import Link
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.once import ChangeAnswer, Request, once
from identity_service.use_cases.ports import Changes, Clock, Registry
from identity_service.use_cases.set_profile import require_member


@dataclass(frozen=True, slots=True)
class LinkIdentifier:
    """The use case. Linking what is linked already changes nothing."""

    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, link: Link) -> ChangeAnswer:
        """The member. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, MEMBER_ERASED, IDENTIFIER_TAKEN or
        REQUEST_ID_REUSED."""
        admit(caller, link.program_id, self.programs)
        intent = self.fingerprints.of_intent(
            "link", [link.program_id, link.member_id, link.identifier.kind.value, link.identifier.value]
        )
        request = Request(RequestName(link.program_id, caller.subject, request_id), intent)

        async def carry_out(changes: Changes) -> tuple[MemberKey, bool]:
            return await self._link(changes, caller, request_id, link), False

        return await once(self.registry, self.clock, request, carry_out)

    async def _link(self, changes: Changes, caller: Caller, request_id: str, link: Link) -> MemberKey:
        """Claims first and asks then, so that rows are taken in the order an enrolment takes them."""
        member = MemberKey.of(link.program_id, link.member_id)
        claim = Claim(link.identifier.kind, self.fingerprints.of_identifier(link.program_id, link.identifier))
        claimed = await changes.claim_identifiers(member, [claim])
        await require_member(changes, member)
        if not claimed and await changes.owners([claim]) != {link.member_id}:
            raise refusals.identifier_taken(link.identifier.kind.name)
        if claimed:
            now = self.clock.now()
            [ordinal] = await changes.append_values(member, [(claim, link.identifier)], now, caller.subject, request_id)
            detail = link_detail([Linked(claim.kind, ordinal)])
            await changes.append_audit(AuditRecord(Action.IDENTIFIERS_LINKED, member, detail, caller, request_id, now))
        return member
