"""How fast settlement books sales: its intake alone, without gRPC, against the ledger's engine alone in the same run.

The events are those of the engine's sales: one line, one accrual. Each comes as the bytes that the ledger would send,
over all partitions in turn; reading them, their digest included, is part of what is measured, and so is PostgreSQL.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

from loyalty.ledger.v1 import events_pb2
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from ledger_service.use_cases.log_ports import StoredEvent
from ledger_service.wire.events import stream_messages
from settlement_service.domain.admission import Delivery, Mark
from settlement_service.store.journal import JournalStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.use_cases.ports import LogProgress
from settlement_service.wire.event_digest import digest_of
from settlement_service.wire.events import delivery_of
from settlement_service.workers.intake import Intake
from tests.bench import engine
from tests.bench.desk import PROGRAM, SALE_POINTS
from tests.bench.figures import Spread, counted, fine, ratio, spread, table
from tests.bench.laps import Lap
from tests.bench.plan import Plan
from tests.bench.rounds import Case, Measured, rates
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.servers import Databases

INTAKE = "settlement, intake of sales"
GOAL = 1.5
"""Settlement catches up with a ledger at its peak and gains on it."""

PEAK, _PEAK_OF_ONE = (
    engine.case_name(engine.SALES, who, engine.CALLERS[-1], engine.GROUP) for who in (engine.SPREAD, engine.HOT)
)
"""Group commit with the most callers, of many members as here; of one it may be more."""

_PARTITIONS = int(engine.PARTITIONS)
_MOST_A_SECOND = 12_000
"""More than can be booked: what is made ready before a lap."""


@asynccontextmanager
async def intake_case(databases: Databases, plan: Plan) -> AsyncIterator[Case]:
    """The case, over books of its own."""
    async with (
        databases.fresh("settlement") as database,
        open_database(SecretStr(database.url), application_name="bench", pool_size=2) as pool,
    ):
        sales = _Sales(plan.members)
        yield Case(INTAKE, lambda seconds: _lap(JournalStore(pool), sales, seconds))


def intake_after_peak(engines: Sequence[Case], intake: Case) -> list[Case]:
    """The engine's cases with the intake right after the one it is compared with: the two take turns, round by round,
    and what slows one down for seconds slows down both."""
    place = [case.name for case in engines].index(PEAK) + 1
    return [*engines[:place], intake, *engines[place:]]


def by_peak(measured: Measured) -> Spread:
    """Sales booked by sales that the engine takes at its peak."""
    return ratio(rates(measured, INTAKE), rates(measured, PEAK))


def intake_table(measured: Measured) -> str:
    """What the ledger's engine takes, what settlement books, and that by the former."""
    booked = rates(measured, INTAKE)
    rows = []
    for who, case in ((engine.SPREAD, PEAK), (engine.HOT, _PEAK_OF_ONE)):
        taken = rates(measured, case)
        rows.append((f"the ledger's engine takes, of {who}", counted(spread(taken)), fine(ratio(booked, taken))))
    rows.append((f"settlement books, of {engine.SPREAD}", counted(spread(booked)), ""))
    return table(("sales", "a second", "settlement by it"), rows)


async def _lap(store: JournalStore, sales: "_Sales", seconds: float) -> Lap:
    """Books what was made ready until the time is over; a batch under way then is finished and counted."""
    before = _positions(await store.cursor())
    ready = _Ready(sales.after(before, int(_MOST_A_SECOND * seconds) + 1))
    stopping = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stopping.set)
    begun = time.perf_counter()
    await Intake(ready, BookEvents(store, BooksMoved())).run(stopping)
    took = time.perf_counter() - begun
    booked = sum(_positions(await store.cursor()).values()) - sum(before.values())
    return Lap(calls=booked, per_second=booked / took, p50=0.0, p99=0.0)


def _positions(cursor: Mapping[int, Mark]) -> dict[int, int]:
    return {partition: mark.position for partition, mark in cursor.items()}


class _Sales:
    """The log of a program that only sells. What lies at a position follows from the position."""

    def __init__(self, members: int) -> None:
        self._members = members
        ledger = PureLedger(PROGRAM)
        ledger.post_order("member", "document", [sold(1, SALE_POINTS * 100, "north")], [award(1, SALE_POINTS, "north")])
        [response] = stream_messages(StoredEvent(ledger.events[0], bytes(32)), 0)
        self._event = response.event

    def after(self, positions: Mapping[int, int], events: int) -> list[bytes]:
        """The next events, over the partitions in turn."""
        places = itertools.product(range(1, events // _PARTITIONS + 1), range(_PARTITIONS))
        return [self._at(partition, positions.get(partition, 0) + step) for step, partition in places]

    def _at(self, partition: int, position: int) -> bytes:
        event, number = self._event, f"{partition}-{position}"
        round_, member = divmod(position - 1, self._members)
        event.position.partition, event.position.position = partition, position
        event.subject_id = f"ord_{number}"
        event.hash = sha256(number.encode()).digest()
        movement = event.movements[0]
        movement.home_member_id, movement.sequence = f"member-{partition}-{member}", round_ + 1
        movement.cause_id = movement.accrual.order_id = event.subject_id
        movement.accrual_id = movement.accrual.accrual_id = f"acc_{number}"
        event.digest = digest_of(event)
        return event.SerializeToString()


class _Ready:
    """A log that has everything at hand."""

    def __init__(self, events: list[bytes]) -> None:
        self._events = events

    async def follow(self, after: Mapping[int, int]) -> AsyncIterator[Delivery | LogProgress]:
        """All of it, whatever `after` says; what was booked before is not asked for again here."""
        for encoded in self._events:
            yield delivery_of(events_pb2.Event.FromString(encoded))
