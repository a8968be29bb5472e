"""Rows of the ledger's tables as values, and values as rows."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from chassis.runtime.postgres import Row
from chassis.values.ids import bucket_of
from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import Accrual, AccrualKind, Funder, MemberKey, PointRate
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.movement import Movement, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnBasis, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.wallet import Wallet
from ledger_service.store import codec

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
        accrual.remaining,
        accrual.held,
        accrual.reversed,
        accrual.expired,
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
        )
        for ordinal, owed in enumerate(movement.settlement.obligations, start=1)
    ]


def burn_of(row: Row) -> Burn:
    """A burn from its row."""
    return Burn(
        program=row["program"],
        movement=MovementRef(row["home"], row["sequence"]),
        accrual_id=row["accrual_id"],
        points=row["points"],
        price=Money(row["currency"], row["price"]),
        borne=tuple(map(int, row["borne"].split(","))),
        repaid_points=row["repaid_points"],
        repaid_price=row["repaid_price"],
    )


def burn_values(burn: Burn) -> Values:
    """A burn as its row."""
    return (
        bucket(burn.program, burn.movement.home),
        burn.program,
        burn.accrual_id,
        *burn.movement,
        burn.points,
        burn.price.currency_code,
        burn.price.minor_units,
        ",".join(map(str, burn.borne)),
        burn.repaid_points,
        burn.repaid_price,
    )


def order_values(order: PostedOrder) -> Values:
    """A sale as its row."""
    return (
        bucket(order.program, order.home),
        order.program,
        order.order_id,
        order.home,
        order.state.value,
        order.revision,
        codec.encode(order.document),
        order.post_time,
    )


def return_values(posted: PostedReturn) -> Values:
    """A return as its row."""
    return (
        bucket(posted.program, posted.home),
        posted.program,
        posted.return_id,
        posted.home,
        codec.encode(posted.document),
        posted.post_time,
    )


def returned_line_of(row: Row) -> ReturnedLine:
    """What of a line has come back, from its row."""
    return ReturnedLine(
        program=row["program"],
        home=row["home"],
        order_id=row["order_id"],
        line_number=row["line_number"],
        basis=ReturnBasis(row["basis"]),
        returned=row["returned"],
        sold=row["sold"],
    )


def returned_line_values(line: ReturnedLine) -> Values:
    """What of a line has come back, as its row."""
    return (
        bucket(line.program, line.home),
        line.program,
        line.order_id,
        line.line_number,
        line.home,
        line.basis.value,
        line.returned,
        line.sold,
    )


def redemption_values(redemption: Redemption) -> Values:
    """A redemption as its row."""
    rate = redemption.rate.per_point
    return (
        bucket(redemption.program, redemption.root),
        redemption.program,
        redemption.redemption_id,
        redemption.root,
        redemption.brand,
        redemption.redeemer,
        redemption.location_id,
        redemption.points,
        redemption.value.currency_code,
        redemption.value.minor_units,
        rate.numerator,
        rate.denominator,
        redemption.revision,
        redemption.occur_time,
        redemption.post_time,
    )
