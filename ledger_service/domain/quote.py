"""What points would be worth here and elsewhere, and why: shown before the member agrees."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chassis.values.integers import checked
from chassis.values.money import DIGITS, Money
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.proof import NO_PROOF, ProofMethod, ProofPolicy, methods_for
from ledger_service.domain.redemption import RedemptionTerms, Worth

HONOURED = timedelta(minutes=10)
"""How long a quote is honoured while its revision is live."""


@dataclass(frozen=True, slots=True)
class WorthOf:
    """What the asked-for points are worth at one brand."""

    worth: Worth
    value: Money


@dataclass(frozen=True, slots=True)
class NamedPoints:
    """Points as a brand shows them: what it calls one of them, and how many they are."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A comparison; nothing is set aside. `brand_points` is None if the brand has no name of its own for points.
    `proof_methods`: what proves the member well enough to spend them; none if no proof is needed."""

    points: int
    here: WorthOf
    available: int
    elsewhere: tuple[WorthOf, ...]
    revision: str
    expire_time: datetime
    receipt_text: str
    brand_points: NamedPoints | None = None
    proof_methods: tuple[ProofMethod, ...] = ()


def quote(terms: RedemptionTerms, points: int, available: int, now: datetime, proofs: ProofPolicy = NO_PROOF) -> Quote:
    """The quote of `points`, which may be more than are available; its text says if the brand would not take them."""
    here = _worth_of(terms.here, points)
    elsewhere = tuple(_worth_of(worth, points) for worth in terms.elsewhere)
    expire_time = now + HONOURED if terms.end_time is None else min(now + HONOURED, terms.end_time)
    shown = _shown(terms, points)
    text = _receipt_text(terms, points, here, elsewhere, shown)
    methods = methods_for(proofs.tiers_of(here.value.currency_code), here.value.minor_units)
    return Quote(points, here, available, elsewhere, terms.revision, expire_time, text, shown, methods)


def _shown(terms: RedemptionTerms, points: int) -> NamedPoints | None:
    named = terms.named_point
    return NamedPoints(named.name, checked(points * named.per_point, "points of the brand")) if named else None


def _worth_of(worth: Worth, points: int) -> WorthOf:
    """Floored to the minor unit, as a redemption would."""
    value = checked(worth.rate.per_point.floor_of(points), "redemption value")
    return WorthOf(worth, Money(worth.rate.currency, value))


def _receipt_text(
    terms: RedemptionTerms, points: int, here: WorthOf, elsewhere: tuple[WorthOf, ...], shown: NamedPoints | None
) -> str:
    point_name = terms.point_name
    as_shown = f" ({shown.count} {shown.name}s)" if shown else ""
    lines = [f"{points} {point_name}s{as_shown} are worth {_sentence(point_name, here)}"]
    least, block = terms.minimum_points, terms.block_points
    if (least, block) != (1, 1) and not terms.takes(points):
        lines.append(f"{here.worth.brand_name} takes at least {least} {point_name}s, in blocks of {block}")
    if elsewhere:
        lines.append("Elsewhere the same points are worth:")
        lines += [f"  {_sentence(point_name, other)}" for other in elsewhere]
    return "\n".join(lines)


def _sentence(point_name: str, one: WorthOf) -> str:
    rate = f"1 {point_name} = {_major(one.worth.rate)}"
    why = f"; {one.worth.reason}" if one.worth.reason else ""
    return f"{one.value} at {one.worth.brand_name} ({rate}{why})"


def _major(rate: PointRate) -> str:
    """A rate in major units, exact if it has a finite decimal form of reasonable length."""
    minor = Decimal(rate.per_point.numerator) / Decimal(rate.per_point.denominator)
    major = minor.scaleb(-DIGITS[rate.currency]).normalize()
    return f"{major:f} {rate.currency}"
