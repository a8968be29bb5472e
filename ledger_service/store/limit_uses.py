"""Counters of limits, read without locks; see `use_cases.limit_ports.LimitUses`."""

from collections.abc import Mapping, Sequence

from chassis.runtime.postgres import Database
from ledger_service.domain.limits import BudgetKey, MemberLimit, Most, Use
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.limit_ports import AllottedBudget, BudgetPlace


class PostgresLimitUses:
    """See `use_cases.limit_ports.LimitUses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def budgets(
        self, program: str, limit_id: str, after: BudgetPlace | None, limit: int
    ) -> Sequence[AllottedBudget]:
        """Budgets in order, after a place."""
        found = await self._database.fetch(SQL.list_budgets, program, limit_id or None, *(after or ("", "")), limit)
        return [
            AllottedBudget(
                BudgetPlace(row["limit_id"], row["window_key"]),
                Most(row["limit_points"], row["limit_minor_units"]),
                row["currency"],
                Use(row["used_points"], row["used_minor_units"]),
            )
            for row in found
        ]

    async def members(self, keys: Sequence[MemberLimit]) -> Mapping[MemberLimit, Use]:
        """What homes have used."""
        columns = rows.columns(((rows.bucket(key.program, key.home), *key) for key in keys), 5)
        return {
            MemberLimit(row["program"], row["home"], row["limit_id"], row["window_key"]): Use(
                row["points"], row["minor_units"]
            )
            for row in await self._database.fetch(SQL.read_member_uses, *columns)
        }

    async def shared(self, keys: Sequence[BudgetKey]) -> Mapping[BudgetKey, Use]:
        """What of budgets all lanes have used."""
        found = await self._database.fetch(SQL.read_budget_uses, *rows.columns(keys, 3))
        return {
            BudgetKey(row["program"], row["limit_id"], row["window_key"]): Use(row["points"], row["minor_units"])
            for row in found
        }
