"""Enrolling a person: a new member, or the one an identifier already points to."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from identity_service.domain.audit import Action, AuditRecord, Claim, Linked, enrollment_detail, link_detail
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import Enrollment, member_enrolled, one_person
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberKey, new_member_id
from identity_service.domain.profile import MonthDay, ProfileChange
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.once import ChangeAnswer, Request, once
from identity_service.use_cases.ports import Changes, Clock, Registry
from identity_service.use_cases.set_profile import require_member, require_room, root_of, set_profile


@dataclass(frozen=True, slots=True)
class EnrollMember:
    """The use case. Identifiers that point to nobody are claimed by insert: of two calls at once, one waits."""

    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, enrollment: Enrollment) -> ChangeAnswer:
        """The member. Raises PROGRAM_NOT_FOUND, LOCATION_NOT_FOUND, IDENTIFIERS_OF_SEVERAL_MEMBERS, TOO_MANY_VALUES
        or REQUEST_ID_REUSED."""
        admit(caller, enrollment.program_id, self.programs)
        name = RequestName(enrollment.program_id, caller.subject, request_id)
        request = Request(name, self.fingerprints.of_intent("enroll", _canonical(enrollment)))

        async def carry_out(changes: Changes) -> tuple[MemberKey, bool]:
            self.programs.require_location(enrollment.program_id, enrollment.home_location_id)
            member, created = await self._enroll(changes, caller, name, enrollment)
            if enrollment.birthday is not None:
                await self._tell_birthday(changes, member, caller, name, enrollment.birthday)
            return member, created

        return await once(self.registry, self.clock, request, carry_out)

    async def _enroll(
        self, changes: Changes, caller: Caller, name: RequestName, enrollment: Enrollment
    ) -> tuple[MemberKey, bool]:
        """The member's key, and whether it is new."""
        new = MemberKey.of(name.program_id, new_member_id(name.program_id, name.caller, name.request_id))
        claims = {identifier: self._claim(name.program_id, identifier) for identifier in enrollment.identifiers}
        claimed = await changes.claim_identifiers(new, list(claims.values()))
        member = await self._member_of(changes, new, list(claims.values()))
        added = [(claim, identifier) for identifier, claim in claims.items() if claim.fingerprint in claimed]
        now = self.clock.now()
        if member == new:
            await changes.add_member(new, enrollment.home_location_id, now)
        elif added:
            await changes.repoint(member, claimed)
            await require_member(changes, member)
        else:
            return member, False
        settled = member == new or caller.is_service
        ordinals = await changes.append_values(member, added, now, caller.subject, name.request_id, settled=settled)
        if member != new:
            await require_room(changes, member)
        linked = [Linked(claim.kind, ordinal) for (claim, _), ordinal in zip(added, ordinals, strict=True)]
        if member == new:
            action, detail = Action.MEMBER_ENROLLED, enrollment_detail(linked, enrollment.home_location_id)
        else:
            action, detail = Action.IDENTIFIERS_LINKED, link_detail(linked)
        await changes.append_audit(AuditRecord(action, member, detail, caller, name.request_id, now))
        return member, member == new

    async def _tell_birthday(
        self, changes: Changes, member: MemberKey, caller: Caller, name: RequestName, birthday: MonthDay
    ) -> None:
        """Sets the person's birthday if none is known."""
        await changes.lock_member(member)
        root = await root_of(changes, member)
        if (await changes.details(root)).told.birthday is None:
            change = ProfileChange(birthday=birthday)
            await set_profile(changes, root, change, caller, name.request_id, self.clock.now())

    async def _member_of(self, changes: Changes, new: MemberKey, claims: list[Claim]) -> MemberKey:
        """The member the identifiers point to, who is the new one if they pointed to nobody."""
        owners = await changes.owners(claims)
        member_id = member_enrolled(owners, new.member_id)
        if member_id is None:
            known = [MemberKey.of(new.program_id, owner) for owner in owners - {new.member_id}]
            followed = await changes.follow(known)
            member_id = one_person({key.member_id: resolution for key, resolution in followed.items()})
        return MemberKey.of(new.program_id, member_id)

    def _claim(self, program_id: str, identifier: Identifier) -> Claim:
        return Claim(identifier.kind, self.fingerprints.of_identifier(program_id, identifier))


def _canonical(enrollment: Enrollment) -> Plain:
    """What was asked; the order of identifiers does not count."""
    identifiers = sorted((identifier.kind.value, identifier.value) for identifier in enrollment.identifiers)
    intent: dict[str, Plain] = {
        "home_location_id": enrollment.home_location_id,
        "identifiers": [[kind, value] for kind, value in identifiers],
        "program_id": enrollment.program_id,
    }
    # Only where it is told: ids that were used before there was one stay what they were.
    return intent if enrollment.birthday is None else intent | {"birthday": list(enrollment.birthday)}
