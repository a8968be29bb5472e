"""What must be true of exchange rates: one for every day from the first on, and none absurd."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from chassis.values.integers import INT64_MAX
from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.domain.fault import Fault, KnownIds, Path
from rules_service.domain.program import Program

MOST_RATE = 1_000_000
"""Minor units of one currency for a minor unit of another, either way."""


def exchange_rate_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of exchange rates one by one, and of those that turn the same currencies."""
    of_pair: dict[tuple[str, str], list[ExchangeRate]] = defaultdict(list)
    for rate in program.exchange_rates:
        path: Path = ("exchange_rates", rate.rate_id)
        yield from _one(path, rate, known)
        if rate.start is not None and rate.end is not None and rate.start >= rate.end:
            yield Fault((*path, "until"), "must be later than `from`")
        else:
            of_pair[rate.from_currency, rate.to_currency].append(rate)
    for rates in of_pair.values():
        yield from _chain_faults(sorted(rates, key=lambda rate: (rate.start or date.min, rate.rate_id)))


def _one(path: Path, rate: ExchangeRate, known: KnownIds) -> Iterator[Fault]:
    if known.currencies is not None and rate.from_currency not in known.currencies:
        yield Fault((*path, "amount"), f"no location takes {rate.from_currency}")
    ratio = rate.ratio.fraction()
    if not ratio or not 1 <= ratio * MOST_RATE <= MOST_RATE * MOST_RATE:
        yield Fault((*path, "worth"), f"must be from 1/{MOST_RATE} to {MOST_RATE} minor units for a minor unit")
    elif max(rate.ratio.numerator, rate.ratio.denominator) > INT64_MAX:
        yield Fault((*path, "worth"), "has more digits than can be kept")


def _chain_faults(rates: Sequence[ExchangeRate]) -> Iterator[Fault]:
    """Each begins on the day on which the one before ends, and the last does not end."""
    pair = f"{rates[0].from_currency} to {rates[0].to_currency}"
    for earlier, later in pairwise(rates):
        if later.start is None or earlier.end is None or later.start < earlier.end:
            yield Fault(("exchange_rates", later.rate_id), f"in force at once with {earlier.rate_id}, for {pair}")
        elif later.start > earlier.end:
            reason = f"leaves a gap: {earlier.rate_id} before it, for {pair}, ends on {earlier.end}"
            yield Fault(("exchange_rates", later.rate_id, "from"), reason)
    last = rates[-1]
    if last.end is not None:
        reason = f"the last rate for {pair} is in force until further notice, or what is paid later would not count"
        yield Fault(("exchange_rates", last.rate_id, "until"), reason)
