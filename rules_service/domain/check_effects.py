"""What must be true of what rules pay: rates above 0 and not absurd, steps that rise, bundles that can be complete."""

from collections.abc import Iterator

from rules_service.domain.check_amounts import amount_faults, amounts_faults
from rules_service.domain.effects import (
    BaseMultiplier,
    Bundle,
    BundlePart,
    Effect,
    FixedPoints,
    PointsPerAmount,
    Step,
    ThresholdSteps,
)
from rules_service.domain.fault import Fault, KnownIds, Path, unknown_among
from rules_service.domain.numbers import money_text

MOST_POINTS = 1_000_000
MOST_FACTOR = 100


def effect_faults(path: Path, effect: Effect, known: KnownIds) -> Iterator[Fault]:
    """Faults of an effect; numbers of points that are whole were bounded when they were read."""
    if isinstance(effect, BaseMultiplier):
        if not 1 < effect.factor.fraction() <= MOST_FACTOR:
            yield Fault((*path, "factor"), f"must be above 1 and at most {MOST_FACTOR}")
    elif isinstance(effect, ThresholdSteps):
        yield from _steps_faults((*path, "thresholds"), effect, known)
    elif isinstance(effect, Bundle):
        yield from _bundle_faults((*path, "parts"), effect, known)
    elif not isinstance(effect, FixedPoints):
        if not 0 < effect.points.fraction() <= MOST_POINTS:
            yield Fault((*path, "points"), f"must be above 0 and at most {MOST_POINTS}")
        if isinstance(effect, PointsPerAmount):
            yield from amounts_faults((*path, "per"), effect.per, known)


def _steps_faults(path: Path, effect: ThresholdSteps, known: KnownIds) -> Iterator[Fault]:
    """In each currency a higher amount gives more; the order in which steps are written does not matter."""
    for index, step in enumerate(effect.steps):
        yield from amount_faults((*path, index, "from"), step.at_least, known)
    lower: Step | None = None
    for index, step in sorted(enumerate(effect.steps), key=_currency_and_amount):
        if lower is not None and lower.at_least == step.at_least:
            yield Fault((*path, index, "from"), "another step begins at the same amount")
        elif lower is not None and _same_currency(lower, step) and step.points <= lower.points:
            amount = money_text(lower.at_least.minor_units, lower.at_least.currency_code)
            yield Fault((*path, index, "points"), f"must be above {lower.points}, which {amount} give already")
        lower = step


def _currency_and_amount(numbered: tuple[int, Step]) -> tuple[str, int, int]:
    index, step = numbered
    return step.at_least.currency_code, step.at_least.minor_units, index


def _same_currency(one: Step, other: Step) -> bool:
    return one.at_least.currency_code == other.at_least.currency_code


def _bundle_faults(path: Path, effect: Bundle, known: KnownIds) -> Iterator[Fault]:
    """A line counts for the first part it fits: a part whose goods an earlier one takes leaves no set complete."""
    for index, part in enumerate(effect.parts):
        yield from unknown_among((*path, index, "categories"), "category", part.category_ids, known.categories)
        for number, earlier in enumerate(effect.parts[:index], start=1):
            if _takes_all(earlier, part):
                yield Fault((*path, index), f"part {number} takes all of its goods, so no set is ever complete")
                break


def _takes_all(earlier: BundlePart, later: BundlePart) -> bool:
    return _within(later.category_ids, earlier.category_ids) and _within(later.skus, earlier.skus)


def _within(asked: tuple[str, ...], wider: tuple[str, ...]) -> bool:
    return not wider or (bool(asked) and set(asked) <= set(wider))
