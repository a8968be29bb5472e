"""Concurrent clients whose calls are recorded with the times of asking and being told, and what these times imply."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from google.protobuf.message import Message
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.values.refusal import Refusal
from deploy.local.mesh import Mesh
from tests.fault.replay import EVER, Window
from tests.load.acks import Answer
from tests.load.calls import RESPONSES, Intent, make
from tests.load.shopper import Shopper

CALL_SECONDS = 20.0
ANSWERED_WITHIN_SECONDS = 60.0
TWICE = 0.15
"""How many of the calls are made at two ledgers at once."""


class Call(NamedTuple):
    """A call that was answered for good: when it was asked and told, by the monotonic clock of this machine."""

    intent: Intent
    asked: float
    told: float
    answer: Answer

    @property
    def request_id(self) -> str:
        """Its request id."""
        found: str = getattr(self.intent.request, "request_id")  # noqa: B009 - every request has one
        return found

    @property
    def response(self) -> Message | None:
        """Its answer, unless it was refused."""
        return None if self.answer.refusal else RESPONSES[self.intent.rpc].FromString(self.answer.response)

    @property
    def place(self) -> tuple[int, int]:
        """Where in the log it lies, as partition and position; both 0 if it was refused."""
        place: LogPosition | None = getattr(self.response, "position", None)
        return (place.partition, place.position) if place is not None else (0, 0)

    @property
    def wallet(self) -> Wallet | None:
        """The wallet that it moved."""
        found: Wallet | None = getattr(self.response, "wallet", None)
        return found if found is not None and found.root_member_id else None


@dataclass
class Historian:
    """Clients at several ledgers; `calls` is everything that was answered."""

    meshes: Sequence[Mesh]
    random: Random
    calls: list[Call]

    async def shop(self, shopper: Shopper, steps: int) -> None:
        """A client: one call after the other, some made twice at the same moment."""
        for _ in range(steps):
            intent = shopper.next()
            times = 1 + (self.random.random() < TWICE)
            told = await asyncio.gather(*(self.ask(intent) for _ in range(times)))
            assert all(one.answer == told[0].answer for one in told), intent.rpc
            response = told[0].response
            if response is not None:
                shopper.learn(intent, response)

    async def all_at_once(self, intents: Sequence[Intent]) -> None:
        """Calls that nobody waits for another to be told."""
        await asyncio.gather(*map(self.ask, self.random.sample(intents, len(intents))))

    async def ask(self, intent: Intent) -> Call:
        """Makes a call until it is answered for good, each time at any ledger."""
        asked = time.monotonic()
        while True:
            try:
                told = await make(self.random.choice(self.meshes), intent, CALL_SECONDS)
            except Refusal as refusal:
                if time.monotonic() > asked + ANSWERED_WITHIN_SECONDS:
                    raise TimeoutError(f"{intent.rpc} was not answered: {refusal}") from refusal
                await asyncio.sleep(self.random.uniform(0, 0.1))
                continue
            call = Call(intent, asked, time.monotonic(), told.answer)
            self.calls.append(call)
            return call


def by_wallet(calls: Iterable[Call]) -> Mapping[str, list[tuple[Call, int]]]:
    """What was carried out, by the wallet it moved, with the version it made.

    Several calls may have been told of it: a repeat, or the same document under another request id. It was done after
    it was asked for first and before it was told first.
    """
    first: dict[tuple[int, int], Call] = {}
    for call in calls:
        if call.wallet is not None:
            known = first.get(call.place, call)
            first[call.place] = call._replace(asked=min(known.asked, call.asked), told=min(known.told, call.told))
    found: dict[str, list[tuple[Call, int]]] = defaultdict(list)
    for call in first.values():
        if call.wallet is not None:
            found[call.wallet.root_member_id].append((call, call.wallet.version))
    return found


def out_of_order(calls: Iterable[Call]) -> list[str]:
    """Calls that were told before others were asked, and yet came after them in their wallet's history."""
    return [
        f"{one.intent.rpc} {one.request_id} (version {version}) and {other.intent.rpc} {other.request_id} ({later})"
        for history in by_wallet(calls).values()
        for one, version in history
        for other, later in history
        if one.told < other.asked and version >= later
    ]


def windows(calls: Sequence[Call], program: str, caller: str) -> Mapping[tuple[str, str, str], Window]:
    """At which versions of its wallet each refused call may have been decided: after all that had been told when it was
    asked, and before all that was asked when it had been told. For calls that name their member."""
    histories = by_wallet(calls)
    found: dict[tuple[str, str, str], Window] = {}
    for call in calls:
        if call.answer.refusal is not None:
            history = histories.get(_member_of(call.intent), [])
            first = max((version for one, version in history if one.told < call.asked), default=0)
            last = min((version - 1 for one, version in history if one.asked > call.told), default=EVER.last)
            key = (program, caller, call.request_id)
            known = found.get(key, EVER)
            # It may be a repeat of one that was refused before: the last moment is that of the first answer.
            found[key] = Window(min(first, known.first) if key in found else first, min(last, known.last))
    return found


def _member_of(intent: Intent) -> str:
    request = intent.request
    named = getattr(request, "member", None) or getattr(request, "from", None)
    return "" if named is None else str(named.member_id)
