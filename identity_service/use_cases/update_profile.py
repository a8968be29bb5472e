"""Changing what is known of a person."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.runtime.reasons import malformed
from chassis.values.canonical import Plain
from chassis.values.refusal import Violation
from identity_service.domain import refusals
from identity_service.domain.audit import Origin
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey
from identity_service.domain.person import MOST_ATTRIBUTES, DetailsChange, PersonDetails, ProfileVersion, birth_date
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges
from identity_service.use_cases.read_person import Asked
from identity_service.use_cases.set_profile import require_member, root_of, set_details


@dataclass(frozen=True, slots=True)
class UpdateProfile:
    """The use case. Setting what is so already changes nothing; of a merged person the root's profile changes."""

    people: People

    async def __call__(
        self, caller: Caller, request_id: str, asked: Asked, change: DetailsChange
    ) -> Told[ProfileVersion | None]:
        """The profile as changed; None if nothing was ever told, or it was erased since. Raises PROGRAM_NOT_FOUND,
        MEMBER_NOT_FOUND, MEMBER_ERASED, LOCATION_NOT_FOUND, BRAND_NOT_FOUND, TOO_MANY_VALUES or REQUEST_ID_REUSED."""
        people = self.people
        admit(caller, asked.program_id, people.programs)
        intent = people.fingerprints.of_intent("profile", _canonical(asked, change))
        request = Request(RequestName(asked.program_id, caller.subject, request_id), intent)

        def applied(details: PersonDetails) -> PersonDetails:
            after = change.applied(details)
            if len(after.attributes) > MOST_ATTRIBUTES:
                raise refusals.too_many_values("attributes", MOST_ATTRIBUTES)
            return after

        async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
            self._require_born(change)
            people.programs.require_location(asked.program_id, change.home_location_id or "")
            people.programs.require_brand(asked.program_id, change.home_brand_id or "")
            member = MemberKey.of(asked.program_id, asked.member_id)
            await require_member(changes, member)
            root = await root_of(changes, member)
            await set_details(changes, root, applied, Origin(caller, request_id, people.clock.now()))
            return root, (await changes.read_member(root)).profile

        return await once_told(people.registry, people.clock, request, carry_out, _version_told)

    def _require_born(self, change: DetailsChange) -> None:
        """A day later than the present is somebody's already somewhere in the world."""
        born = None if change.birthday is None else birth_date(change.birthday)
        if born is not None and born > self.people.clock.now().date() + timedelta(days=1):
            raise malformed(Violation("birthday.year", "must not lie in the future"))


async def _version_told(changes: PersonChanges, member: MemberKey, number: int) -> ProfileVersion | None:
    found = await changes.versions(member, number - 1, 1) if number else []
    return found[0] if found else None


def _canonical(asked: Asked, change: DetailsChange) -> Plain:
    """What was asked; the order of attributes does not count."""
    birthday: Plain = None
    if change.birthday is not None:
        birthday = [None if change.birthday.day is None else list(change.birthday.day), change.birthday.year]
    return {
        "attributes": dict(change.attributes),
        "birthday": birthday,
        "display_name": change.display_name,
        "family_name": change.family_name,
        "given_name": change.given_name,
        "home_brand_id": change.home_brand_id,
        "home_location_id": change.home_location_id,
        "language": change.language,
        "member_id": asked.member_id,
        "program_id": asked.program_id,
    }
