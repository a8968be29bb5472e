"""Figures as people write them, and moments as messages carry them."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.type.v1 import money_pb2, points_pb2

from chassis.values.money import DIGITS, Money

CURRENCY = "USD"


def moment(value: datetime) -> Timestamp:
    """A moment as a message."""
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def day(stamp: Timestamp) -> str:
    """A date, e.g. 15 July 2017."""
    value = stamp.ToDatetime()
    return f"{value.day} {value:%B %Y}"


def amount(minor_units: int, currency: str = CURRENCY) -> str:
    """An amount without its currency, e.g. 1,234.50 or −0.32."""
    text, _, _ = str(Money(currency, abs(minor_units))).partition(" ")
    whole, dot, digits = text.partition(".")
    return f"{'−' if minor_units < 0 else ''}{int(whole):,}{dot}{digits}"


def money(value: money_pb2.Money) -> str:
    """An amount with its currency, e.g. 2.40 USD."""
    return f"{amount(value.minor_units, value.currency_code)} {value.currency_code}"


def worth(rate: points_pb2.PointRate) -> str:
    """What one point is worth in major units, e.g. 0.008 USD. Exact where decimals end within ten places."""
    ratio = rate.minor_units_per_point
    digits = 10
    scaled = ratio.numerator * 10**digits // (ratio.denominator * 10 ** DIGITS[rate.currency_code])
    whole, rest = divmod(scaled, 10**digits)
    return f"{whole}.{f'{rest:0{digits}d}'.rstrip('0') or '0'} {rate.currency_code}"
