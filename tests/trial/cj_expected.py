"""What 20,000 real-shaped orders must earn, by exact fractions and the file alone.

Imports nothing of the product. RATES and the promotions repeat deploy/local/programs/demo by hand. A line earns on
what was paid for it, never below 0; a promotion is rounded by itself; FUEL is rounded once an order. Of CARE's two
multipliers a line gets the better one; PANTRY's steps and FRESH's dinners look at the order's lines together.

A member's tiers multiply what a line earns at its rate, before it is rounded, and nothing else; of two the greater
counts. They are those from before the order: by what was paid at all brands this year, and at CARE by the points that
its rate gave in twelve months. The file lies within one year of its shops, so neither forgets anything.

Dinners come out of a pot that runs dry: who comes first is for the tills to say. They are told apart, as wished for.

    python tests/trial/cj_expected.py ../shared/data/cj_orders.jsonl.gz
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

HALF = Fraction(1, 2)
SHOPS = ZoneInfo("America/New_York")
SUMMER = (date(2017, 6, 1), date(2017, 9, 1))

# Points for a dollar, and what is added before the fraction is cut off.
RATES = {
    "FRESH": (Fraction(2), Fraction(0)),
    "PANTRY": (Fraction(1), Fraction(0)),
    "CARE": (Fraction(3, 2), HALF),
    "FUEL": (Fraction(1, 2), Fraction(0)),
}
ROUNDED_BY_ORDER = "FUEL"
WEDNESDAY = 2
WELL_BEING = {"COSMETICS", "NUTRITION"}
CIRCLE = ((100_000, Fraction(3, 2)), (50_000, Fraction(5, 4)), (25_000, Fraction(11, 10)))
BEAUTY = ((120, Fraction(3, 2)), (40, Fraction(6, 5)))
STEPS = ((10_000, 75), (5_000, 25), (2_000, 5))
COUNTER = {"MEAT", "MEAT-PCKGD", "SEAFOOD", "SEAFOOD-PCKGD"}
# What a member gets for dinners in a month, and all members in a quarter.
DINNERS_A_MONTH, DINNERS_A_QUARTER = 60, 1_500
DINNER_POINTS, MOST_DINNERS, PRODUCE_A_DINNER = 10, 3, 2
# Control totals of the manifest and the field of a line each of them sums up.
CONTROLS = {
    "net_cents": "net",
    "paid_cents": "paid",
    "coupon_cents": "coupon",
    "card_disc_cents": "card_disc",
    "match_cents": "match",
    "qty": "qty",
}

BrandMember = tuple[str, str]


@dataclass
class Standing:
    """What a member has paid in cents, and got at CARE's rate in points: what both are worth from the next order on."""

    paid: int = 0
    care: int = 0

    def factor(self, brand: str) -> Fraction:
        circle = next((factor for cents, factor in CIRCLE if self.paid >= cents), Fraction(1))
        beauty = next((factor for points, factor in BEAUTY if self.care >= points), Fraction(1))
        return max(circle, beauty) if brand == "CARE" else circle


@dataclass
class Expected:
    """Points by brand and member and by document and brand, without dinners; dinners that documents wish for; whose
    each document is, and its day; control totals as the manifest names them."""

    earned: Counter[BrandMember] = field(default_factory=Counter)
    of_document: Counter[tuple[str, str]] = field(default_factory=Counter)
    dinners: Counter[str] = field(default_factory=Counter)
    told: dict[str, tuple[str, date]] = field(default_factory=dict)
    control: Counter[str] = field(default_factory=Counter)


def expected(path: str) -> Expected:
    """Reads the whole file."""
    found = Expected()
    standings: defaultdict[str, Standing] = defaultdict(Standing)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            order = json.loads(text)
            found.control["orders"] += 1
            for line in order["lines"]:
                found.control["lines"] += 1
                for total, name in CONTROLS.items():
                    found.control[total] += line.get(name, 0)
            for brand, points in points_of(order, standings[order["member_id"]]).items():
                found.earned[brand, order["member_id"]] += points
                found.of_document[order["order_id"], brand] += points
            found.dinners[order["order_id"]] = dinners(order["lines"])
            found.told[order["order_id"]] = (order["member_id"], day_of(order))
    return found


def points_of(order: dict[str, Any], standing: Standing) -> Counter[str]:
    """What an order earns by brand; the standing is that behind it afterwards."""
    day = day_of(order)
    points: Counter[str] = Counter()
    unrounded = Fraction(0)
    care = 0
    for line in order["lines"]:
        brand = line["brand"]
        per_dollar, added = RATES[brand]
        base = per_dollar * Fraction(max(line["paid"], 0), 100)
        if brand == ROUNDED_BY_ORDER:
            unrounded += base * standing.factor(brand)
            continue
        at_rate = floor(base * standing.factor(brand) + added)
        care += at_rate if brand == "CARE" else 0
        points[brand] += at_rate + floor(base * promotion(line, day))
    standing.paid += sum(max(line["paid"], 0) for line in order["lines"])
    standing.care += care
    points[ROUNDED_BY_ORDER] += floor(unrounded)
    points["PANTRY"] += big_shop(order["lines"])
    return points


def day_of(order: dict[str, Any]) -> date:
    return datetime.fromisoformat(order["ts"]).astimezone(SHOPS).date()


def dinners_by_month(found: Expected, of_document: Mapping[str, int]) -> Counter[tuple[str, int]]:
    """Dinners of documents by member and month."""
    months: Counter[tuple[str, int]] = Counter()
    for document, points in of_document.items():
        member, day = found.told[document]
        months[member, day.month] += points
    return months


def dinners_by_quarter(months: Mapping[tuple[str, int], int]) -> Counter[int]:
    """The same by quarter, at most what a month allows each member."""
    quarters: Counter[int] = Counter()
    for (_, month), points in months.items():
        quarters[(month - 1) // 3] += min(points, DINNERS_A_MONTH)
    return quarters


def big_shop(lines: list[dict[str, Any]]) -> int:
    paid = sum(max(line["paid"], 0) for line in lines if line["brand"] == "PANTRY")
    return next((points for cents, points in STEPS if paid >= cents), 0)


def dinners(lines: list[dict[str, Any]]) -> int:
    pieces: Counter[bool] = Counter()
    for line in lines:
        if line["brand"] == "FRESH" and (line["dept"] == "PRODUCE" or line["dept"] in COUNTER):
            pieces[line["dept"] == "PRODUCE"] += line["qty"]
    return DINNER_POINTS * min(pieces[False], pieces[True] // PRODUCE_A_DINNER, MOST_DINNERS)


def promotion(line: dict[str, Any], day: date) -> Fraction:
    """How much of the base a promotion adds."""
    if line["brand"] == "CARE" and line["dept"] in WELL_BEING and day.weekday() == WEDNESDAY:
        return Fraction(1)
    if (line["brand"], line["dept"]) == ("CARE", "COSMETICS"):
        return HALF
    summer_produce = (line["brand"], line["dept"]) == ("FRESH", "PRODUCE") and SUMMER[0] <= day < SUMMER[1]
    return Fraction(1) if summer_produce else Fraction(0)


if __name__ == "__main__":
    result = expected(sys.argv[1])
    for brand in RATES:
        print(f"{brand:<8} earned {sum(v for (b, _), v in result.earned.items() if b == brand):>9,}")
    print(dict(result.control))
