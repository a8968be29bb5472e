"""What identifiers' verification, unlinking and moving have in common."""

from dataclasses import dataclass

from identity_service.domain import refusals
from identity_service.domain.audit import Action, Claim, Origin, history_detail
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.linked import HistoryAction, HistoryDraft, HistoryEntry, LinkedIdentifier
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.person_ports import PersonChanges, PersonRegistry
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.prove_identifier import ProveIdentifier
from identity_service.use_cases.set_profile import require_member

_RECORDED = {
    HistoryAction.VERIFIED: Action.IDENTIFIER_VERIFIED,
    HistoryAction.UNLINKED: Action.IDENTIFIER_UNLINKED,
    HistoryAction.MOVED_OUT: Action.IDENTIFIER_MOVED_OUT,
    HistoryAction.MOVED_IN: Action.IDENTIFIER_MOVED_IN,
}


@dataclass(frozen=True, slots=True)
class People:
    """What the use cases on persons share."""

    registry: PersonRegistry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    @property
    def look_at(self) -> ProveIdentifier:
        """Looks at a proof."""
        return ProveIdentifier(self.registry, self.fingerprints, self.clock)

    def claim(self, program_id: str, identifier: Identifier) -> Claim:
        """The identifier as the directory knows it."""
        return Claim(identifier.kind, self.fingerprints.of_identifier(program_id, identifier))


async def linked_to(changes: PersonChanges, member: MemberKey, claim: Claim) -> int:
    """The link by which an identifier points to a member, both locked until the end: the identifier first, in the
    order in which an enrolment takes them. Raises MEMBER_NOT_FOUND, MEMBER_ERASED or IDENTIFIER_NOT_FOUND."""
    await changes.take_identifiers([claim.fingerprint])
    await require_member(changes, member)
    ordinal = await changes.link_of(member, claim.fingerprint)
    if ordinal is None:
        raise refusals.identifier_not_found(claim.kind.name, member.member_id)
    return ordinal


async def enter(changes: PersonChanges, member: MemberKey, draft: HistoryDraft, origin: Origin) -> int:
    """Writes an entry of the history, and the audit record of it; its number."""
    number = await changes.append_history(member, draft, origin)
    await record(changes, member, draft, number, origin)
    return number


async def record(changes: PersonChanges, member: MemberKey, draft: HistoryDraft, number: int, origin: Origin) -> None:
    """Writes the audit record of an entry."""
    await changes.append_audit(origin.record(_RECORDED[draft.action], member, history_detail(draft, number)))


async def entry_told(changes: PersonChanges, member: MemberKey, number: int) -> HistoryEntry | None:
    """An entry as an answer tells it; None if it was erased since."""
    found = await changes.history(member, number - 1, 1)
    return found[0] if found and found[0].number == number else None


async def link_told(changes: PersonChanges, member: MemberKey, number: int) -> LinkedIdentifier | None:
    """The identifier that an entry verified, as it stands; None if it points elsewhere, or was erased, since."""
    entry = await entry_told(changes, member, number)
    linked = [] if entry is None else await changes.linked([member])
    return next((one for one in linked if entry is not None and one.ordinal == entry.ordinal), None)
