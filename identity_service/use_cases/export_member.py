"""Telling a person everything that is kept of it, a part at a time: memory holds one part, whatever there is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chassis.values.canonical import Plain
from identity_service.domain import exported
from identity_service.domain.caller import Caller
from identity_service.domain.consents import ConsentRecord, PreferenceRecord
from identity_service.domain.linked import HistoryEntry
from identity_service.domain.members import MemberKey
from identity_service.domain.person import Person, ProfileVersion
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.person_ports import START, Part, PersonChanges, Place
from identity_service.use_cases.read_person import Asked, ReadPerson

PART = 200
"""The most items of a part."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExportPart:
    """Some items of a kind."""

    kind: str
    items: Sequence[dict[str, Plain]]


@dataclass(frozen=True, slots=True)
class ExportMember:
    """The use case. Each part is as of its own moment; what is written down while it runs may be told or not."""

    people: People

    async def __call__(self, caller: Caller, asked: Asked) -> AsyncIterator[ExportPart]:
        """The parts, each with at least one item. Raises PROGRAM_NOT_FOUND or MEMBER_NOT_FOUND."""
        person = await ReadPerson(self.people).person(caller, asked)
        yield ExportPart("person", [exported.person_told(person)])
        for first in range(0, len(person.identifiers), PART):
            part = person.identifiers[first : first + PART]
            yield ExportPart("identifiers", [exported.identifier_told(linked) for linked in part])
        for kind, parts in self._past(person):
            async for items in parts:
                yield ExportPart(kind, items)

    def _past(self, person: Person) -> list[tuple[str, AsyncIterator[list[dict[str, Plain]]]]]:
        homes = [MemberKey.of(person.program_id, home) for home in person.home_member_ids]
        registry = self.people.registry
        pasts = [("identifier_history", self._entries(home)) for home in homes]
        pasts.append(("profiles", self._versions(homes[0])))
        pasts.append(("consents", self._consents(homes)))
        pasts.append(("preferences", self._preferences(homes)))
        pasts.append(
            (
                "lineage",
                _parts(
                    lambda after: registry.link_changes(person.program_id, person.home_member_ids, after.number, PART),
                    _place,
                    _told,
                ),
            )
        )
        pasts.append(("audit", _parts(lambda after: registry.audit_records(homes, after, PART), _place, _told)))
        return pasts

    def _entries(self, home: MemberKey) -> AsyncIterator[list[dict[str, Plain]]]:
        async def read(after: Place) -> Sequence[HistoryEntry]:
            async def work(changes: PersonChanges) -> Sequence[HistoryEntry]:
                return await changes.history(home, after.number, PART)

            return await self.people.registry.read(work)

        def told(entry: HistoryEntry) -> dict[str, Plain]:
            return exported.entry_told(home.member_id, entry)

        return _parts(read, lambda entry: Place("", entry.number), told)

    def _versions(self, root: MemberKey) -> AsyncIterator[list[dict[str, Plain]]]:
        async def read(after: Place) -> Sequence[ProfileVersion]:
            async def work(changes: PersonChanges) -> Sequence[ProfileVersion]:
                return await changes.versions(root, after.number, PART)

            return await self.people.registry.read(work)

        return _parts(read, lambda version: Place("", version.number), exported.version_told)

    def _consents(self, homes: Sequence[MemberKey]) -> AsyncIterator[list[dict[str, Plain]]]:
        async def read(after: Place) -> Sequence[ConsentRecord]:
            async def work(changes: PersonChanges) -> Sequence[ConsentRecord]:
                return await changes.consents(homes, after, PART)

            return await self.people.registry.read(work)

        return _parts(read, lambda record: Place(record.member_id, record.number), exported.consent_told)

    def _preferences(self, homes: Sequence[MemberKey]) -> AsyncIterator[list[dict[str, Plain]]]:
        async def read(after: Place) -> Sequence[PreferenceRecord]:
            async def work(changes: PersonChanges) -> Sequence[PreferenceRecord]:
                return await changes.preferences(homes, after, PART)

            return await self.people.registry.read(work)

        return _parts(read, lambda record: Place(record.member_id, record.number), exported.preference_told)


async def _parts(
    read: Callable[[Place], Awaitable[Sequence[T]]],
    place_of: Callable[[T], Place],
    told: Callable[[T], dict[str, Plain]],
) -> AsyncIterator[list[dict[str, Plain]]]:
    """Page after page until one is not full."""
    after = START
    while page := await read(after):
        yield [told(item) for item in page]
        if len(page) < PART:
            return
        after = place_of(page[-1])


def _place(part: Part) -> Place:
    return part.place


def _told(part: Part) -> dict[str, Plain]:
    return part.told
