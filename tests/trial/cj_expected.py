"""What 20,000 real-shaped orders must earn, by exact fractions and the file alone.

Imports nothing of the product. RATES and the promotions repeat deploy/local/programs/demo by hand. A line earns on
what was paid for it, never below 0; a promotion is rounded by itself; FUEL is rounded once an order. Of CARE's two
multipliers a line gets the better one; PANTRY's steps and FRESH's dinners look at the order's lines together.

    python tests/trial/cj_expected.py ../shared/data/cj_orders.jsonl.gz
"""

import gzip
import json
import sys
from collections import Counter
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
STEPS = ((10_000, 75), (5_000, 25), (2_000, 5))
COUNTER = {"MEAT", "MEAT-PCKGD", "SEAFOOD", "SEAFOOD-PCKGD"}
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
class Expected:
    """Points by brand and member and by document and brand; control totals as the manifest names them."""

    earned: Counter[BrandMember] = field(default_factory=Counter)
    of_document: Counter[tuple[str, str]] = field(default_factory=Counter)
    control: Counter[str] = field(default_factory=Counter)


def expected(path: str) -> Expected:
    """Reads the whole file."""
    found = Expected()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            order = json.loads(text)
            found.control["orders"] += 1
            for line in order["lines"]:
                found.control["lines"] += 1
                for total, name in CONTROLS.items():
                    found.control[total] += line.get(name, 0)
            for brand, points in points_of(order).items():
                found.earned[brand, order["member_id"]] += points
                found.of_document[order["order_id"], brand] += points
    return found


def points_of(order: dict[str, Any]) -> Counter[str]:
    day = datetime.fromisoformat(order["ts"]).astimezone(SHOPS).date()
    points: Counter[str] = Counter()
    unrounded = Fraction(0)
    for line in order["lines"]:
        brand = line["brand"]
        per_dollar, added = RATES[brand]
        base = per_dollar * Fraction(max(line["paid"], 0), 100)
        if brand == ROUNDED_BY_ORDER:
            unrounded += base
            continue
        points[brand] += floor(base + added) + floor(base * promotion(line, day))
    points[ROUNDED_BY_ORDER] += floor(unrounded)
    points["PANTRY"] += big_shop(order["lines"])
    points["FRESH"] += dinners(order["lines"])
    return points


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
