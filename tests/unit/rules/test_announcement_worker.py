"""Listening for new revisions: what was missed is looked for, and an old failure does not slow the next return."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from rules_service.workers import announcements
from rules_service.workers.announcements import announcement_worker


class Line:
    """A connection that can be refused, cut, and spoken on."""

    def __init__(self) -> None:
        self.down = False
        self.opened = 0
        self._heard: asyncio.Queue[bool] = asyncio.Queue()

    def announce(self) -> None:
        self._heard.put_nowait(True)

    def cut(self) -> None:
        self._heard.put_nowait(False)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Line"]:
        if self.down:
            raise ConnectionError("refused")
        self.opened += 1
        yield self

    async def next(self, patience_seconds: float) -> bool:
        try:
            async with asyncio.timeout(patience_seconds):
                if not await self._heard.get():
                    raise ConnectionError("cut")
        except TimeoutError:
            return False
        return True


class Looks:
    """Counts refreshes; those that are told to fail do."""

    def __init__(self, *, failures: int = 0) -> None:
        self._failures = failures
        self._done = asyncio.Semaphore(0)

    async def refresh(self) -> None:
        self._done.release()
        if self._failures:
            self._failures -= 1
            raise ExceptionGroup("programs could not be loaded", [ValueError("broken")])

    async def next(self) -> None:
        await asyncio.wait_for(self._done.acquire(), 20)

    @property
    def waiting(self) -> bool:
        return not self._done.locked()


@asynccontextmanager
async def running(line: Line, looks: Looks, patience_seconds: float = 60) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    worker = asyncio.ensure_future(announcement_worker(line.listening, looks.refresh, patience_seconds).run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await asyncio.wait_for(worker, 20)


async def test_a_connection_that_worked_is_made_again_at_once_however_long_it_once_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Failures of long ago double no pause: else a change that came while nobody listened would wait for seconds."""
    line, looks, pauses = Line(), Looks(), list[float]()
    line.down = True

    async def pause(_stopping: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        line.down = len(pauses) < 6
        await asyncio.sleep(0)

    monkeypatch.setattr(announcements, "pause_unless", pause)
    async with running(line, looks):
        await looks.next()
        line.cut()
        await looks.next()
    assert len(pauses) == 7
    assert pauses[5] > 1
    assert pauses[6] <= 0.1


async def test_a_program_that_cannot_be_loaded_does_not_end_the_listening() -> None:
    line, looks = Line(), Looks(failures=1)
    async with running(line, looks):
        await looks.next()
        line.announce()
        await looks.next()
    assert line.opened == 1


async def test_a_look_that_failed_is_repeated_without_another_announcement() -> None:
    line, looks = Line(), Looks(failures=2)
    async with running(line, looks):
        for _ in range(3):
            await looks.next()
        await asyncio.sleep(0.3)
        assert not looks.waiting
    assert line.opened == 1


async def test_silence_is_no_reason_to_look() -> None:
    line, looks = Line(), Looks()
    async with running(line, looks, patience_seconds=0.02):
        await looks.next()
        await asyncio.sleep(0.2)
        assert not looks.waiting
