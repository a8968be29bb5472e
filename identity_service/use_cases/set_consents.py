"""Writing down what a person agreed to or withdrew, and what it likes: records are only ever added."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chassis.values.canonical import Plain
from identity_service.domain import refusals
from identity_service.domain.audit import Action, Origin, records_detail
from identity_service.domain.caller import Caller
from identity_service.domain.consents import (
    MOST_PREFERENCES,
    Consent,
    ConsentRecord,
    Preference,
    PreferenceRecord,
    most_of_a_brand,
)
from identity_service.domain.members import MemberKey
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.once import Request, Told, once_told
from identity_service.use_cases.person_ports import PersonChanges, Place
from identity_service.use_cases.read_person import Asked, homes_of
from identity_service.use_cases.set_profile import require_member, root_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SetConsents:
    """The use case. Of a merged person they are written down for the root."""

    people: People

    async def __call__(
        self, caller: Caller, request_id: str, asked: Asked, said: Sequence[Consent]
    ) -> Told[Sequence[ConsentRecord]]:
        """The records, less what was erased since. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, MEMBER_ERASED,
        BRAND_NOT_FOUND or REQUEST_ID_REUSED."""

        async def append(changes: PersonChanges, root: MemberKey, origin: Origin) -> int:
            last = await changes.append_consents(root, said, origin)
            detail = records_detail(last - len(said) + 1, last)
            await changes.append_audit(origin.record(Action.CONSENTS_SET, root, detail))
            return last

        async def tell(changes: PersonChanges, root: MemberKey, last: int) -> Sequence[ConsentRecord]:
            return await changes.consents([root], Place(root.member_id, last - len(said)), len(said))

        brands = [one.brand_id for one in said]
        request = _request(self.people, caller, request_id, asked, "consents", [_consent(one) for one in said])
        return await _written(self.people, caller, request, asked, brands, append, tell)


@dataclass(frozen=True, slots=True)
class SetPreferences:
    """The use case. Of a merged person they are written down for the root."""

    people: People

    async def __call__(
        self, caller: Caller, request_id: str, asked: Asked, said: Sequence[Preference]
    ) -> Told[Sequence[PreferenceRecord]]:
        """The records, less what was erased since. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, MEMBER_ERASED,
        BRAND_NOT_FOUND, TOO_MANY_VALUES or REQUEST_ID_REUSED."""

        async def append(changes: PersonChanges, root: MemberKey, origin: Origin) -> int:
            kept = await changes.last_preferences(await homes_of(changes, asked))
            if most_of_a_brand(kept, said) > MOST_PREFERENCES:
                raise refusals.too_many_values("preferences of a brand", MOST_PREFERENCES)
            last = await changes.append_preferences(root, said, origin)
            detail = records_detail(last - len(said) + 1, last)
            await changes.append_audit(origin.record(Action.PREFERENCES_SET, root, detail))
            return last

        async def tell(changes: PersonChanges, root: MemberKey, last: int) -> Sequence[PreferenceRecord]:
            return await changes.preferences([root], Place(root.member_id, last - len(said)), len(said))

        brands = [one.brand_id for one in said]
        intent: Plain = [[one.brand_id, one.key, one.value] for one in said]
        request = _request(self.people, caller, request_id, asked, "preferences", intent)
        return await _written(self.people, caller, request, asked, brands, append, tell)


def _request(people: People, caller: Caller, request_id: str, asked: Asked, verb: str, said: Plain) -> Request:
    intent = people.fingerprints.of_intent(verb, [asked.program_id, asked.member_id, said])
    return Request(RequestName(asked.program_id, caller.subject, request_id), intent)


async def _written(
    people: People,
    caller: Caller,
    request: Request,
    asked: Asked,
    brands: Sequence[str],
    append: Callable[[PersonChanges, MemberKey, Origin], Awaitable[int]],
    tell: Callable[[PersonChanges, MemberKey, int], Awaitable[T]],
) -> Told[T]:
    admit(caller, asked.program_id, people.programs)

    async def carry_out(changes: PersonChanges) -> tuple[MemberKey, int]:
        for brand in brands:
            people.programs.require_brand(asked.program_id, brand)
        member = MemberKey.of(asked.program_id, asked.member_id)
        await require_member(changes, member)
        root = await root_of(changes, member)
        return root, await append(changes, root, Origin(caller, request.name.request_id, people.clock.now()))

    return await once_told(people.registry, people.clock, request, carry_out, tell)


def _consent(said: Consent) -> Plain:
    return [*said.matter, said.granted, said.wording_version, said.source, said.occur_time.isoformat()]
