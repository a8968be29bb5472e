"""Letting one more identifier point to a member."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from identity_service.domain import refusals
from identity_service.domain.audit import Action, AuditRecord, Claim, Linked, link_detail
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import Link
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.proof import Purpose
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.once import ChangeAnswer, Request, once
from identity_service.use_cases.ports import Changes, Clock, Registry
from identity_service.use_cases.set_profile import require_member, require_room
from identity_service.use_cases.verify_proof import ProofQuestion, VerifyProof


@dataclass(frozen=True, slots=True)
class LinkIdentifier:
    """The use case. Linking what is linked already changes nothing, unless it settles the link."""

    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock
    verify: VerifyProof

    async def __call__(self, caller: Caller, request_id: str, link: Link) -> ChangeAnswer:
        """The member. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, MEMBER_ERASED, IDENTIFIER_TAKEN,
        TOO_MANY_VALUES, PROOF_REFUSED or REQUEST_ID_REUSED."""
        admit(caller, link.program_id, self.programs)
        if link.proof is not None:
            question = ProofQuestion(link.program_id, link.member_id, link.proof, Purpose.LINK_IDENTIFIER)
            await self.verify(caller, request_id, question, verb="link_identifier")
        intent = self.fingerprints.of_intent("link", _canonical(link))
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
        settled, now = caller.is_service or link.proof is not None, self.clock.now()
        ordinal: int | None = None
        if claimed:
            named = [(claim, link.identifier)]
            [ordinal] = await changes.append_values(member, named, now, caller.subject, request_id, settled=settled)
            await require_room(changes, member)
        elif settled:
            ordinal = await changes.settle_link(member, claim.fingerprint)
        if ordinal is not None:
            action = Action.IDENTIFIERS_LINKED if claimed else Action.IDENTIFIER_SETTLED
            detail = link_detail([Linked(claim.kind, ordinal)], None if link.proof is None else link.proof.method)
            await changes.append_audit(AuditRecord(action, member, detail, caller, request_id, now))
        return member


def _canonical(link: Link) -> Plain:
    """What was asked. The proof itself is not kept to be compared, only how she proves herself."""
    intent: list[Plain] = [link.program_id, link.member_id, link.identifier.kind.value, link.identifier.value]
    return intent if link.proof is None else [*intent, link.proof.method.name]
