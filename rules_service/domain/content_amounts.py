"""Amounts of money in normal form, and the way back: one is a map, several, one a currency, a list by currency."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.values.canonical import Plain
from chassis.values.money import Money

KEYS = frozenset({"currency_code", "minor_units"})
"""What an amount in normal form has."""


def amounts_content(amounts: Sequence[Money]) -> Plain:
    """The normal form of amounts of different currencies; of none an empty list."""
    in_order = [_amount(amount) for amount in sorted(amounts, key=_currency)]
    return in_order[0] if len(in_order) == 1 else in_order


def read_amounts(content: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> tuple[Money, ...]:
    """The amounts of a stored content, by currency."""
    stored = [content] if isinstance(content, Mapping) else content
    return tuple(Money(amount["currency_code"], amount["minor_units"]) for amount in stored)


def _amount(amount: Money) -> dict[str, Plain]:
    return {"currency_code": amount.currency_code, "minor_units": amount.minor_units}


def _currency(amount: Money) -> str:
    return amount.currency_code
