"""What half a year of a real gift shop must earn and give back, by exact fractions and the file alone.

Imports nothing of the product. RATES repeats deploy/local/programs/uci by hand; the rest is arithmetic:
a line earns by its amount or pieces and is rounded by itself; a cancelled line takes back, of each sale line it
names, the half-up share of all that has come back so far, less what earlier cancellations took.

    python tests/trial/uci_expected.py ../shared/data/uci_orders_h1.jsonl.gz
"""

import gzip
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

HALF = Fraction(1, 2)
POSTED = ("full", "split", "partial")

# Brand: points for a pound, points for a piece, and what is added before the fraction is cut off.
RATES = {
    "HOME": (Fraction(1), Fraction(0), Fraction(0)),
    "KITSCH": (Fraction(2), Fraction(0), Fraction(0)),
    "VINTAGE": (Fraction(3, 2), Fraction(0), HALF),
    "GIFT": (Fraction(0), Fraction(1, 4), Fraction(0)),
}

BrandMember = tuple[str, str]


@dataclass
class Expected:
    """Points by brand and member and by document; lines that are not posted; control totals."""

    earned: Counter[BrandMember] = field(default_factory=Counter)
    taken_back: Counter[BrandMember] = field(default_factory=Counter)
    of_document: Counter[str] = field(default_factory=Counter)
    not_posted: list[tuple[str, int, str]] = field(default_factory=list)
    control: Counter[str] = field(default_factory=Counter)


def expected(path: str) -> Expected:
    """Reads the whole file in its order."""
    found = Expected()
    granted: dict[tuple[str, int], tuple[str, int, int]] = {}
    returned: Counter[tuple[str, int]] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            document = json.loads(text)
            count(found, document)
            for line in document["lines"]:
                if document["kind"] == "sale":
                    sell(found, granted, document, line)
                elif line["match_kind"] in POSTED and line["match"]:
                    take_back(found, granted, returned, document, line)
                else:
                    found.not_posted.append((document["doc"], line["n"], line["match_kind"]))
    return found


def count(found: Expected, document: dict[str, Any]) -> None:
    found.control[document["kind"]] += 1
    found.control["lines"] += len(document["lines"])
    found.control["unmatched"] += sum(line.get("unmatched", 0) for line in document["lines"])
    found.control["minor_units"] += sum(line["amt"] for line in document["lines"])


def sell(found: Expected, granted: dict[Any, Any], document: dict[str, Any], line: dict[str, Any]) -> None:
    brand = line["brand"]
    if brand is None:
        return
    per_pound, per_piece, added = RATES[brand]
    points = floor(per_pound * Fraction(line["amt"], 100) + per_piece * line["qty"] + added)
    granted[document["doc"], line["n"]] = (brand, points, line["qty"])
    found.earned[brand, document["member_id"]] += points
    found.of_document[document["doc"]] += points


def take_back(
    found: Expected, granted: dict[Any, Any], returned: Counter[Any], document: dict[str, Any], line: dict[str, Any]
) -> None:
    for sale, number, pieces in line["match"]:
        before, after = returned[sale, number], returned[sale, number] + pieces
        returned[sale, number] = after
        if (sale, number) in granted:
            brand, points, sold = granted[sale, number]
            points = floor(Fraction(points * after, sold) + HALF) - floor(Fraction(points * before, sold) + HALF)
            found.taken_back[brand, document["member_id"]] += points
            found.of_document[document["doc"]] += points


if __name__ == "__main__":
    result = expected(sys.argv[1])
    for brand in RATES:
        sums = [sum(v for (b, _), v in part.items() if b == brand) for part in (result.earned, result.taken_back)]
        print(f"{brand:<8} earned {sums[0]:>9,}  taken back {sums[1]:>7,}")
    print(f"not posted {Counter(kind for _, _, kind in result.not_posted)}, {dict(result.control)}")
