"""What must be true after a simulation, whatever happened in it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from ledger_service.domain.accrual import AccrualKind, MemberKey
from ledger_service.domain.commands import Command
from ledger_service.domain.event import Event, EventType
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import is_anonymous
from ledger_service.domain.slice import Slice
from ledger_service.lanes.commit import commit_batch
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.store import codec
from ledger_service.use_cases.commit_ports import Head
from tests.simulation.cuts import judge_cuts, row_of
from tests.simulation.database import EventRow, MemoryDatabase, RequestRow
from tests.simulation.service import KEYS, PROGRAM
from tests.simulation.store import MemoryBatch, MemoryBatches
from tests.simulation.world import Heard, World

NO_TRACE = {
    *("AUTHORIZATION_NOT_FOUND", "REDEMPTION_NOT_FOUND", "ORDER_NOT_FOUND", "OTHER_MEMBERS_ORDER"),
    *("ORDER_NOT_CLAIMABLE", "SALE_NOT_FOUND"),
}
"""Reasons that are found before the lane: the same call may be made again and succeed."""


def judge(world: World) -> None:
    """Raises AssertionError at the first thing that is not as it must be."""
    _every_answer_is_in_the_log(world)
    _nothing_happened_twice(world)
    _the_log_is_whole(world.database)
    judge_cuts(world.database, world.cut, PROGRAM)
    asyncio.run(_the_log_replays(world))
    _each_member_saw_one_order(world)
    _no_point_too_many(world.database)
    _each_home_has_its_own(world.database.rows)


def _row_of(world: World, heard: Heard) -> RequestRow | None:
    key = KEYS.request(PROGRAM, heard.wish.caller, heard.wish.request_id, []).key
    return world.database.requests.get(key)


def _event_of(world: World, heard: Heard) -> EventRow | None:
    """The event of a request, or of the document that another request had posted before."""
    row = _row_of(world, heard)
    return None if row is None or row.place is None else world.database.log[row.place]


def _every_answer_is_in_the_log(world: World) -> None:
    answers = {row.answer for row in world.database.log.values()}
    for heard in world.heard:
        row = _row_of(world, heard)
        if heard.answer is not None:
            assert heard.answer in answers, f"lost: {heard.wish.request_id}"
            event = _event_of(world, heard)
            assert event is None or event.answer == heard.answer
        elif heard.refusal is not None and row is not None:
            # Refused by the ledger: refused for ever. What was refused on its way there left no trace.
            assert row.refusal == codec.encode_refusal(heard.refusal) or heard.refusal.reason in NO_TRACE


def _nothing_happened_twice(world: World) -> None:
    times: dict[tuple[str, str], int] = defaultdict(int)
    for row in world.database.log.values():
        if row.event.type is EventType.PERIOD_CUT:
            continue
        times[row.event.caller, row.event.request_id] += 1
    assert all(count == 1 for count in times.values())
    assert times.keys() <= {(heard.wish.caller, heard.wish.request_id) for heard in world.heard}


def _the_log_is_whole(database: MemoryDatabase) -> None:
    for partition, head in database.heads.items():
        positions = sorted(position for part, position in database.log if part == partition)
        assert positions == list(range(1, head.position + 1))


async def _the_log_replays(world: World) -> None:
    """Carried out alone, in the order of each lane's log, every command gives the same answer, and all end in the same
    state. A lane waits for another where it needs what that has done: of those that could go on, the one that did so
    first. Logs alone do not tell which of two lanes was first at a home that both knew."""
    alone = MemoryDatabase(world.database.partitions)
    heads = {partition: Head(partition, 0, 0, row.hash) for partition, row in alone.heads.items()}
    while waiting := [head for head in heads.values() if (head.partition, head.position + 1) in world.database.log]:
        moved = False
        for head in sorted(waiting, key=lambda one: _when(world.database, one)):
            if after := await _repeated(world, alone, head):
                heads[head.partition], moved = after, True
                break
        assert moved, f"cannot be repeated: {waiting}"
    assert _state(alone.rows) == _state(world.database.rows)
    assert {key: row.state for key, row in alone.entries.items()} == {
        key: row.state for key, row in world.database.entries.items()
    }


def _when(database: MemoryDatabase, head: Head) -> int:
    """When the next event of a lane was; barriers were at any time."""
    return database.committed.get((head.partition, head.position + 1), (0, ()))[0]


async def _repeated(world: World, alone: MemoryDatabase, head: Head) -> Head | None:
    """The head after the next event of a lane; None if there is none, or not yet."""
    place = (head.partition, head.position + 1)
    row = world.database.log.get(place)
    if row is None:
        return None
    if row.event.type is EventType.PERIOD_CUT:
        return _cut(alone, head, row)
    # What was overtaken had been made anew: one of them is what was carried out. An event does not tell what its
    # command knew of merges, but its rows keep it, and refuse whoever knows less.
    _, reach = world.database.committed[place]
    for command in reversed(world.made[row.event.caller, row.event.request_id]):
        if command.origin.reach != reach:
            continue
        before = alone.purchases(command.origin.wallet, command.origin.homes).orders
        after = await _carried_out(alone, head, command, row)
        if after is not None:
            _is_judged_by_what_was_so(row.event, before)
            return after
    return None


def _cut(alone: MemoryDatabase, head: Head, row: EventRow) -> Head:
    """A barrier changes nothing but the lane's head."""
    again = row_of(head, row.event, row.answer)
    assert again == row, "a barrier is not linked to what lies before it"
    alone.log[row.event.position] = again
    lane = alone.heads[head.partition]
    lane.position, lane.hash = row.event.position.position, again.hash
    return Head(head.partition, head.epoch, lane.position, lane.hash)


