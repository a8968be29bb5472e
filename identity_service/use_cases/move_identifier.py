"""Letting an identifier of one member point to another."""

from dataclasses import dataclass, replace

from identity_service.domain import refusals
from identity_service.domain.audit import Origin
from identity_service.domain.caller import Caller
from identity_service.domain.changing import Move
from identity_service.domain.linked import HistoryAction, HistoryDraft, HistoryEntry
from identity_service.domain.members import MemberKey
from identity_service.domain.requests import RequestName
from identity_service.domain.standing import is_settled_by_move
from identity_service.use_cases.admission import admit, admit_proof
from identity_service.use_cases.change_identifier import People, enter, entry_told, record
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges
from identity_service.use_cases.prove_identifier import Looked
from identity_service.use_cases.set_profile import require_member, require_room


@dataclass(frozen=True, slots=True)
class MoveIdentifier:
    """The use case. The points stay where they were born; both members' histories and audit records tell of it."""

    people: People

    async def __call__(self, caller: Caller, request_id: str, asked: Move) -> Told[HistoryEntry | None]:
        """The entry at the member it was moved to; None for a repeat if that was erased since. Raises
        PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, MEMBER_ERASED, IDENTIFIER_NOT_FOUND, PROOF_REFUSED or REQUEST_ID_REUSED."""
        people = self.people
        admit(caller, asked.program_id, people.programs)
        admit_proof(caller, asked.program_id, people.programs, asked.proof)
        intent = people.fingerprints.of_intent("move", asked.canonical())
        request = Request(RequestName(asked.program_id, caller.subject, request_id), intent)

        looked = await people.look_at(request.name, people.claim(asked.program_id, asked.identifier), asked.proof)

        async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
            return await self._move(changes, asked, looked, Origin(caller, request_id, people.clock.now()))

        return await once_told(people.registry, people.clock, request, carry_out, entry_told)

    async def _move(self, changes: PersonChanges, asked: Move, looked: Looked, origin: Origin) -> tuple[MemberKey, int]:
        """Locks the identifier and then both members in the order of their keys."""
        claim = self.people.claim(asked.program_id, asked.identifier)
        old = MemberKey.of(asked.program_id, asked.from_member_id)
        new = MemberKey.of(asked.program_id, asked.to_member_id)
        await changes.take_identifiers([claim.fingerprint])
        for member in sorted((old, new), key=MemberKey.place):
            await require_member(changes, member)
        ordinal = await changes.link_of(old, claim.fingerprint)
        if ordinal is None:
            raise refusals.identifier_not_found(claim.kind.name, old.member_id)
        proof = await looked.use_up(changes, new, origin.time)
        out = HistoryDraft(
            HistoryAction.MOVED_OUT, ordinal, claim.kind, proof, asked.reason, other_member_id=new.member_id
        )
        await enter(changes, old, out, origin)
        into = HistoryDraft(HistoryAction.MOVED_IN, 0, claim.kind, proof, asked.reason, other_member_id=old.member_id)
        settled = is_settled_by_move(origin.caller, asked.proof)
        number = await changes.move_in(new, claim, asked.identifier, into, origin, settled=settled)
        await require_room(changes, new)
        await record(changes, new, replace(into, ordinal=number), number, origin)
        return new, number
