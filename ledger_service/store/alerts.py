"""Alerts, and the watching of the log: cursor, trails and alerts move in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.runtime.postgres import Connection, Database, Row
from ledger_service.domain import refusals
from ledger_service.domain.alerts import Alert, AlertKind, Raised, RefusedProof, SpendTrail, Trails
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.event import EventType
from ledger_service.store import codec
from ledger_service.store.office_names import keep
from ledger_service.store.statements import SQL
from ledger_service.use_cases.alert_ports import Judge, JudgeProof, Spends, Watched
from ledger_service.use_cases.office_names import Name
from ledger_service.use_cases.ports import Clock

_SPENDS = [EventType.POINTS_REDEEMED.value, EventType.REDEMPTION_AUTHORIZED.value]


class PostgresAlerts:
    """See `use_cases.alert_ports.Alerts`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def watch(self, judge: Judge, remembered: timedelta, most: int) -> Watched:
        """Judges the next spends, in the order of their times, and moves on."""

        async def work(connection: Connection) -> Watched:
            cursors = await connection.fetch(SQL.lock_alert_cursors)
            if not _is_to_be_done(cursors):
                return Watched(False, ())
            spends: list[SpendTrail] = []
            more = False
            for cursor in cursors:
                found = await _spends(connection, cursor, most)
                spends += found
                more = more or len(found) == most
            # A first look needs no write where nothing has happened.
            if not any(cursor["position"] < cursor["head"] for cursor in cursors):
                return Watched(False, ())
            raised = await _judged(connection, sorted(spends, key=_order), judge, remembered) if spends else ()
            for cursor in cursors:
                last = [spend.position.position for spend in spends if spend.position.partition == cursor["partition"]]
                end = last[-1] if len(last) == most else cursor["head"]
                await connection.execute(SQL.move_alert_cursor, cursor["partition"], end)
            return Watched(more, raised)

        return await self._database.in_transaction(work)

    async def watch_proofs(self, judge: JudgeProof, within: timedelta, most: int) -> Watched:
        """Judges the next refused proofs, in the order in which they were kept."""

        async def work(connection: Connection) -> Watched:
            if await connection.fetchrow(SQL.lock_alerts) is None:
                return Watched(False, ())
            rows = await connection.fetch(SQL.read_refused_proofs, most)
            raised: list[Raised] = []
            for row in rows:
                refused = _refused(row)
                since = refused.time - within
                times = await connection.fetch(SQL.read_refused_times, refused.program, refused.root, since)
                raised += judge(refused, [time["refuse_time"] for time in times])
                await connection.execute(SQL.judge_refused_proof, refused.number)
            await connection.executemany(SQL.raise_alert, [_alert_row(one) for one in raised])
            if rows:
                await connection.execute(SQL.forget_refused_proofs, self._clock.now() - 2 * within)
            return Watched(len(rows) == most, raised)

        return await self._database.in_transaction(work)

    async def proof_refused(self, program: str, root: str, caller: str, location_id: str) -> None:
        """Keeps that identity refused a proof of a member, for `watch_proofs`."""
        async with self._database.acquire() as connection:
            now: datetime = self._clock.now()
            await connection.execute(SQL.keep_refused_proof, program, root, caller, location_id, now)

    async def listed(self, program: str, open_only: bool, after: int, most: int) -> Sequence[Alert]:
        """Alerts behind a number, in order."""
        return [_alert(row) for row in await self._database.fetch(SQL.list_alerts, program, after, open_only, most)]

    async def acknowledge(self, program: str, alert_id: str, caller: str, name: Name) -> Alert:
        """The alert with who looked first."""

        async def work(connection: Connection) -> Alert:
            await keep(connection, name)
            row = await connection.fetchrow(SQL.acknowledge_alert, program, alert_id, caller, self._clock.now())
            if row is None:
                raise refusals.alert_not_found(program, alert_id)
            return _alert(row)

        return await self._database.in_transaction(work)


def _is_to_be_done(cursors: Sequence[Row]) -> bool:
    """Not if another process has begun, since what it has judged is not seen here yet; nor if nothing has happened."""
    if not cursors or len(cursors) < cursors[0]["partitions"]:
        return False
    return any(cursor["position"] < cursor["head"] for cursor in cursors)


async def _spends(connection: Connection, cursor: Row, most: int) -> Sequence[SpendTrail]:
    stretch = (cursor["partition"], cursor["position"], cursor["head"])
    return [_trail_of(row["payload"]) for row in await connection.fetch(SQL.read_spends, *stretch, _SPENDS, most)]


def _trail_of(payload: bytes) -> SpendTrail:
    event = codec.decode_event(payload)
    return SpendTrail(
        event.program, event.position, event.root, event.caller, event.location_id, event.region, event.post_time
    )


async def _judged(
    connection: Connection, spends: Sequence[SpendTrail], judge: Judge, remembered: timedelta
) -> Sequence[Raised]:
    keys = [
        [spend.program for spend in spends],
        [spend.root for spend in spends],
        [spend.caller for spend in spends],
        [spend.location_id for spend in spends],
    ]
    rows = await connection.fetch(SQL.read_trails, *keys, spends[0].time - remembered)
    last = await connection.fetch(SQL.read_last_spends, keys[0], keys[2])
    last_times = {(row["program"], row["caller"]): row["post_time"] for row in last}
    raised = await judge(Spends(spends, Trails(map(_trail, rows)), last_times))
    await connection.executemany(SQL.append_trail, [_trail_row(spend) for spend in spends])
    await connection.executemany(SQL.raise_alert, [_alert_row(one) for one in raised])
    await connection.execute(SQL.forget_trails, remembered.total_seconds())
    return raised


def _refused(row: Row) -> RefusedProof:
    member = (row["program"], row["root"])
    return RefusedProof(row["number"], *member, row["caller"], row["location_id"], row["refuse_time"])


def _order(spend: SpendTrail) -> tuple[object, LogPosition]:
    return spend.time, spend.position


def _trail_row(spend: SpendTrail) -> Sequence[object]:
    return (*spend.position, spend.program, spend.root, spend.caller, spend.location_id, spend.region, spend.time)


def _trail(row: Row) -> SpendTrail:
    position = LogPosition(row["partition"], row["position"])
    return SpendTrail(
        row["program"], position, row["root"], row["caller"], row["location_id"], row["region"], row["post_time"]
    )


def _alert_row(raised: Raised) -> Sequence[object]:
    last = raised.last
    partitions = [position.partition for position in raised.evidence]
    positions = [position.position for position in raised.evidence]
    named = (raised.alert_id, last.program, raised.kind.value, last.root, last.location_id, last.caller)
    return (*named, partitions, positions, last.time)


def _alert(row: Row) -> Alert:
    places = zip(row["partitions"], row["positions"], strict=True)
    return Alert(
        number=row["number"],
        alert_id=row["alert_id"],
        program=row["program"],
        kind=AlertKind(row["kind"]),
        root=row["root"],
        location_id=row["location_id"],
        caller=row["caller"],
        evidence=tuple(LogPosition(partition, position) for partition, position in places),
        time=row["post_time"],
        acknowledged_by=row["acknowledged_by"],
        acknowledge_time=row["acknowledge_time"],
    )
