"""Where members stand, read outside any lane; see `use_cases.standing_ports`."""

from collections.abc import Sequence
from datetime import date

from chassis.runtime.postgres import Database
from chassis.values.ids import BUCKETS
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.standing.following import UNFOLLOWED, asked_from, mark_of, track_on
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier, of_ladder
from ledger_service.domain.standing.view import view_of
from ledger_service.store import rows
from ledger_service.store.standings import read_days, read_standings, record_of
from ledger_service.store.statements import SQL
from ledger_service.use_cases.standing_ports import AsOf, DueStanding, MemberStandings, TierEntry


class PostgresStandings:
    """See `use_cases.standing_ports.Standings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, wallet: MemberKey, homes: Sequence[str], ladders: Sequence[Ladder], when: AsOf
    ) -> MemberStandings:
        """Follows the ladders on from what is kept; it need not be up to date."""
        if not ladders:
            return MemberStandings()
        asked = {wallet: homes}
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            standings = await read_standings(connection, asked, {wallet.program: ladders})
            known = standings[wallet]
            kept = [known.tracks.get(ladder.ladder_id, UNFOLLOWED) for ladder in ladders]
            marks = [mark_of(ladder, homes) for ladder in ladders]
            days = [when.after(one.track.through) for one in kept]
            since = min(map(asked_from, ladders, kept, marks, days))
            known = (await read_days(connection, standings, asked, {wallet: since}))[wallet]
        activity = [known.days[one] for one in sorted(known.days)]
        manual = sorted((tier.manual for tier in known.manual.values()), key=lambda one: (one.start, one.manual_id))
        views = [
            view_of(ladder, *track_on(ladder, one, mark, activity, until), of_ladder(ladder, manual))
            for ladder, one, mark, until in zip(ladders, kept, marks, days, strict=True)
        ]
        return MemberStandings(
            tuple(views), manual=tuple(one for one in manual if one.ends > max(min(days), one.start))
        )

    async def set_by_hand(self, wallet: MemberKey, homes: Sequence[str]) -> Sequence[ManualTier]:
        """One read."""
        async with self._database.acquire() as connection:
            known = (await read_standings(connection, {wallet: homes}, {}))[wallet]
        return [tier.manual for tier in known.manual.values()]

    async def history(self, wallet: MemberKey, ladders: Sequence[Ladder], size: int) -> tuple[TierEntry, ...]:
        """So many records of each ladder."""
        names = [ladder.ladder_id for ladder in ladders]
        found = await self._database.fetch(SQL.list_tier_records, rows.bucket(*wallet), *wallet, names, size)
        return tuple(
            TierEntry(
                row["ladder_id"], record_of(row), LogPosition(row["partition"], row["position"]), row["post_time"]
            )
            for row in found
        )


_LAST = (BUCKETS, "")
"""Behind every wallet."""


class PostgresDueStandings:
    """See `use_cases.standing_ports.DueStandings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, program: str, buckets: Sequence[int], day: date, after: tuple[date, str], limit: int
    ) -> Sequence[tuple[date, DueStanding]]:
        """A page, through an index of the days of change."""
        found = await self._database.fetch(SQL.due_standings, program, list(buckets), day, *after, limit)
        return [(row["changes"], DueStanding(row["root"], row["version"])) for row in found]

    async def any_followed(self, program: str, buckets: Sequence[int]) -> bool:
        """Looks for one."""
        row = await self._database.fetchrow(SQL.has_tracks, program, list(buckets))
        return row is not None and row["found"]

    async def forget(self, wallet: MemberKey) -> None:
        """A cache: who needs it makes it again."""
        async with self._database.acquire() as connection:
            await connection.execute(SQL.drop_tracks_of_root, rows.bucket(*wallet), *wallet)

    async def walk(
        self, program: str, buckets: Sequence[int], ladders: Sequence[Ladder], after: tuple[int, str], limit: int
    ) -> tuple[Sequence[DueStanding], tuple[int, str] | None]:
        """A page in the order of the wallets' key."""
        names, marks = [ladder.ladder_id for ladder in ladders], [ladder.mark for ladder in ladders]
        left = [bucket for bucket in buckets if bucket >= after[0]]
        found = await self._database.fetch(SQL.unfollowed_standings, program, left, *after, names, marks, limit)
        due = [DueStanding(row["member"], row["version"]) for row in found if row["unfollowed"]]
        end = (found[-1]["bucket"], found[-1]["member"]) if len(found) == limit else None
        last = end or _LAST
        walked = [bucket for bucket in left if bucket <= last[0]]
        async with self._database.acquire() as connection:
            await connection.execute(SQL.drop_other_tracks, program, walked, *after, *last, names)
        return due, end
