"""Who brings too many wrong PINs is refused before any is hashed, and who leaves has no more hashed than others."""

import asyncio
import threading
from collections.abc import Awaitable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.runtime.clock import SystemClock
from chassis.values.refusal import Refusal
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.proof import GivenProof, ProofMethod, Purpose
from identity_service.peers import pin_desk
from identity_service.peers.pin_desk import PER_CALLER, PinDesk
from identity_service.use_cases.check_proof import CheckProof


def test_who_was_wrong_too_often_is_refused_without_a_look_and_nobody_else() -> None:
    desk = PinDesk(wrong_a_minute=2)
    for _ in range(2):
        with desk.attempt("till"):
            desk.was_wrong("till")
    with pytest.raises(Refusal) as raised, desk.attempt("till"):
        pass
    assert (raised.value.reason, raised.value.metadata["limit"]) == ("TOO_FREQUENT", "wrong_pins_per_caller")
    assert 0 < (raised.value.retry_after_seconds or 0) <= 30
    with desk.attempt("another"):
        pass


def test_without_a_limit_nobody_is_refused() -> None:
    desk = PinDesk(wrong_a_minute=0)
    for _ in range(1_000):
        desk.was_wrong("till")
    with desk.attempt("till"):
        pass


async def test_who_leaves_while_a_pin_is_hashed_has_no_more_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin_desk, "AT_ONCE", 1)
    desk, under_way, end = PinDesk(wrong_a_minute=0), threading.Semaphore(0), threading.Event()

    def work() -> bytes:
        under_way.release()
        end.wait(5)
        return b""

    async def attempt() -> None:
        with desk.attempt("till"):
            async with desk.turn("till") as hashed:
                await hashed(work)

    def begun(seconds: float) -> "asyncio.Future[bool]":
        return asyncio.ensure_future(asyncio.to_thread(under_way.acquire, timeout=seconds))

    gone = asyncio.create_task(attempt())
    assert await begun(5)
    gone.cancel()
    waiting = [asyncio.create_task(attempt()) for _ in range(PER_CALLER - 1)]
    assert not await begun(0.02)
    with pytest.raises(Refusal), desk.attempt("till"):
        pass
    end.set()
    await asyncio.gather(*waiting)
    assert gone.cancelled()


async def test_who_leaves_the_line_has_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten guesses that were not right end a PIN: none is counted that nobody has looked at."""
    monkeypatch.setattr(pin_desk, "AT_ONCE", 1)
    counted: list[MemberKey] = []

    class Proofs:
        async def attempt(self, member: MemberKey, _method: ProofMethod, _now: datetime) -> bool:
            counted.append(member)
            return True

        async def pin(self, _member: MemberKey) -> None:
            return None

    desk, fingerprints, clock = PinDesk(wrong_a_minute=0), Fingerprints(b"k" * 32), SystemClock()
    check = CheckProof(cast(Any, Proofs()), cast(Any, None), ProgramDirectory(), fingerprints, clock, desk)
    resolution = cast(Any, SimpleNamespace(root_member_id="mem_1"))

    def guess() -> Awaitable[object]:
        return check("grove", resolution, GivenProof(ProofMethod.PIN, "2468"), Purpose.SPEND, "till")

    async with desk.turn("another"):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(guess(), 0.02)
    assert counted == []
    assert await guess() is None
    assert len(counted) == 1
