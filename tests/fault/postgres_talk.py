"""As much of PostgreSQL's protocol as it takes to count the statements of a transaction and to cut it at one of them.

After the start-up message each message is a letter, a length of four bytes that counts itself, and a body. A statement
is a Bind with its Execute and Sync, or the text of a simple query; its answer ends with ReadyForQuery.
"""

import asyncio
import struct
from dataclasses import dataclass, field
from enum import Enum

from tests.fault.relay import Broken

COMMIT = 0
"""In place of the number of a statement: the COMMIT after the last of them."""

CLAIM = "INTO request_key"
"""What the statement says that a batch's transaction begins with."""

_BIND, _PARSE, _QUERY, _SYNC, _READY = b"B", b"P", b"Q", b"S", b"Z"
_ENDS = (b"COMMIT", b"ROLLBACK")


class Moment(Enum):
    """When it is cut: before the statement leaves, when it has just left, when it was carried out and its answer is on
    its way."""

    BEFORE = "before"
    SENT = "sent"
    ANSWERED = "answered"


@dataclass
class Cut:
    """Where the transaction that claims `key` is cut, once. Statements count from 1, the claim.

    `statements` is what the transaction has sent so far; `passed` tells that it has ended without a cut.
    """

    key: bytes
    statement: int
    moment: Moment
    silent: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)
    passed: asyncio.Event = field(default_factory=asyncio.Event)
    statements: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """True when nothing is left to cut."""
        return self.done.is_set() or self.passed.is_set()

    def now(self, last: bytes = b"") -> Broken:
        """Cuts."""
        self.done.set()
        return Broken(last, self.silent)


@dataclass
class Cuts:
    """What is to be cut on any connection."""

    planned: list[Cut] = field(default_factory=list)

    def plan(self, cut: Cut) -> Cut:
        """One more."""
        self.planned = [other for other in self.planned if not other.over] + [cut]
        return cut

    def talk(self) -> "PostgresTalk":
        """The talk of a new connection."""
        return PostgresTalk(self)


class PostgresTalk:
    """See `relay.Talk`."""

    def __init__(self, cuts: Cuts) -> None:
        self._cuts = cuts
        self._from_client = b""
        self._from_server = b""
        self._started = False
        self._texts: dict[bytes, str] = {}
        self._cut: Cut | None = None
        self._meant = False
        self._swallows = False

    # --- what the client says

    def from_client(self, data: bytes) -> bytes:
        """Passes whole messages on, up to where it is cut."""
        self._from_client += data
        passed = b""
        while message := self._next_from_client():
            try:
                self._hear(message)
            except Broken as broken:
                raise Broken(passed + broken.last, broken.silent) from None
            passed += message
        return passed

    def _next_from_client(self) -> bytes:
        at = 1 if self._started else 0
        message, self._from_client = _split(self._from_client, at)
        self._started = self._started or bool(message)
        return message

    def _hear(self, message: bytes) -> None:
        kind = message[:1]
        if kind == _PARSE:
            name, text = message[5:].split(b"\0", 2)[:2]
            self._texts[name] = text.decode()
        elif kind == _BIND:
            self._statement(message, self._texts.get(message[5:].split(b"\0", 2)[1], "?"))
        elif kind == _QUERY and self._cut is not None and message[5:].startswith(_ENDS):
            self._end(message)
        elif kind == _SYNC and self._cut is not None and self._meant and self._cut.moment is Moment.SENT:
            raise self._cut.now(message)

    def _statement(self, message: bytes, text: str) -> None:
        if self._cut is None and CLAIM in text:
            self._cut = next((cut for cut in self._cuts.planned if not cut.over and cut.key in message), None)
        cut = self._cut
        if cut is None:
            return
        cut.statements.append(text)
        self._meant = cut.statement == len(cut.statements)
        self._reach(cut)

    def _end(self, message: bytes) -> None:
        cut = self._cut
        assert cut is not None
        self._meant = cut.statement == COMMIT and b"COMMIT" in message
        self._reach(cut)
        if self._meant and cut.moment is Moment.SENT:
            raise cut.now(message)
        if not self._meant:
            self._cut = None
            if b"COMMIT" in message:
                cut.passed.set()
            else:
                # It comes again, perhaps on another connection.
                cut.statements.clear()

    def _reach(self, cut: Cut) -> None:
        if self._meant and cut.moment is Moment.BEFORE:
            raise cut.now()
        self._swallows = self._meant and cut.moment is Moment.ANSWERED

    # --- what the server answers

    def from_server(self, data: bytes) -> bytes:
        """Passes everything on, but for an answer that is lost: it is waited for."""
        if not self._swallows:
            return data
        self._from_server += data
        while True:
            message, self._from_server = _split(self._from_server, 1)
            if not message:
                return b""
            if message[:1] == _READY and self._cut is not None:
                raise self._cut.now()


def _split(buffer: bytes, at: int) -> tuple[bytes, bytes]:
    """The first message whose length stands at `at`, and the rest; empty if it has not come whole."""
    if len(buffer) < at + 4:
        return b"", buffer
    size = at + struct.unpack_from("!I", buffer, at)[0]
    return (buffer[:size], buffer[size:]) if len(buffer) >= size else (b"", buffer)
