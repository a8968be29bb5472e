"""Writing down that an identifier was proved to be its member's."""

from dataclasses import dataclass

from identity_service.domain.audit import Origin
from identity_service.domain.caller import Caller
from identity_service.domain.changing import Verify
from identity_service.domain.linked import HistoryAction, HistoryDraft, LinkedIdentifier
from identity_service.domain.members import MemberKey
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit, admit_proof
from identity_service.use_cases.change_identifier import People, enter, link_told, linked_to
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges


@dataclass(frozen=True, slots=True)
class VerifyIdentifier:
    """The use case."""

    people: People

    async def __call__(self, caller: Caller, request_id: str, asked: Verify) -> Told[LinkedIdentifier | None]:
        """The identifier as it stands; None for a repeat if it points elsewhere since. Raises PROGRAM_NOT_FOUND,
        MEMBER_NOT_FOUND, MEMBER_ERASED, IDENTIFIER_NOT_FOUND, PROOF_REFUSED or REQUEST_ID_REUSED."""
        people = self.people
        admit(caller, asked.program_id, people.programs)
        admit_proof(caller, asked.program_id, people.programs, asked.proof)
        intent = people.fingerprints.of_intent("verify", asked.canonical())
        request = Request(RequestName(asked.program_id, caller.subject, request_id), intent)
        claim = people.claim(asked.program_id, asked.identifier)
        looked = await people.look_at(request.name, claim, asked.proof)

        async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
            member = MemberKey.of(asked.program_id, asked.member_id)
            ordinal, now = await linked_to(changes, member, claim), people.clock.now()
            proof = await looked.use_up(changes, member, now)
            draft = HistoryDraft(HistoryAction.VERIFIED, ordinal, claim.kind, proof)
            return member, await enter(changes, member, draft, Origin(caller, request_id, now))

        return await once_told(people.registry, people.clock, request, carry_out, link_told)
