"""What must be true of amounts of money in rules: above 0, not absurd, one a currency, in currencies that are taken."""

from collections.abc import Iterable, Iterator, Sequence

from chassis.values.money import Money
from rules_service.domain.fault import Fault, KnownIds, Path

MOST_MINOR_UNITS = 1_000_000_000


def amounts_faults(path: Path, amounts: Sequence[Money], known: KnownIds) -> Iterator[Fault]:
    """Faults of a list of amounts, one a currency."""
    stated: set[str] = set()
    for index, amount in enumerate(amounts):
        yield from amount_faults((*path, index), amount, known)
        if amount.currency_code in stated:
            yield Fault((*path, index), f"a second amount in {amount.currency_code}")
        stated.add(amount.currency_code)


def amount_faults(path: Path, amount: Money, known: KnownIds) -> Iterable[Fault]:
    """Faults of one amount."""
    if not 0 < amount.minor_units <= MOST_MINOR_UNITS:
        yield Fault(path, f"must be above 0 and at most {MOST_MINOR_UNITS} minor units")
    if known.currencies is not None and amount.currency_code not in known.currencies:
        yield Fault(path, f"no location takes {amount.currency_code}")
