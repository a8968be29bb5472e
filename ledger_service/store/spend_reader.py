"""Reads outside any lane, about points to be spent and points spent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chassis.runtime.postgres import Database
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.hold import Hold, HoldState
from ledger_service.domain.redemption import Redemption
from ledger_service.store import document_rows, rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.spend_ports import Span

ACCRUALS_QUOTED = 1_000
"""How many accruals of a home a quote looks at; the redemption itself looks at all it burns."""
CLOCKS_DIFFER = timedelta(seconds=5)
"""So much later than here the lane that captures a hold may think its time is up."""


class PostgresSpendReader:
    """See `use_cases.spend_ports.SpendReader`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, wallet: MemberKey, homes: Sequence[str], hold_id: str) -> Hold | None:
        """A hold of a wallet."""
        row = await self._database.fetchrow(SQL.read_holds, *_everywhere(wallet, homes, hold_id))
        return None if row is None else document_rows.hold_of(row)

    async def redemption(self, wallet: MemberKey, homes: Sequence[str], redemption_id: str) -> Redemption | None:
        """A redemption of a wallet."""
        row = await self._database.fetchrow(SQL.read_redemptions, *_everywhere(wallet, homes, redemption_id))
        return None if row is None else document_rows.redemption_of(row)

    async def spent_since(
        self, wallet: MemberKey, homes: Sequence[str], currency: str, span: Span, but_hold: str
    ) -> int:
        """What was spent and not given back, and what is set aside, in minor units."""
        here = ([rows.bucket(wallet.program, home) for home in homes], wallet.program, list(homes))
        spent = await self._database.fetchval(SQL.total_spent, *here, currency, span.since, but_hold)
        found = await self._database.fetch(SQL.read_open_holds, *here)
        holds = [hold for hold in map(document_rows.hold_of, found) if hold.hold_id != but_hold]
        # One that has timed out holds nothing, also before a sweep has booked that.
        ended = span.now - CLOCKS_DIFFER
        return int(spent) + sum(_held_value(hold, currency) for hold in holds if hold.state_at(ended) is HoldState.OPEN)

    async def restricted(self, wallet: MemberKey, homes: Sequence[str], as_of: datetime) -> Mapping[str, int]:
        """Spendable points by scope, without those that can be spent anywhere."""
        buckets = [rows.bucket(wallet.program, home) for home in homes]
        found = await self._database.fetch(SQL.read_restricted, buckets, wallet.program, list(homes), as_of)
        return {row["scope"]: row["points"] for row in found}

    async def spendable(
        self, wallet: MemberKey, homes: Sequence[str], points: int, as_of: datetime
    ) -> Sequence[Accrual]:
        """Spendable accruals of each home in the default burn order."""
        keys = ((wallet.member, rows.bucket(wallet.program, home), wallet.program, home, points) for home in homes)
        found = await self._database.fetch(SQL.read_spendable, *rows.columns(keys, 5), ACCRUALS_QUOTED)
        accruals = [rows.accrual_of(row) for row in found]
        activity: dict[str, datetime] = {}
        if any(accrual.has_lapsed(as_of, None) for accrual in accruals):
            # What rolls may live on by the last activity of its home.
            places = ((rows.bucket(wallet.program, home), wallet.program, home) for home in homes)
            active = await self._database.fetch(SQL.read_last_activities, *rows.columns(places, 3))
            activity = {row["member"]: row["last_activity_time"] for row in active}
        return [accrual for accrual in accruals if accrual.is_spendable(as_of, activity.get(accrual.home))]


def _held_value(hold: Hold, currency: str) -> int:
    """What an authorization still holds is worth, in minor units; nothing in another currency."""
    spending = hold.spending
    if spending is None or spending.terms.here.rate.currency != currency:
        return 0
    return spending.terms.here.rate.per_point.floor_of(hold.points)


def _everywhere(wallet: MemberKey, homes: Sequence[str], subject_id: str) -> list[Sequence[object]]:
    """An id with each home of a wallet: what is kept with its root may lie with a home that was absorbed since."""
    return rows.columns(((rows.bucket(wallet.program, home), wallet.program, subject_id) for home in homes), 3)
