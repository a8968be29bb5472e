"""Wallets, statements and accruals as they were, read from movements; see `use_cases.history_ports.History`.

Everything of one answer is read in one snapshot. Sums are made by the database, so that a history of any length takes
the same memory here.
"""

from collections.abc import Sequence
from datetime import datetime

from chassis.runtime.postgres import Connection, Database, Row
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import LogPosition, RedemptionView
from ledger_service.domain.apply.views import redemption_view
from ledger_service.domain.correction import correction_key
from ledger_service.domain.explanation import Decision, judgement_on
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import PostedOrder
from ledger_service.domain.statement import (
    EntryPart,
    ExpiringPoints,
    LapsedPoints,
    PastWallet,
    StatementFacts,
)
from ledger_service.domain.wallet import Wallet, view_of
from ledger_service.store import codec, document_rows, rows
from ledger_service.store.movement_rows import movements_of
from ledger_service.store.orders import orders_of
from ledger_service.store.statements import SQL
from ledger_service.use_cases.history_ports import Story, WalletHomes
from ledger_service.use_cases.read_ports import MovementFilter, MovementView

EXPIRIES_TOLD = 12
PAYMENTS_TOLD = 1_000


class PostgresHistory:
    """Over connections for statements that may read a member's whole history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wallet_at(self, wallet: WalletHomes, time: datetime) -> PastWallet:
        """The wallet as of an instant. Its version is that of the last command that had moved points by then, or the
        present one if no command came since."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await _wallet_at(connection, wallet, time)

    async def statement(
        self, wallet: WalletHomes, opening: datetime, closing: datetime, most_commands: int
    ) -> StatementFacts:
        """What a statement is made of; STATEMENT_TOO_LONG if it has more commands than that."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            before = await _wallet_at(connection, wallet, opening)
            after = await _wallet_at(connection, wallet, closing)
            lapsed = [each.accrual_id for each in before.lapsed]
            span = (*_places(wallet), opening, closing)
            found = await connection.fetch(
                SQL.list_entries, *span, lapsed, [each.points for each in before.lapsed], most_commands + 1
            )
            parts = [_part(row) for row in found]
            _check_length(parts, most_commands)
            booked = await connection.fetch(SQL.list_booked_expiries, *span, lapsed) if lapsed else ()
            redemptions = await _redemptions(connection, wallet, parts)
        return StatementFacts(before, after, parts, {row["accrual_id"] for row in booked}, redemptions)

    async def story(self, program: str, homes: Sequence[str], accrual_id: str, after: int, limit: int) -> Story | None:
        """An accrual of some homes with a page of its movements, and with the first page all that is told besides;
        None if they have no such accrual."""
        buckets = [rows.bucket(program, home) for home in homes]
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            key = (buckets, [program] * len(buckets), [accrual_id] * len(buckets))
            accruals = [rows.accrual_of(row) for row in await connection.fetch(SQL.read_accruals, *key)]
            accrual = next((found for found in accruals if found.home in homes), None)
            if accrual is None:
                return None
            order = await _order(connection, accrual)
            wanted = MovementFilter(accrual_id=accrual_id)
            movements = await movements_of(connection, accrual.home_key, after, limit, wanted)
            if after:
                return Story(accrual, order, movements)
            payments = await connection.fetch(
                SQL.list_payments, buckets, program, accrual_id, rows.bucket(*accrual.home_key), PAYMENTS_TOLD
            )
            decisions = await _decisions(connection, accrual, order, movements)
        paid_by = tuple(row["payer"] for row in payments if row["debtor"] == accrual_id)
        paid_for = tuple(row["debtor"] for row in payments if row["payer"] == accrual_id)
        return Story(accrual, order, movements, paid_by, paid_for, decisions)


def _places(wallet: WalletHomes) -> tuple[str, list[int], list[str]]:
    """Program, home buckets, homes."""
    key, homes = wallet
    return key.program, [rows.bucket(key.program, home) for home in homes], list(homes)


async def _wallet_at(connection: Connection, wallet: WalletHomes, time: datetime) -> PastWallet:
    key, (program, buckets, homes) = wallet.wallet, _places(wallet)
    row = await connection.fetchrow(SQL.view_wallet_at, program, buckets, homes, time, EXPIRIES_TOLD)
    assert row is not None, "an aggregate always has one row"
    sums = Wallet(
        key=key,
        version=await _version(connection, program, buckets, homes, time),
        balance=row["balance"],
        positive=row["positive"],
        held=row["held"],
        debt=row["debt"],
    )
    lapsed = zip(row["lapsed_ids"], row["lapsed_brands"], row["lapsed_points"], row["lapse_times"], strict=True)
    expiring = zip(row["expire_times"], row["expire_points"], strict=True)
    return PastWallet(
        view=view_of(sums, row["pending"], row["lapsed"], time),
        lapsed=tuple(LapsedPoints(*each) for each in lapsed),
        expiring=tuple(ExpiringPoints(*each) for each in expiring),
    )


async def _version(
    connection: Connection, program: str, buckets: Sequence[int], homes: Sequence[str], time: datetime
) -> int:
    row = await connection.fetchrow(SQL.last_version, program, buckets, homes, time)
    if row is None:
        return 0
    if row["last_post_time"] <= time:
        return int(row["version"])
    return 0 if row["payload"] is None else codec.decode_event(row["payload"]).wallet_version


def _part(row: Row) -> EntryPart:
    return EntryPart(
        post_time=row["post_time"],
        position=LogPosition(row["partition"], row["position"]),
        occur_time=row["occur_time"],
        cause=Cause(row["cause"]),
        cause_id=row["cause_id"],
        kind=MovementKind(row["kind"]),
        brand=row["brand"],
        points=row["points"],
    )


def _check_length(parts: Sequence[EntryPart], most: int) -> None:
    commands = dict.fromkeys((part.post_time, part.position) for part in parts)
    if len(commands) > most:
        raise refusals.statement_too_long(most, list(commands)[most][0])


async def _redemptions(
    connection: Connection, wallet: WalletHomes, parts: Sequence[EntryPart]
) -> dict[str, RedemptionView]:
    """The redemptions that were made in these parts. One lies with the root of its time, which is a home by now."""
    program, buckets, _ = _places(wallet)
    made = (part for part in parts if part.kind is MovementKind.REDEEMED and part.cause is Cause.REDEMPTION)
    ids = list(dict.fromkeys(part.cause_id for part in made))
    keys = [(bucket, program, one) for bucket in dict.fromkeys(buckets) for one in ids]
    found = await connection.fetch(SQL.read_redemptions, *rows.columns(keys, 3)) if ids else ()
    return {row["redemption_id"]: redemption_view(document_rows.redemption_of(row)) for row in found}


async def _order(connection: Connection, accrual: Accrual) -> PostedOrder | None:
    """The sale that an accrual was born of; it lies with the same home."""
    key = ([rows.bucket(*accrual.home_key)], [accrual.program], [accrual.order_id])
    return next(iter(await orders_of(connection, key)), None)


async def _decisions(
    connection: Connection, accrual: Accrual, order: PostedOrder | None, movements: Sequence[MovementView]
) -> Sequence[Decision]:
    """What rules decided about an accrual, oldest first. Events tell it, so that their hashes cover it."""
    if order is None or not movements:
        return ()
    keys = [correction_key(accrual.program, order.order_id, correction) for correction in order.corrections]
    place = (rows.bucket(*accrual.home_key), *accrual.home_key, movements[0].movement.sequence)
    decisions = []
    for row in await connection.fetch(SQL.read_judging_events, *place, keys):
        event = codec.decode_event(row["payload"])
        judgement = judgement_on(event.judgements, accrual.line_number, accrual.rule_id)
        if judgement is not None:
            decisions.append(Decision(event.subject_id, event.post_time, event.revision, judgement))
    # What is no correction is the sale itself, or its claim.
    order_of = {correction: number for number, correction in enumerate(order.corrections)}
    return sorted(decisions, key=lambda decision: order_of.get(decision.subject_id, -1))
