"""Checks a program's whole history, and sums it up; see `use_cases.log_ports.Auditor`."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from chassis.runtime.postgres import Database, Row
from chassis.runtime.statements import Statement
from chassis.values.integers import checked
from chassis.values.rounding import Ratio, carrying_value
from chassis.values.splits import sainte_lague
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.integrity import (
    BrandTotals,
    CarryingTotal,
    IntegrityCheck,
    LedgerTotals,
    ObligationTotal,
    OwnPriceTotal,
)
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.store import rows
from ledger_service.store.chains import check_event_chains, check_movement_chains
from ledger_service.store.checks import CHECKS
from ledger_service.store.standing_check import check_standings
from ledger_service.store.statements import SQL
from ledger_service.use_cases.standing_ports import NO_LADDERS, ProgramLadders


class PostgresAuditor:
    """Every check in SQL and every sum reads one snapshot, on connections made for whole tables (`history`); chains
    and standings are walked page by page."""

    def __init__(self, pages: Database, history: Database, ladders: ProgramLadders = NO_LADDERS) -> None:
        self._pages = pages
        self._history = history
        self._ladders = ladders

    async def checks(self, program: str) -> AsyncIterator[IntegrityCheck]:
        """Runs every checker, in order of invariant."""
        for statement in sorted(CHECKS, key=lambda statement: statement.name):
            yield await self._check(statement, program)
            if statement.name == "i7_privileges":
                yield await check_movement_chains(self._pages, program)
                yield await check_event_chains(self._pages)
                yield await check_standings(self._pages, program, self._ladders(program))

    async def _check(self, statement: Statement, program: str) -> IntegrityCheck:
        invariant, description = _title(statement)
        arguments = (program,) if "$1" in statement.sql else ()
        row = await self._history.fetchrow(statement, *arguments)
        assert row is not None, "an aggregate always has one row"
        return IntegrityCheck(invariant, description, row["checked"], row["violations"], tuple(row["findings"] or ()))

    async def totals(self, program: str, up_to: Sequence[LogPosition]) -> LedgerTotals:
        """Totals up to a cursor. One that does not fit 64 bits is refused as OUT_OF_RANGE AMOUNT_OUT_OF_RANGE with
        its name."""
        cut = (program, [place.partition for place in up_to], [place.position for place in up_to])
        async with self._history.transaction(isolation="repeatable_read", readonly=True) as connection:
            kinds = await connection.fetch(SQL.total_kinds, *cut)
            obligations = await connection.fetch(SQL.total_obligations, *cut)
            states = await connection.fetch(SQL.total_states, *cut)
            own_prices = await connection.fetch(SQL.total_own_prices, *cut)
        return LedgerTotals(
            up_to=tuple(up_to),
            brands=_brands(kinds, states),
            obligations=tuple(_obligation(row) for row in obligations),
            carrying=_carrying(states),
            own_prices=tuple(_own_price(row) for row in own_prices),
        )


def _title(statement: Statement) -> tuple[str, str]:
    """The invariant and the description from a checker's first line: `-- I1: …`."""
    first = statement.sql.partition("\n")[0].removeprefix("-- ")
    invariant, _, description = first.partition(": ")
    return invariant, description


def _brands(kinds: Sequence[Row], states: Sequence[Row]) -> tuple[BrandTotals, ...]:
    closing: Mapping[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in states:
        sums = closing[row["brand"]]
        sums[0] += row["points"] * row["accruals"]
        sums[1] += max(0, -row["points"]) * row["accruals"]
    return tuple(
        BrandTotals(
            brand=brand,
            by_kind=tuple(
                (row["kind"], checked(int(row["points"]), f"brand.{brand}.{row['kind']}"))
                for row in kinds
                if row["brand"] == brand
            ),
            closing=checked(closing[brand][0], f"brand.{brand}.closing"),
            receivable=checked(closing[brand][1], f"brand.{brand}.receivable"),
        )
        for brand in dict.fromkeys(row["brand"] for row in kinds)
    )


def _obligation(row: Row) -> ObligationTotal:
    debtor, creditor, currency = row["debtor"], row["creditor"], row["currency"]
    amount = checked(int(row["amount"]), f"obligation.{debtor}.{creditor}.{currency}")
    policy = SettlementPolicy(row["settlement_policy"])
    return ObligationTotal(debtor, creditor, currency, amount, policy, row["reserve_entity"])


def _own_price(row: Row) -> OwnPriceTotal:
    entity, currency = row["entity"], row["currency"]
    amount = checked(int(row["amount"]), f"own_price.{entity}.{currency}")
    return OwnPriceTotal(entity, currency, amount, row["reserve_entity"])


def _carrying(states: Sequence[Row]) -> tuple[CarryingTotal, ...]:
    """L(r) of every accrual, split over its funders (docs/DOMAIN.md §9)."""
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in states:
        value = carrying_value(row["points"], Ratio(row["rate_numerator"], row["rate_denominator"]))
        funders = rows.funders_of(row["funders"])
        parts = sainte_lague(abs(value), [funder.share for funder in funders])
        for funder, part in zip(funders, parts, strict=True):
            total = sums[funder.entity, row["currency"], row["settlement_policy"], row["reserve_entity"]]
            total[0 if value > 0 else 1] += (part if value > 0 else -part) * row["accruals"]
    return tuple(
        CarryingTotal(
            entity,
            currency,
            checked(liability, f"carrying.{entity}.{currency}.liability"),
            checked(receivable, f"carrying.{entity}.{currency}.receivable"),
            SettlementPolicy(policy),
            reserve_entity,
        )
        for (entity, currency, policy, reserve_entity), (liability, receivable) in sorted(sums.items())
        if liability or receivable
    )
