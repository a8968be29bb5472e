"""Rows of the ledger's tables as values, and values as rows."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from chassis.runtime.postgres import Row
from chassis.values.ids import bucket_of
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import Accrual, AccrualKind, Funder, MemberKey, PointRate
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.limits import CountedLimit, LimitHolder
from ledger_service.domain.movement import Movement
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.domain.wallet import Wallet

Values = tuple[object, ...]

bucket = lru_cache(maxsize=65_536)(bucket_of)
"""The bucket of (program, member)."""

_ratio = lru_cache(maxsize=4_096)(Ratio)


def columns(rows: Iterable[Values], width: int) -> list[Sequence[object]]:
    """Rows turned into `width` columns, as array parameters of a set-based statement."""
    turned: list[Sequence[object]] = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


@lru_cache(maxsize=4_096)
def funders_of(text: str) -> tuple[Funder, ...]:
    """Funders from their column."""
    parts = (part.partition("=") for part in text.split(","))
    return tuple(Funder(entity, int(share)) for entity, _, share in parts)


@lru_cache(maxsize=4_096)
def _funders_text(funders: tuple[Funder, ...]) -> str:
    return ",".join(f"{funder.entity}={funder.share}" for funder in funders)


@lru_cache(maxsize=4_096)
def limits_of(text: str) -> tuple[CountedLimit, ...]:
    """The limits an accrual counts against, from their column."""
    parts = msgspec.json.decode(text) if text else ()
    return tuple(CountedLimit(limit_id, LimitHolder(holder), *more) for limit_id, holder, *more in parts)


@lru_cache(maxsize=4_096)
def _limits_text(limits: tuple[CountedLimit, ...]) -> str:
    parts = [[one.limit_id, one.holder.value, one.window, one.counts_money] for one in limits]
    return msgspec.json.encode(parts).decode() if parts else ""


def wallet_of(row: Row) -> Wallet:
    """A wallet from its row."""
    return Wallet(
        key=MemberKey(row["program"], row["member"]),
        version=row["version"],
        balance=row["balance"],
        positive=row["positive"],
        held=row["held"],
        debt=row["debt"],
        last_post_time=row["last_post_time"],
        last_activity_time=row["last_activity_time"],
        next_expire_time=row["next_expire_time"],
        pending_until=row["pending_until"],
        fence=row["fence"],
        merge_seq=row["merge_seq"],
        next_hold_time=row["next_hold_time"],
    )


def wallet_values(wallet: Wallet) -> Values:
    """A wallet as its row."""
    return (
        bucket(*wallet.key),
        *wallet.key,
        wallet.version,
        wallet.balance,
        wallet.positive,
        wallet.held,
        wallet.debt,
        wallet.last_post_time,
        wallet.last_activity_time,
        wallet.next_expire_time,
        wallet.pending_until,
        wallet.fence,
        wallet.merge_seq,
        wallet.next_hold_time,
    )


def accrual_of(row: Row) -> Accrual:
    """An accrual from its row."""
    return Accrual(
        program=row["program"],
        accrual_id=row["accrual_id"],
        home=row["home"],
        order_id=row["order_id"],
        line_number=row["line_number"],
        brand=row["brand"],
        issuer=row["issuer"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        rule_ordinal=row["rule_ordinal"],
        kind=AccrualKind(row["kind"]),
        revision=row["revision"],
        offer_id=row["offer_id"],
        funders=funders_of(row["funders"]),
        location_id=row["location_id"],
        operator=row["operator"],
        region=row["region"],
        channel=row["channel"],
        liability=PointRate(row["currency"], _ratio(row["rate_numerator"], row["rate_denominator"])),
        scope=row["scope"],
        desired=row["desired"],
        granted=row["granted"],
        earn_time=row["earn_time"],
        available_time=row["available_time"],
        expire_time=row["expire_time"],
        remaining=row["remaining"],
        held=row["held"],
        reversed=row["reversed"],
        expired=row["expired"],
        rolling_months=row["rolling_months"],
        rolling_days=row["rolling_days"],
        corrected=row["corrected"],
        shift=row["shift"],
        origin_id=row["origin_id"],
        limits=limits_of(row["limits"]),
        settlement_policy=SettlementPolicy(row["settlement_policy"]),
        reserve_entity=row["reserve_entity"],
    )


def accrual_values(accrual: Accrual) -> Values:
    """A new accrual as its row."""
    rate = accrual.liability.per_point
    return (
        bucket(accrual.program, accrual.home),
        accrual.program,
        accrual.accrual_id,
        accrual.home,
        accrual.order_id,
        accrual.line_number,
        accrual.brand,
        accrual.issuer,
        accrual.rule_id,
        accrual.rule_version,
        accrual.rule_ordinal,
        accrual.kind.value,
        accrual.revision,
        accrual.offer_id,
        _funders_text(accrual.funders),
        accrual.location_id,
        accrual.operator,
        accrual.region,
        accrual.channel,
        accrual.liability.currency,
        rate.numerator,
        rate.denominator,
        accrual.scope,
        accrual.desired,
        accrual.granted,
        accrual.earn_time,
        accrual.available_time,
        accrual.expire_time,
        accrual.rolling_months,
        accrual.rolling_days,
        accrual.origin_id,
        accrual.remaining,
        accrual.held,
        accrual.reversed,
        accrual.expired,
        accrual.corrected,
        accrual.shift,
        _limits_text(accrual.limits),
        accrual.settlement_policy.value,
        accrual.reserve_entity,
    )


def balance_values(accrual: Accrual) -> Values:
    """What may change of an accrual, under its key."""
    return (
        bucket(accrual.program, accrual.home),
        accrual.program,
        accrual.accrual_id,
        accrual.remaining,
        accrual.held,
        accrual.reversed,
        accrual.expired,
        accrual.corrected,
        accrual.shift,
        accrual.available_time,
        accrual.expire_time,
    )


def movement_values(program: str, movement: Movement, position: LogPosition) -> Values:
    """A movement as its row."""
    settlement = movement.settlement
    pays = settlement.pays
    return (
        bucket(program, movement.home),
        program,
        movement.home,
        movement.sequence,
        movement.accrual_id,
        movement.kind.value,
        movement.points,
        movement.remaining_after,
        movement.held_after,
        movement.cause.value,
        movement.cause_id,
        movement.line_number,
        settlement.value.currency_code if settlement.value else None,
        settlement.value.minor_units if settlement.value else None,
        settlement.price.currency_code if settlement.price else None,
        settlement.price.minor_units if settlement.price else None,
        pays.home if pays else None,
        pays.sequence if pays else None,
        movement.occur_time,
        movement.post_time,
        movement.available_time,
        movement.expire_time,
        *position,
        movement.hash,
        settlement.place_entity,
    )


def obligation_values(program: str, movement: Movement) -> list[Values]:
    """A movement's obligations as rows."""
    key = (bucket(program, movement.home), program, movement.home, movement.sequence)
    return [
        (
            *key,
            ordinal,
            owed.debtor,
            owed.creditor,
            owed.amount.currency_code,
            owed.amount.minor_units,
            owed.agreement_id,
            owed.rate_id,
        )
        for ordinal, owed in enumerate(movement.settlement.obligations, start=1)
    ]
