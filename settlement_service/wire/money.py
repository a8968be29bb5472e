"""Amounts and ratios as messages."""

from collections.abc import Iterable

from loyalty.type.v1.money_pb2 import Money as MoneyMessage
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.rounding import Ratio


def money_messages(amounts: Iterable[Money], figure: str) -> list[MoneyMessage]:
    """Amounts of a figure, one a currency. Refuses AMOUNT_OUT_OF_RANGE by the figure's name and currency."""
    return [
        MoneyMessage(
            currency_code=money.currency_code,
            minor_units=checked(money.minor_units, f"{figure}.{money.currency_code}"),
        )
        for money in amounts
    ]


def ratio_message(ratio: Ratio) -> RatioMessage:
    """A ratio in lowest terms."""
    return RatioMessage(numerator=ratio.numerator, denominator=ratio.denominator)
