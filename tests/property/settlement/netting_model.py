"""Netting as one would do it on paper: every unit by itself, every division tried. Slow, and of its own making."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.netting import Terms

Debts = Counter[tuple[str, str, str]]
"""Currency, debtor, creditor: what is owed."""


def debts(lines: Sequence[Line], terms: Terms) -> Debts:
    """What each owes each, in the currency in which it is settled."""
    owed: Debts = Counter()
    for line in lines:
        if not line.disputed:
            owed[line.currency, line.debtor, line.creditor] += line.minor_units
    turned: Debts = Counter()
    for (currency, debtor, creditor), amount in owed.items():
        turned[(currency, debtor, creditor) if amount > 0 else (currency, creditor, debtor)] += abs(amount)
    settled: Debts = Counter()
    for (currency, debtor, creditor), amount in turned.items():
        target = terms.settlement_currency or currency
        settled[target, debtor, creditor] += amount if target == currency else half_up(amount * rate(terms, currency))
    return settled


def rate(terms: Terms, currency: str) -> Fraction:
    """The rate of a currency."""
    [found] = [each.ratio for each in terms.rates if each.currency == currency]
    return Fraction(found.numerator, found.denominator)


def half_up(value: Fraction) -> int:
    """By the decimal module, which knows the word."""
    with localcontext(prec=60):
        whole, rest = divmod(value, 1)
        # Ten digits of the fraction are as good as all: what decides is only whether it reaches one half.
        digits = Decimal(int(rest * 10**10)).scaleb(-10)
        return int(whole) + int(digits.quantize(Decimal(1), ROUND_HALF_UP))


def net_positions(owed: Debts, currency: str) -> dict[str, int]:
    """What each entity is owed less what it owes."""
    nets: Counter[str] = Counter()
    for (code, debtor, creditor), amount in owed.items():
        if code == currency:
            nets[creditor] += amount
            nets[debtor] -= amount
    return dict(nets)


def connected(owed: Debts, currency: str) -> list[frozenset[str]]:
    """Entities between which there is any debt, over however many steps: sets merged until none overlap."""
    sets: list[frozenset[str]] = []
    for (code, debtor, creditor), amount in owed.items():
        if code == currency and amount > 0:
            touched = [each for each in sets if each & {debtor, creditor}]
            sets = [each for each in sets if each not in touched]
            sets.append(frozenset({debtor, creditor}).union(*touched))
    return sets


def fewest_payments(nets: Mapping[str, int]) -> int:
    """The fewest payments that clear these nets: every way to divide them into sets is tried."""
    holders = [entity for entity, amount in nets.items() if amount != 0]
    return min(
        sum(len(part) - 1 for part in parts)
        for parts in divisions(holders)
        if all(sum(nets[entity] for entity in part) == 0 for part in parts)
    )


def divisions(items: Sequence[str]) -> Iterator[list[list[str]]]:
    """Every way to divide items into sets."""
    if not items:
        yield []
        return
    first, *rest = items
    for parts in divisions(rest):
        yield [[first], *parts]
        for index, part in enumerate(parts):
            yield [*parts[:index], [first, *part], *parts[index + 1 :]]
