"""What a warm process remembers of a resolution, and when it forgets."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from chassis.runtime.batcher import Batcher
from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import Found, MemberKey, MemberRef, Resolution
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.ports import References
from identity_service.use_cases.resolve_member import REMEMBERED, Remembered, ResolveMember
from identity_service.use_cases.resolve_members import ResolveMembers

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = MemberRef("grove", "mem_ann")
TILL = Caller("till", ("POS",), frozenset({"grove"}), "")
STRANGER = Caller("stranger", ("POS",), frozenset({"isle"}), "")


@dataclass
class Members:
    """The members that exist, and how they were asked for; at once the clock and the count of changes."""

    asked: list[list[str]] = field(default_factory=list)
    time: datetime = NOON
    changes: int = 0
    known: frozenset[str] = frozenset({"mem_ann", "mem_ben"})
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def find(self, references: References) -> Mapping[int, Found]:
        self.asked.append([key.member_id for _, key in references.by_id])
        self.begun.set()
        await asyncio.sleep(0)
        return {place: Found(key, 0, "", NOON) for place, key in references.by_id if key.member_id in self.known}

    async def follow(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
        raise AssertionError("nobody was merged")

    def now(self) -> datetime:
        return self.time


def opened(room: int = 10) -> tuple[Members, ResolveMember]:
    members, programs = Members(), ProgramDirectory()
    programs.learn("grove")
    programs.caught_up()
    resolve = ResolveMembers(members, programs, Fingerprints(b"k" * 32))  # type: ignore[arg-type]
    remembered = Remembered(resolve, members, lambda: members.changes, room)
    together: Batcher[MemberRef, Resolution] = Batcher("test", remembered.look_up, max_size=500)
    return members, ResolveMember(remembered, together.submit, programs)


async def test_the_second_question_within_a_second_asks_nobody() -> None:
    members, resolve = opened()
    first = await resolve(TILL, ANN)
    members.time += REMEMBERED - timedelta(microseconds=1)
    assert await resolve(TILL, ANN) == first
    assert len(members.asked) == 1


async def test_nothing_is_remembered_longer() -> None:
    members, resolve = opened()
    await resolve(TILL, ANN)
    members.time += REMEMBERED
    await resolve(TILL, ANN)
    assert len(members.asked) == 2


async def test_a_change_of_this_process_is_seen_at_once() -> None:
    members, resolve = opened()
    await resolve(TILL, ANN)
    members.changes += 1
    await resolve(TILL, ANN)
    assert len(members.asked) == 2


async def test_what_changes_while_it_is_read_is_read_again() -> None:
    members, resolve = opened()
    asking = asyncio.create_task(resolve(TILL, ANN))
    await members.begun.wait()
    members.changes += 1
    await asking
    await resolve(TILL, ANN)
    assert len(members.asked) == 2


async def test_what_is_asked_at_once_is_looked_up_together() -> None:
    members, resolve = opened()
    await asyncio.gather(*(resolve(TILL, MemberRef("grove", name)) for name in ("mem_ann", "mem_ben") * 10))
    assert len(members.asked) <= 2


async def test_who_leads_nowhere_is_asked_for_again() -> None:
    members, resolve = opened()
    for _ in range(2):
        with pytest.raises(Refusal) as raised:
            await resolve(TILL, MemberRef("grove", "mem_nobody"))
        assert raised.value.reason == "MEMBER_NOT_FOUND"
    assert len(members.asked) == 2


async def test_permission_comes_before_what_is_remembered() -> None:
    _, resolve = opened()
    await resolve(TILL, ANN)
    with pytest.raises(Refusal) as raised:
        await resolve(STRANGER, ANN)
    assert raised.value.reason == "PROGRAM_NOT_ALLOWED"


async def test_no_more_is_remembered_than_there_is_room_for() -> None:
    members, resolve = opened(room=1)
    for name in ("mem_ann", "mem_ben", "mem_ann"):
        await resolve(TILL, MemberRef("grove", name))
    assert len(members.asked) == 3
