"""Telling of a person: whole, and page by page of its past."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.consents import ConsentRecord, PreferenceRecord
from identity_service.domain.linked import HistoryEntry
from identity_service.domain.members import MemberKey
from identity_service.domain.person import Person, ProfileVersion
from identity_service.domain.seen import version_seen
from identity_service.use_cases.admission import admit
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.person_ports import PersonChanges, Place

T = TypeVar("T")
R = TypeVar("R", ConsentRecord, PreferenceRecord)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom."""

    program_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class Paging:
    """A page: at most `size` records after a place."""

    after: Place
    size: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Records of a page. `next` is None after the last."""

    records: Sequence[T]
    next: Place | None


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """The use cases. Each raises PROGRAM_NOT_FOUND or MEMBER_NOT_FOUND."""

    people: People

    async def person(self, caller: Caller, asked: Asked) -> Person:
        """The whole person."""
        admit(caller, asked.program_id, self.people.programs)
        person = await self.people.registry.person(MemberKey.of(asked.program_id, asked.member_id))
        if person is None:
            raise refusals.member_not_found(asked.program_id, asked.member_id)
        return person

    async def identifier_history(self, caller: Caller, asked: Asked, paging: Paging) -> Page[HistoryEntry]:
        """What happened to the identifiers of this one home."""

        async def entries(changes: PersonChanges, homes: Sequence[MemberKey], most: int) -> Sequence[HistoryEntry]:
            return await changes.history(MemberKey.of(asked.program_id, asked.member_id), paging.after.number, most)

        return await self._page(caller, asked, paging, entries, lambda entry: Place("", entry.number))

    async def profile_history(self, caller: Caller, asked: Asked, paging: Paging) -> Page[ProfileVersion]:
        """The versions of the root's profile."""

        async def versions(changes: PersonChanges, homes: Sequence[MemberKey], most: int) -> Sequence[ProfileVersion]:
            return await changes.versions(homes[0], paging.after.number, most)

        page = await self._page(caller, asked, paging, versions, lambda version: Place("", version.number))
        return replace(page, records=[version_seen(version, caller) for version in page.records])

    async def consents(self, caller: Caller, asked: Asked) -> Sequence[ConsentRecord]:
        """The last word on each brand, channel and purpose of all homes; of brands that concern the caller."""
        admit(caller, asked.program_id, self.people.programs)

        async def last(changes: PersonChanges) -> Sequence[ConsentRecord]:
            return await changes.last_consents(await homes_of(changes, asked))

        return _concerning(caller, await self.people.registry.read(last))

    async def consent_history(self, caller: Caller, asked: Asked, paging: Paging) -> Page[ConsentRecord]:
        """Every consent of all homes to brands that concern the caller. A page may hold fewer than were asked for."""

        async def records(changes: PersonChanges, homes: Sequence[MemberKey], most: int) -> Sequence[ConsentRecord]:
            return await changes.consents(homes, paging.after, most)

        page = await self._page(caller, asked, paging, records, lambda record: Place(record.member_id, record.number))
        return replace(page, records=_concerning(caller, page.records))

    async def preferences(self, caller: Caller, asked: Asked) -> Sequence[PreferenceRecord]:
        """The last word on each brand and key of all homes; of brands that concern the caller."""
        admit(caller, asked.program_id, self.people.programs)

        async def last(changes: PersonChanges) -> Sequence[PreferenceRecord]:
            return await changes.last_preferences(await homes_of(changes, asked))

        return _concerning(caller, await self.people.registry.read(last))

    async def preference_history(self, caller: Caller, asked: Asked, paging: Paging) -> Page[PreferenceRecord]:
        """Every preference of all homes, as `consent_history`."""

        async def records(changes: PersonChanges, homes: Sequence[MemberKey], most: int) -> Sequence[PreferenceRecord]:
            return await changes.preferences(homes, paging.after, most)

        page = await self._page(caller, asked, paging, records, lambda record: Place(record.member_id, record.number))
        return replace(page, records=_concerning(caller, page.records))

    async def _page(
        self,
        caller: Caller,
        asked: Asked,
        paging: Paging,
        read: Callable[[PersonChanges, Sequence[MemberKey], int], Awaitable[Sequence[T]]],
        place_of: Callable[[T], Place],
    ) -> Page[T]:
        """One record more than the page holds is read, to know if there is a next one."""
        admit(caller, asked.program_id, self.people.programs)

        async def work(changes: PersonChanges) -> Sequence[T]:
            return await read(changes, await homes_of(changes, asked), paging.size + 1)

        found = await self.people.registry.read(work)
        told = found[: paging.size]
        return Page(told, place_of(told[-1]) if len(found) > len(told) else None)


def _concerning(caller: Caller, records: Sequence[R]) -> Sequence[R]:
    return [record for record in records if caller.sees_brand(record.said.brand_id)]


async def homes_of(changes: PersonChanges, asked: Asked) -> Sequence[MemberKey]:
    """Every home of a person, the root first. Raises MEMBER_NOT_FOUND."""
    member = MemberKey.of(asked.program_id, asked.member_id)
    followed = (await changes.follow([member])).get(member)
    if followed is None:
        raise refusals.member_not_found(asked.program_id, asked.member_id)
    return [MemberKey.of(asked.program_id, home) for home in followed.home_member_ids]
