"""Exact numbers and instants → protobuf."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.type.v1 import money_pb2, points_pb2

from chassis.values.money import Money
from chassis.values.rounding import Ratio
from rules_service.domain.program import PointRate


def timestamp(instant: datetime | None) -> Timestamp | None:
    """An instant; None stays absent."""
    if instant is None:
        return None
    message = Timestamp()
    message.FromDatetime(instant)
    return message


def ratio(value: Ratio) -> money_pb2.Ratio:
    """An exact ratio."""
    return money_pb2.Ratio(numerator=value.numerator, denominator=value.denominator)


def money(amount: Money) -> money_pb2.Money:
    """An amount."""
    return money_pb2.Money(currency_code=amount.currency_code, minor_units=amount.minor_units)


def point_rate(rate: PointRate) -> points_pb2.PointRate:
    """What a point is worth or stands for."""
    return points_pb2.PointRate(
        currency_code=rate.currency_code, minor_units_per_point=ratio(rate.minor_units_per_point)
    )
