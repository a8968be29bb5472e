"""Sections of ladders → ladders, each change of one as a version of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from chassis.values.money import Money
from rules_service.domain.fault import Path
from rules_service.domain.ladders import (
    BrandWeight,
    Ladder,
    LadderVersion,
    Metric,
    OrdersMetric,
    PointsMetric,
    SpendMetric,
    Tier,
    TierBenefits,
    TierMultiplier,
    YearFrom,
)
from rules_service.wire.file_holds import FallSection, HoldSection, fall, hold
from rules_service.wire.file_ladders import ChangeSection, Counts, LadderSection, TierSection, WindowSection
from rules_service.wire.file_room import LADDER_TOO_LARGE, MOST_BYTES_A_LADDER, NOUN, text_size, version_size
from rules_service.wire.file_sources import FileFault, Sources

MOST_LADDERS = 100
"""Each is followed for every member."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds from a day on."""

    start: date | None
    brand: str | None
    weights: Mapping[str, int] | None
    counts: Counts
    window: WindowSection
    tiers: Mapping[str, TierSection]
    hold: HoldSection
    fall: FallSection


def read_ladders(sections: Mapping[str, LadderSection], sources: Sources, faults: list[FileFault]) -> Iterator[Ladder]:
    """The ladders; notes thresholds that are not of what counts, or where there is too much, and leaves the ladder
    out."""
    for number, (ladder_id, section) in enumerate(sections.items(), start=1):
        if number > MOST_LADDERS:
            faults.append(sources.fault(("ladders", ladder_id), f"a program has at most {MOST_LADDERS} ladders"))
            return
        found: list[FileFault] = []
        versions = _versions(ladder_id, section, sources, found)
        faults += found
        if not found:
            yield Ladder(ladder_id, section.name, versions)


def _versions(
    ladder_id: str, section: LadderSection, sources: Sources, faults: list[FileFault]
) -> tuple[LadderVersion, ...]:
    """All of them, or those before the first fault."""
    versions: list[LadderVersion] = []
    terms = _first(section)
    size = 0
    for path, change in _places(ladder_id, section):
        if change is not None:
            terms = _changed(terms, change)
        faults += _threshold_faults(path, terms, change, sources)
        if faults:
            continue
        kept = versions[-1].tiers if change is not None and _keeps_tiers(change) else None
        version = _version(terms, kept or _tiers(terms))
        own = version_size(version) + (0 if versions else NOUN + len(ladder_id) + text_size(section.name))
        size += own
        if size > MOST_BYTES_A_LADDER:
            faults.append(sources.fault(path, LADDER_TOO_LARGE))
            break
        if not sources.fits(path, own, faults):
            break
        versions.append(version)
    return tuple(versions)


def _places(ladder_id: str, section: LadderSection) -> Iterator[tuple[Path, ChangeSection | None]]:
    path: Path = ("ladders", ladder_id)
    yield path, None
    for index, change in enumerate(section.changes):
        yield (*path, "changes", index), change


def _first(section: LadderSection) -> _Terms:
    return _Terms(
        start=section.start,
        brand=section.brand,
        weights=section.weights,
        counts=section.counts,
        window=section.window,
        tiers=section.tiers,
        hold=section.hold,
        fall=section.fall,
    )


def _changed(terms: _Terms, change: ChangeSection) -> _Terms:
    if change.brand is not None or change.weights is not None:
        terms = replace(terms, brand=change.brand, weights=change.weights)
    return replace(
        terms,
        start=change.start,
        counts=change.counts or terms.counts,
        window=change.window or terms.window,
        tiers=change.tiers or terms.tiers,
        hold=change.hold or terms.hold,
        fall=change.fall or terms.fall,
    )


def _threshold_faults(path: Path, terms: _Terms, change: ChangeSection | None, sources: Sources) -> Iterator[FileFault]:
    """Amounts of one currency if spend counts, else whole numbers. What a change leaves as it was is judged with what
    it was changed of."""
    if change is not None and change.tiers is None and change.counts is None:
        return
    first = next((threshold for tier in terms.tiers.values() if isinstance(threshold := _threshold(tier), Money)), None)
    for tier_id, tier in terms.tiers.items():
        threshold, key = _threshold(tier), "from" if tier.above is None else "above"
        place = (*path, "tiers", tier_id, key) if change is None or change.tiers is not None else (*path, "counts")
        if terms.counts is not Counts.SPEND:
            if isinstance(threshold, Money):
                yield sources.fault(place, f"{terms.counts.value} count: {tier_id} begins at a whole number of them")
        elif not isinstance(threshold, Money):
            yield sources.fault(place, f"spend counts: {tier_id} begins at an amount such as 500.00 USD")
        elif first is not None and threshold.currency_code != first.currency_code:
            yield sources.fault(place, f"tiers are in one currency, the first is in {first.currency_code}")


def _threshold(tier: TierSection) -> Money | int:
    found = tier.above if tier.start is None else tier.start
    assert found is not None
    return found


def _keeps_tiers(change: ChangeSection) -> bool:
    """Whether they are those of before, which can be shared."""
    return change.tiers is None and change.counts is None and change.brand is None and change.weights is None


def _tiers(terms: _Terms) -> tuple[Tier, ...]:
    return tuple(_tier(tier_id, tier, terms.brand or "") for tier_id, tier in terms.tiers.items())


def _version(terms: _Terms, tiers: tuple[Tier, ...]) -> LadderVersion:
    window = terms.window.window()
    first_month = window.month if isinstance(window, YearFrom) else 1
    return LadderVersion(
        start=terms.start,
        brand_id=terms.brand or "",
        brand_weights=tuple(
            BrandWeight(brand_id, weight) for brand_id, weight in sorted((terms.weights or {}).items())
        ),
        metric=_metric(terms),
        window=window,
        tiers=tiers,
        hold=hold(terms.hold, first_month),
        fall=fall(terms.fall, first_month),
    )


def _metric(terms: _Terms) -> Metric:
    threshold = _threshold(next(iter(terms.tiers.values())))
    if isinstance(threshold, Money):
        return SpendMetric(threshold.currency_code)
    return OrdersMetric() if terms.counts is Counts.ORDERS else PointsMetric(terms.counts is Counts.BASE_POINTS)


def _tier(tier_id: str, section: TierSection, brand_id: str) -> Tier:
    threshold = _threshold(section)
    factors = {**({brand_id: section.multiplier} if section.multiplier is not None else {}), **section.multipliers}
    return Tier(
        tier_id=tier_id,
        name=section.name or tier_id,
        threshold=threshold.minor_units if isinstance(threshold, Money) else threshold,
        above=section.above is not None,
        benefits=TierBenefits(
            multipliers=tuple(TierMultiplier(name, factor) for name, factor in sorted(factors.items())),
            discount_basis_points=section.discount or 0,
            perks=tuple(sorted(set(section.perks))),
        ),
    )
