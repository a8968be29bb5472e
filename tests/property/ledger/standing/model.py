"""Standing recomputed the slow way: sales in a list, every day from the first one on, months counted one by one.
Written from docs/DOMAIN.md §8 and ADR 0038, not from the code; of the ladder only what it states is read."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from ledger_service.domain.standing.hold import Forever, Hold, Span
from ledger_service.domain.standing.ladder import Comparison, Ladder, LadderVersion
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.metric import Orders, Points, Spend
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year

DAY = timedelta(days=1)
NEVER = date(9999, 12, 31)


@dataclass
class Part:
    """What stands of a sale at one brand."""

    amount: int
    base: int
    bonus: int


@dataclass
class Sale:
    """A sale on its local day; a brand of which all came back is gone."""

    day: date
    currency: str
    parts: dict[str, Part]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month."""
    year, month, number = day.year, day.month, day.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def next_year(day: date, first_month: int) -> date:
    """The first day of the next year."""
    day = (day.replace(day=28) + 4 * DAY).replace(day=1)
    while day.month != first_month:
        day = (day.replace(day=28) + 4 * DAY).replace(day=1)
    return day


def counts_no_more(window: Window, then: date) -> date:
    """The first day on which a sale counts no longer."""
    if isinstance(window, Lifetime):
        return NEVER
    if isinstance(window, Rolling):
        return months_later(then, window.months)
    return next_year(then, window.first_month)


def promised(hold: Hold, day: date) -> date:
    """The first day that a promise does not cover."""
    if isinstance(hold, Forever):
        return NEVER
    if isinstance(hold, Span):
        return months_later(day, hold.months) + hold.days * DAY
    end = next_year(day, hold.first_month)
    for _ in range(hold.years):
        end = next_year(end, hold.first_month)
    return months_later(end, hold.months)


def figure(version: LadderVersion, sale: Sale) -> Fraction:
    """What a sale counts for, exactly."""
    brand, weights = version.scope.brand, dict(version.scope.weights)
    parts = {name: part for name, part in sale.parts.items() if brand in ("", name)}
    metric = version.metric
    if isinstance(metric, Orders):
        return max((Fraction(weights.get(name, 10_000), 10_000) for name in parts), default=Fraction(0))
    total = Fraction(0)
    for name, part in parts.items():
        weight = Fraction(weights.get(name, 10_000), 10_000)
        if isinstance(metric, Points):
            total += weight * (part.base + (0 if metric.base_only else part.bonus))
        else:
            total += weight * part.amount * rate(metric, sale)
    return total


def rate(metric: Spend, sale: Sale) -> Fraction:
    """What a minor unit of the sale's currency counts for on its day."""
    if sale.currency == metric.currency:
        return Fraction(1)
    begun = [one for one in metric.rates if one.currency == sale.currency and one.start <= sale.day]
    return max(begun, key=lambda one: one.start).ratio.fraction() if begun else Fraction(0)


@dataclass
class Rung:
    """A tier of the member."""

    met: bool = False
    until: date = date.min
    grace: date = date.min
    alive: bool = False
    held: bool = False


@dataclass
class Life:
    """A member's earned tiers on every day of a stretch."""

    ladder: Ladder
    sales: list[Sale]
    tiers: dict[date, str] = field(default_factory=dict)
    values: dict[date, int] = field(default_factory=dict)

    def live(self, until: date) -> "Life":
        """Goes through all days up to and with the last."""
        rungs: dict[str, Rung] = {}
        top = ""
        day = self.ladder.versions[0].start
        figures: dict[int, list[tuple[date, date, Fraction]]] = {}
        while day <= until:
            version = [one for one in self.ladder.versions if one.start <= day][-1]
            if id(version) not in figures:
                figures[id(version)] = [
                    (sale.day, counts_no_more(version.window, sale.day), figure(version, sale)) for sale in self.sales
                ]
            known = figures[id(version)]
            total = sum((part for then, end, part in known if then <= day < end), Fraction(0))
            rungs = {tier.tier_id: rungs.get(tier.tier_id, Rung()) for tier in version.tiers}
            for tier in version.tiers:
                above = tier.comparison is Comparison.ABOVE
                met = total > tier.threshold if above else total >= tier.threshold
                live_rung(version, rungs[tier.tier_id], day, met)
            top = self.fall(version, rungs, day, top)
            self.tiers[day] = top
            self.values[day] = total.numerator // total.denominator
            day += DAY
        return self

    @staticmethod
    def fall(version: LadderVersion, rungs: dict[str, Rung], day: date, before: str) -> str:
        """The highest tier that is left, after at most one step down if it falls by steps."""
        names = ["", *rungs]
        held = [name for name, rung in rungs.items() if rung.held]
        top = held[-1] if held else ""
        if version.fall.step is not None and before in names:
            below = names[max(names.index(before) - 1, 0)]
            if names.index(top) < names.index(below):
                top = below
                rungs[below].until = promised(version.fall.step, day)
                rungs[below].grace = date.min
                rungs[below].alive = rungs[below].held = True
        return top

    def tier(self, day: date) -> str:
        """Earned on a day; none before there is a ladder."""
        return self.tiers.get(day, "")

    def shown(self, manual: list[ManualTier], day: date) -> str:
        """The higher of earned and set by hand."""
        begun = [one for one in self.ladder.versions if one.start <= day]
        names = ["", *(tier.tier_id for tier in begun[-1].tiers)] if begun else [""]
        by_hand = [one.tier for one in manual if one.start <= day and (one.end is None or day < one.end)]
        return max((name for name in (self.tier(day), *by_hand) if name in names), key=names.index, default="")

    def since(self, day: date) -> date | None:
        """The first day of the earned tier without a break."""
        tier = self.tier(day)
        while tier and self.tier(day - DAY) == tier:
            day -= DAY
        return day if tier else None


def live_rung(version: LadderVersion, rung: Rung, day: date, met: bool) -> None:
    """One tier, one day."""
    first = isinstance(version.window, Year) and (day.month, day.day) == (version.window.first_month, 1)
    if met and (first or not rung.met or rung.until <= day):
        rung.until = max(rung.until, promised(version.hold, day))
    alive = met or day < rung.until
    if rung.alive and not alive:
        rung.grace = day + version.fall.grace_days * DAY
    if alive:
        rung.grace = date.min
    rung.met, rung.alive = met, alive
    rung.held = alive or day < rung.grace
