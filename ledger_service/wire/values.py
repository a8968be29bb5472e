"""Small values every answer is made of."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import accrual_pb2, limit_pb2, wallet_pb2
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import log_position_pb2, money_pb2, order_pb2, points_pb2

from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import Accrual, AccrualKind, Funder, PointRate
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.limits import LimitHolder
from ledger_service.domain.order import DocumentRef
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.domain.wallet import WalletView
from ledger_service.wire.scopes import scope_message

KINDS = {
    AccrualKind.BASE: points_pb2.ACCRUAL_KIND_BASE,
    AccrualKind.BONUS: points_pb2.ACCRUAL_KIND_BONUS,
}
POLICIES = {
    policy: program_pb2.SettlementPolicy.Value(f"SETTLEMENT_POLICY_{policy.name}") for policy in SettlementPolicy
}
HOLDERS = {holder: program_pb2.LimitHolder.Value(f"LIMIT_HOLDER_{holder.name}") for holder in LimitHolder}


def timestamp(value: datetime | None) -> Timestamp | None:
    """A moment; None is left out."""
    if value is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def ratio_message(value: Ratio) -> money_pb2.Ratio:
    """An exact ratio."""
    return money_pb2.Ratio(numerator=value.numerator, denominator=value.denominator)


def rate_message(rate: PointRate) -> points_pb2.PointRate:
    """What a point is worth."""
    return points_pb2.PointRate(currency_code=rate.currency, minor_units_per_point=ratio_message(rate.per_point))


def money_message(money: Money | None) -> money_pb2.Money | None:
    """An amount; None is left out."""
    if money is None:
        return None
    return money_pb2.Money(currency_code=money.currency_code, minor_units=money.minor_units)


def money_messages(amounts: Mapping[str, int]) -> list[money_pb2.Money]:
    """Minor units by currency."""
    return [money_pb2.Money(currency_code=currency, minor_units=amount) for currency, amount in amounts.items()]


def position_message(position: LogPosition) -> log_position_pb2.LogPosition:
    """A place in the log."""
    return log_position_pb2.LogPosition(partition=position.partition, position=position.position)


def positions_message(positions: Iterable[LogPosition]) -> list[log_position_pb2.LogPosition]:
    """A cursor."""
    return [position_message(position) for position in positions]


def ref_message(ref: DocumentRef) -> order_pb2.OrderRef:
    """Names a sale."""
    return order_pb2.OrderRef(source=ref.source, document_id=ref.document_id, fulfilment_id=ref.fulfilment_id)


def funder_messages(funders: Iterable[Funder]) -> list[points_pb2.Funder]:
    """Who carries an accrual."""
    return [points_pb2.Funder(entity_id=funder.entity, share_basis_points=funder.share) for funder in funders]


def wallet_message(view: WalletView) -> wallet_pb2.Wallet:
    """A balance."""
    return wallet_pb2.Wallet(
        program_id=view.program,
        root_member_id=view.root,
        balance=view.balance,
        available=view.available,
        pending=view.pending,
        held=view.held,
        debt=view.debt,
        version=view.version,
        as_of_time=timestamp(view.as_of),
        expiring_soon=view.expiring_soon,
        next_expire_time=timestamp(view.next_expire_time),
    )


def accrual_message(accrual: Accrual) -> accrual_pb2.Accrual:
    """An accrual as it stands."""
    return accrual_pb2.Accrual(
        accrual_id=accrual.accrual_id,
        home_member_id=accrual.home,
        order_id=accrual.order_id,
        line_number=accrual.line_number,
        brand_id=accrual.brand,
        issuer_entity_id=accrual.issuer,
        rule_id=accrual.rule_id,
        rule_version=accrual.rule_version,
        rule_ordinal=accrual.rule_ordinal,
        kind=KINDS[accrual.kind],
        revision=accrual.revision,
        offer_id=accrual.offer_id,
        funders=funder_messages(accrual.funders),
        location_id=accrual.location_id,
        operator_entity_id=accrual.operator,
        region=accrual.region,
        channel=accrual.channel,
        liability=rate_message(accrual.liability),
        desired=accrual.desired,
        granted=accrual.granted,
        earn_time=timestamp(accrual.earn_time),
        available_time=timestamp(accrual.available_time),
        expire_time=timestamp(accrual.expire_time),
        remaining=accrual.remaining,
        held=accrual.held,
        scope=scope_message(accrual.scope) if accrual.scope else None,
        rolling_months=accrual.rolling_months,
        rolling_days=accrual.rolling_days,
        corrected=accrual.corrected,
        reversed=accrual.reversed,
        expired=accrual.expired,
        origin_accrual_id=accrual.origin_id,
        limits=[
            limit_pb2.CountedLimit(limit_id=one.limit_id, holder=HOLDERS[one.holder], window_key=one.window)
            for one in accrual.limits
        ],
        settlement_policy=POLICIES[accrual.settlement_policy],
        reserve_entity_id=accrual.reserve_entity,
    )
