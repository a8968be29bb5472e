"""What must be true of ladders: tiers that rise, versions one after another, brands that exist, money that counts."""

from collections.abc import Iterator, Mapping
from datetime import date

from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.ladders import Ladder, LadderVersion, Metric, SpendMetric, Tier
from rules_service.domain.numbers import money_text
from rules_service.domain.program import Program

MOST_THRESHOLD = 10**15
"""In minor units, points or orders."""

_Sold = Mapping[str, Mapping[str, str]]
"""By currency and brand, the first location that sells it."""
_Rates = Mapping[tuple[str, str], date]
"""By currencies, from and to, the first day on which there is a rate."""


def ladder_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of all ladders. What a change of a ladder leaves as it was is told once, where it is written."""
    rates = _first_days(program)
    sold = _sold(program)
    for ladder in program.ladders:
        before: LadderVersion | None = None
        for index, version in enumerate(ladder.versions):
            path = _path(ladder, index)
            if before is None or _scope(before) != _scope(version):
                yield from _scope_faults(path, version, known)
            if before is None or (_scope(before), before.metric) != (_scope(version), version.metric):
                yield from _currency_faults((*path, "counts"), version, sold, rates)
            if before is None or before.tiers != version.tiers:
                yield from _tiers_faults((*path, "tiers"), version, known)
            if before is not None:
                yield from _order_faults((*path, "from"), before, version)
            before = version


def _first_days(program: Program) -> _Rates:
    rates: dict[tuple[str, str], date] = {}
    for rate in program.exchange_rates:
        pair = rate.from_currency, rate.to_currency
        rates[pair] = min(rate.start or date.min, rates.get(pair, date.max))
    return rates


def _sold(program: Program) -> _Sold:
    sold: dict[str, dict[str, str]] = {}
    for location in program.locations:
        places = sold.setdefault(location.currency_code, {})
        for brand_id in location.brand_ids:
            places.setdefault(brand_id, location.location_id)
    return sold


def _path(ladder: Ladder, index: int) -> Path:
    path: Path = ("ladders", ladder.ladder_id)
    return (*path, "changes", index - 1) if index else path


def _order_faults(path: Path, before: LadderVersion, version: LadderVersion) -> Iterator[Fault]:
    if version.start is not None and before.start is not None and version.start <= before.start:
        yield Fault(path, f"must be later than {before.start}, from when the former holds")


def _scope(version: LadderVersion) -> tuple[object, ...]:
    return version.brand_id, version.brand_weights


def _scope_faults(path: Path, version: LadderVersion, known: KnownIds) -> Iterator[Fault]:
    if version.brand_id:
        yield from unknown((*path, "brand"), "brand", version.brand_id, known.brands)
    for part in version.brand_weights:
        yield from unknown((*path, "weights", part.brand_id), "brand", part.brand_id, known.brands)
    nothing = {part.brand_id for part in version.brand_weights if part.weight == 0}
    if known.brands and known.brands <= nothing:
        yield Fault((*path, "weights"), "no brand counts")


def _tiers_faults(path: Path, version: LadderVersion, known: KnownIds) -> Iterator[Fault]:
    lower: Tier | None = None
    for tier in version.tiers:
        place = (*path, tier.tier_id, "above" if tier.above else "from")
        if tier.threshold + tier.above < 1:
            yield Fault(place, "must be above 0: what everybody meets is no tier")
        elif tier.threshold > MOST_THRESHOLD:
            yield Fault(place, f"must be at most {_figure(MOST_THRESHOLD, version.metric)}")
        elif lower is not None and tier.height() <= lower.height():
            begins = f"{'above' if lower.above else 'from'} {_figure(lower.threshold, version.metric)}"
            yield Fault(place, f"tiers rise: {lower.tier_id} before it begins {begins}")
        for part in tier.benefits.multipliers:
            if part.brand_id not in ("", version.brand_id):
                place = (*path, tier.tier_id, "multipliers", part.brand_id)
                yield from unknown(place, "brand", part.brand_id, known.brands)
        lower = tier


def _figure(number: int, metric: Metric) -> str:
    return money_text(number, metric.currency_code) if isinstance(metric, SpendMetric) else str(number)


def _currency_faults(path: Path, version: LadderVersion, sold: _Sold, rates: _Rates) -> Iterator[Fault]:
    """Wherever a brand that counts is sold, what is paid can be turned into the ladder's currency, from the version's
    first day on."""
    if not isinstance(version.metric, SpendMetric):
        return
    counted = version.metric.currency_code
    nothing = {part.brand_id for part in version.brand_weights if part.weight == 0}
    for currency, places in sold.items():
        counting = [brand_id for brand_id in places if brand_id == version.brand_id or not version.brand_id]
        place = next((places[brand_id] for brand_id in counting if brand_id not in nothing), None)
        if place is None or currency == counted:
            continue
        first = rates.get((currency, counted))
        if first is None:
            yield Fault(path, f"sales in {currency}, as at {place}, would not count: no exchange rate to {counted}")
        elif first > (version.start or date.min):
            reason = (
                f"sales in {currency}, as at {place}, would not count before {first}: no exchange rate to {counted}"
            )
            yield Fault(path, reason)
