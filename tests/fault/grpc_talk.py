"""As much of HTTP/2 as it takes to cut a client's connection at a chosen moment of a call.

A frame is a length of three bytes, a type, flags, and the number of its stream; a client sends 24 bytes before its
first one.
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from tests.fault.relay import Broken

PREFACE_BYTES = 24
LONG_CALL_SECONDS = 0.015
_HEAD_BYTES = 9
_DATA, _HEADERS = 0, 1


class Stage(Enum):
    """How far the call has come when the connection breaks."""

    NOTHING_SENT = "nothing sent"
    HALF_SENT = "half sent"
    SENT = "sent"
    AT_WORK = "at work"
    ANSWERED = "answered"
    HALF_ANSWERED = "half answered"


@dataclass
class CallCut:
    """Cuts the first call that begins from now on, once; AT_WORK `seconds` after it was sent."""

    stage: Stage
    seconds: float = 0.0
    stream: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def at(cls, stage: Stage, random: Random) -> "CallCut":
        """A cut there; a call that is at work is cut at some moment of the time that it takes."""
        return cls(stage, random.uniform(0, LONG_CALL_SECONDS) if stage is Stage.AT_WORK else 0.0)

    def now(self, last: bytes = b"") -> Broken:
        """Cuts."""
        self.done.set()
        return Broken(last, seconds=self.seconds)


@dataclass
class CallCuts:
    """What is to be cut on any connection of a client."""

    planned: CallCut | None = None

    def plan(self, cut: CallCut) -> CallCut:
        """The next cut."""
        self.planned = cut
        return cut

    def talk(self) -> "GrpcTalk":
        """The talk of a new connection."""
        return GrpcTalk(self)


class GrpcTalk:
    """See `relay.Talk`."""

    def __init__(self, cuts: CallCuts) -> None:
        self._cuts = cuts
        self._preface = PREFACE_BYTES
        self._from_client = b""
        self._from_server = b""
        self._cut: CallCut | None = None

    def from_client(self, data: bytes) -> bytes:
        """Passes whole frames on, up to where it is cut."""
        passed, data = data[: self._preface], data[self._preface :]
        self._preface -= len(passed)
        self._from_client += data
        while True:
            frame, self._from_client = _split(self._from_client)
            if not frame:
                return passed
            self._heard(passed, frame)
            passed += frame

    def _heard(self, passed: bytes, frame: bytes) -> None:
        kind, stream = _kind_and_stream(frame)
        planned = self._cuts.planned
        if kind == _HEADERS and planned is not None and not planned.stream:
            self._cut = planned
            planned.stream = stream
            if planned.stage is Stage.NOTHING_SENT:
                raise planned.now(passed)
        cut = self._cut
        if kind == _DATA and cut is not None and stream == cut.stream and not cut.done.is_set():
            if cut.stage is Stage.HALF_SENT:
                raise cut.now(passed)
            if cut.stage in (Stage.SENT, Stage.AT_WORK):
                raise cut.now(passed + frame)

    def from_server(self, data: bytes) -> bytes:
        """Passes whole frames on, up to an answer that is lost."""
        self._from_server += data
        passed, cut = b"", self._cut
        while True:
            frame, self._from_server = _split(self._from_server)
            if not frame:
                return passed
            kind, stream = _kind_and_stream(frame)
            if cut is not None and stream == cut.stream and not cut.done.is_set():
                if kind == _HEADERS and cut.stage is Stage.ANSWERED:
                    raise cut.now(passed)
                if kind == _DATA and cut.stage is Stage.HALF_ANSWERED:
                    raise cut.now(passed)
            passed += frame


def _kind_and_stream(frame: bytes) -> tuple[int, int]:
    return frame[3], int.from_bytes(frame[5:9], "big") & 0x7FFFFFFF


def _split(buffer: bytes) -> tuple[bytes, bytes]:
    """The first frame and the rest; empty if it has not come whole."""
    if len(buffer) < _HEAD_BYTES:
        return b"", buffer
    size = _HEAD_BYTES + int.from_bytes(buffer[:3], "big")
    return (buffer[:size], buffer[size:]) if len(buffer) >= size else (b"", buffer)