def _is_judged_by_what_was_so(event: Event, purchases: int) -> None:
    """Every second purchase earns five points more, and no other does."""
    if event.type not in (EventType.ORDER_POSTED, EventType.ORDER_CLAIMED) or is_anonymous(event.root):
        return
    bonus = [one for one in event.movements if one.accrual.kind is AccrualKind.BONUS]
    given = [one for one in bonus if one.movement.kind is MovementKind.EARNED]
    assert len(given) == purchases % 2, f"judged by what was not so: {event.request_id}"


async def _carried_out(database: MemoryDatabase, head: Head, command: Command, row: EventRow) -> Head | None:
    """The head after a command that gives this event and answer; None if it gives others, or none."""
    fences = {command.origin.wallet: UNGUARDED}
    try:
        decided = await commit_batch(_OnlyThis(database, row), head, [command], fences, row.event.post_time)
    except _OtherwiseError:
        return None
    return decided.head


class _OtherwiseError(Exception):
    """The command gives another event or answer than it gave."""


class _OnlyThis:
    """A store that commits one event and no other."""

    def __init__(self, database: MemoryDatabase, row: EventRow) -> None:
        self._store = MemoryBatches(database)
        self._row = row

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryBatch]:
        """A transaction."""
        async with self._store.begin() as batch:
            yield batch
            if batch.written != [(self._row.payload, self._row.answer)]:
                raise _OtherwiseError


def _state(rows: Slice) -> dict[str, object]:
    wallets = {key: (wallet.version, wallet.balance, wallet.debt, wallet.held) for key, wallet in rows.wallets.items()}
    kept = {name: getattr(rows, name) for name in ("accruals", "burns", "returned", "holds", "redemptions", "returns")}
    # A sale keeps what rules were told, also of what they did not look at. Of two makings of a command that were told
    # otherwise, and give the same event, it is not known which was carried out.
    orders = {key: replace(order, facts=None) for key, order in rows.orders.items()}
    return {"wallets": wallets, "orders": orders, **kept}


def _each_member_saw_one_order(world: World) -> None:
    """What was answered before something else was asked lies before it in the member's history."""
    by_member: dict[str, list[tuple[Heard, int]]] = defaultdict(list)
    for heard in world.heard:
        event = _event_of(world, heard)
        if heard.answer is not None and event is not None:
            by_member[event.event.root].append((heard, event.event.wallet_version))
    for history in by_member.values():
        for one, version in history:
            later = (other_version for other, other_version in history if one.told < other.asked)
            assert all(version < other_version for other_version in later)


def _each_home_has_its_own(rows: Slice) -> None:
    """The row of a home is what its accruals come to, whoever was merged with whom."""
    sums: dict[MemberKey, tuple[int, int, int]] = {}
    for accrual in rows.accruals.values():
        balance, held, debt = sums.get(accrual.home_key, (0, 0, 0))
        points = accrual.remaining + accrual.held
        sums[accrual.home_key] = balance + points, held + accrual.held, debt + accrual.debt
    found = {key: (row.balance, row.held, row.debt) for key, row in rows.wallets.items()}
    assert found == {key: sums.get(key, (0, 0, 0)) for key in found}
    assert sums.keys() <= found.keys()


def _no_point_too_many(database: MemoryDatabase) -> None:
    """Points held are held by somebody, and nothing is held of what is not there."""
    held: dict[str, int] = defaultdict(int)
    for hold in database.rows.holds.values():
        for part in hold.parts:
            held[part.accrual_id] += part.points
    for accrual in database.rows.accruals.values():
        assert accrual.held == held[accrual.accrual_id] >= 0
