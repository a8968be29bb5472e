"""Letting an identifier point to nobody."""

from dataclasses import dataclass

from identity_service.domain.audit import Origin
from identity_service.domain.caller import Caller
from identity_service.domain.changing import Unlink
from identity_service.domain.linked import HistoryAction, HistoryDraft, HistoryEntry
from identity_service.domain.members import MemberKey
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit, admit_proof
from identity_service.use_cases.change_identifier import People, enter, entry_told, linked_to
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges


@dataclass(frozen=True, slots=True)
class UnlinkIdentifier:
    """The use case. The points stay with the member, and so does what the history tells."""

    people: People

    async def __call__(self, caller: Caller, request_id: str, asked: Unlink) -> Told[HistoryEntry | None]:
        """The entry; None for a repeat if it was erased since. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND,
        MEMBER_ERASED, IDENTIFIER_NOT_FOUND, PROOF_REFUSED or REQUEST_ID_REUSED."""
        people = self.people
        admit(caller, asked.program_id, people.programs)
        if asked.proof is not None:
            admit_proof(caller, asked.program_id, people.programs, asked.proof)
        intent = people.fingerprints.of_intent("unlink", asked.canonical())
        request = Request(RequestName(asked.program_id, caller.subject, request_id), intent)
        claim = people.claim(asked.program_id, asked.identifier)
        looked = None if asked.proof is None else await people.look_at(request.name, claim, asked.proof)

        async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
            member = MemberKey.of(asked.program_id, asked.member_id)
            ordinal, now = await linked_to(changes, member, claim), people.clock.now()
            proof = None if looked is None else await looked.use_up(changes, member, now)
            draft = HistoryDraft(HistoryAction.UNLINKED, ordinal, claim.kind, proof, asked.reason)
            number = await enter(changes, member, draft, Origin(caller, request_id, now))
            await changes.drop_identifier(claim.fingerprint)
            return member, number

        return await once_told(people.registry, people.clock, request, carry_out, entry_told)
