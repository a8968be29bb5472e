"""Erasing a person (ADR 0058)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.runtime.reasons import unavailable
from identity_service.domain.audit import Action, Origin, erasure_detail
from identity_service.domain.caller import Caller
from identity_service.domain.erasure import Erased, ErasureReason
from identity_service.domain.members import MemberKey
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges
from identity_service.use_cases.read_person import Asked, homes_of

ATTEMPTS = 10


class PersonMovedError(Exception):
    """Between looking and locking, somebody linked an identifier to the person, merged or unmerged it."""


@dataclass(frozen=True, slots=True)
class EraseMember:
    """The use case. Erasing what is erased changes nothing."""

    people: People

    async def __call__(self, caller: Caller, request_id: str, asked: Asked, reason: ErasureReason) -> Told[Erased]:
        """Whom nothing is known of any more. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND or REQUEST_ID_REUSED."""
        people = self.people
        admit(caller, asked.program_id, people.programs)
        intent = people.fingerprints.of_intent("erase", [asked.program_id, asked.member_id, reason.value])
        request = Request(RequestName(asked.program_id, caller.subject, request_id), intent)

        async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
            return await _erase(changes, asked, reason, Origin(caller, request_id, people.clock.now())), 0

        for _ in range(ATTEMPTS):
            try:
                return await once_told(people.registry, people.clock, request, carry_out, _erased)
            except PersonMovedError:
                continue
        raise unavailable("a member that others change")


async def _erase(changes: PersonChanges, asked: Asked, reason: ErasureReason, origin: Origin) -> MemberKey:
    """Holds imports and verdicts off, locks what points to the homes and then the homes, looks again, and forgets.
    Returns the root."""
    await changes.hold_imports()
    homes = await homes_of(changes, asked)
    await changes.hold_duplicates(homes)
    taken = set(await changes.fingerprints(homes))
    await changes.take_identifiers(taken)
    living = []
    for home in sorted(homes, key=MemberKey.place):
        locked = await changes.lock(home)
        if locked is not None and locked.erase_time is None:
            living.append(home)
    if await homes_of(changes, asked) != homes or not taken.issuperset(await changes.fingerprints(homes)):
        raise PersonMovedError
    if living:
        await changes.erase(living, origin.time)
    for home in living:
        detail = erasure_detail(reason.name, homes[0].member_id)
        await changes.append_audit(origin.record(Action.MEMBER_ERASED, home, detail))
    return homes[0]


async def _erased(changes: PersonChanges, root: MemberKey, number: int) -> Erased:
    """The homes of today, and since when the root is erased."""
    homes: Sequence[MemberKey] = await homes_of(changes, Asked(root.program_id, root.member_id))
    locked = await changes.lock(root)
    assert locked is not None, "a member is never deleted"
    assert locked.erase_time is not None, "the person was erased under this name"
    return Erased(tuple(home.member_id for home in homes), locked.erase_time)
