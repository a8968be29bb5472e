"""Published programs as data, each with its source. Prices are minor units of USD."""

from collections.abc import Sequence
from datetime import date

from chassis.values.rounding import Ratio
from ledger_service.domain.standing.activity import BrandActivity, DayActivity
from ledger_service.domain.standing.hold import AT_ONCE, NO_HOLD, Fall, Hold, YearEnd
from ledger_service.domain.standing.ladder import ALL_BRANDS, Benefits, Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Metric, Orders, Points, Scope, Spend
from ledger_service.domain.standing.window import Rolling, Window, Year

LAUNCH = date(2020, 1, 1)
PORTFOLIO = Scope()


def ladder(
    window: Window,
    tiers: Sequence[Tier],
    metric: Metric = Points(),  # noqa: B008  immutable
    hold: Hold = NO_HOLD,
    fall: Fall = AT_ONCE,
    scope: Scope = PORTFOLIO,
    start: date = LAUNCH,
) -> Ladder:
    """A ladder of one version."""
    return Ladder("status", (LadderVersion(start, scope, metric, window, tuple(tiers), hold, fall),))


def bonus(percent: int) -> Benefits:
    """So much on top of the base points of every brand."""
    return Benefits(multipliers=((ALL_BRANDS, Ratio.of(f"{100 + percent}/100")),))


# Gap Inc., "Rewards Program FAQ" (gap.com and gapfactory.ca): Core below 500, Enthusiast from 500 to 999, Icon from
# 1,000 of annual spend over Gap, Banana Republic, Old Navy and Athleta. How long a level lasts is not told; here it is
# through the next year.
APPAREL = ladder(
    Year(),
    [Tier("enthusiast", 500_00), Tier("icon", 1_000_00, benefits=Benefits(perks=("free-fast-shipping",)))],
    metric=Spend("USD"),
    hold=YearEnd(years=1),
)

# The same thresholds over the last twelve months by day, kept only while they are met.
APPAREL_ROLLING = ladder(Rolling(12), [Tier("enthusiast", 500), Tier("icon", 1_000)])

# Marriott Bonvoy (upgradedpoints.com, "The Benefits of Marriott Bonvoy Elite Status"): from 10, 25, 50, 75 nights in a
# year a bonus of 10, 25, 50, 75% on base points. It is kept through February of the year after the next. A night is an
# order here.
HOTEL = ladder(
    Year(),
    [
        Tier("silver", 10, benefits=bonus(10)),
        Tier("gold", 25, benefits=bonus(25)),
        Tier("platinum", 50, benefits=bonus(50)),
        Tier("titanium", 75, benefits=bonus(75)),
    ],
    metric=Orders(),
    hold=YearEnd(years=1, months=2),
)

# Rite Aid wellness+ of 2012 (Chain Drug Review, "Rite Aid plans to ramp up wellness+ program"; for the dates
# smartqponclips.com, "Couponing at Rite Aid 101"): bronze from 250, silver from 500, gold from 1,000 points. Points
# are set to zero on 1 January; what was reached stays until 31 December of the following year.
PHARMACY = ladder(
    Year(),
    [
        Tier("bronze", 250),
        Tier("silver", 500, benefits=Benefits(discount_basis_points=1_000)),
        Tier("gold", 1_000, benefits=Benefits(discount_basis_points=2_000)),
    ],
    hold=YearEnd(years=1),
)


def points(day: date, earned: int, brand: str = "north") -> DayActivity:
    """A day on which so many base points were earned, in one order."""
    return DayActivity(day, {brand: BrandActivity({}, earned, earned, 1)} if earned else {})


def spent(day: date, amount: int, currency: str = "USD", brand: str = "north") -> DayActivity:
    """A day on which so much was spent."""
    return DayActivity(day, {brand: BrandActivity({currency: amount}, 0, 0, 1)})


def orders(day: date, count: int) -> DayActivity:
    """A day of so many orders."""
    return DayActivity(day, {"north": BrandActivity({}, 0, 0, count)})
