"""What is remembered of identity's answers, and what is forgotten of them."""

import asyncio
from typing import Any, cast

import pytest

from ledger_service.peers.identity import IdentityMembers
from ledger_service.use_cases.ports import MemberRef, Resolution

PROGRAM = "p"
ANA, BOB = MemberRef(member_id="mem_ana"), MemberRef(member_id="mem_bob")


class Identity:
    """Answers with the homes of now, when it is let."""

    def __init__(self, members: IdentityMembers, patch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.homes: tuple[str, ...] = ()
        self.answers = asyncio.Event()
        self.answers.set()
        patch.setattr(members._batcher, "submit", self.submit)

    async def submit(self, question: Any) -> Resolution:
        self.asked += 1
        member = question[1].member_id
        resolution = Resolution(member, member, (member, *self.homes), 0, "")
        await self.answers.wait()
        return resolution


@pytest.fixture
def members() -> IdentityMembers:
    return IdentityMembers(cast("Any", _Channel()))


class _Channel:
    def __getattr__(self, _name: str) -> Any:
        return lambda *_arguments, **_named: None


async def test_an_answer_is_remembered_until_one_of_its_homes_is_forgotten(
    members: IdentityMembers, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity(members, monkeypatch)
    identity.homes = ("mem_old",)
    for _ in range(3):
        await members.resolve(PROGRAM, ANA)
        await members.resolve(PROGRAM, BOB)
    assert identity.asked == 2
    members.forget(PROGRAM, ["mem_ana"])
    members.forget("another", ["mem_bob"])
    await members.resolve(PROGRAM, ANA)
    await members.resolve(PROGRAM, BOB)
    assert identity.asked == 3
    members.forget(PROGRAM, ["mem_old"])
    await members.resolve(PROGRAM, ANA)
    await members.resolve(PROGRAM, BOB)
    assert identity.asked == 5


async def test_what_was_asked_before_it_was_forgotten_is_not_remembered(
    members: IdentityMembers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the answer of before a merge would be the answer for the next second."""
    identity = Identity(members, monkeypatch)
    identity.answers.clear()
    before = asyncio.ensure_future(members.resolve(PROGRAM, ANA))
    await asyncio.sleep(0)
    identity.homes = ("mem_bob",)
    members.forget(PROGRAM, ["mem_ana", "mem_bob"])
    identity.answers.set()
    assert (await before).homes == ("mem_ana",)
    assert (await members.resolve(PROGRAM, ANA)).homes == ("mem_ana", "mem_bob")
