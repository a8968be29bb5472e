"""What half a year of a real gift shop must earn and give back, by exact fractions and the file alone.

Imports nothing of the product. RATES repeats deploy/local/programs/uci by hand; uci_plan says which sale line each
cancelled line concerns; the rest is arithmetic. A line earns by its amount or pieces and is rounded by itself; a
cancelled line takes back, of each sale line it concerns, the half-up share of all that has come back so far, less what
earlier cancellations took; one that came before its sale does so right after the sale. A corrected line is worth what
it would have earned as corrected, less the half-up share of that for what has come back of it.

    python -m tests.trial.uci_expected ../shared/data/uci_orders_h1.jsonl.gz
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

from tests.trial.uci_plan import Corrected, Refused, Returned, SaleLine, Step, Waiting, plan

HALF = Fraction(1, 2)

# Brand: points for a pound, points for a piece, and what is added before the fraction is cut off.
RATES = {
    "HOME": (Fraction(1), Fraction(0), Fraction(0)),
    "KITSCH": (Fraction(2), Fraction(0), Fraction(0)),
    "VINTAGE": (Fraction(3, 2), Fraction(0), HALF),
    "GIFT": (Fraction(0), Fraction(1, 4), Fraction(0)),
}

BrandMember = tuple[str, str]


@dataclass
class Lot:
    """What a sale line earned, and what has become of that. `moved` is by corrections."""

    brand: str
    member: str
    earned: int
    granted: int
    pieces: int
    returned: int = 0
    reversed: int = 0
    moved: int = 0

    @property
    def balance(self) -> int:
        """Points that stand, if none were spent."""
        return self.earned + self.moved - self.reversed


@dataclass
class Expected:
    """Lots by sale line; points taken back, or moved by corrections, of each cancellation; what waits, by kind; what
    is refused, by kind and reason; control totals."""

    lots: dict[SaleLine, Lot] = field(default_factory=dict)
    of_document: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    corrected: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    control: Counter[str] = field(default_factory=Counter)

    def by_brand_and_member(self, figure: str) -> Counter[BrandMember]:
        """Sums of a figure of the lots; those of 0 are left out."""
        sums: Counter[BrandMember] = Counter()
        for lot in self.lots.values():
            sums[lot.brand, lot.member] += getattr(lot, figure)
        return Counter({key: points for key, points in sums.items() if points})


def expected(path: str) -> Expected:
    """Reads the whole file in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return work_out([json.loads(text) for text in file])


def work_out(documents: list[dict[str, Any]]) -> Expected:
    """The arithmetic over documents in order."""
    found = Expected()
    steps = plan(documents)
    early: dict[str, list[tuple[str, Waiting]]] = {}
    for document in documents:
        count(found, document)
        if document["kind"] == "sale":
            sell(found, document)
            for cancellation, line in early.pop(document["doc"], ()):
                assert line.sale_line is not None
                take_back(found, cancellation, line.sale_line, line.pieces)
        for step in steps.get(document["doc"], ()):
            if isinstance(step, Waiting):
                wait(found, early, document["doc"], step)
            else:
                carry_out(found, document["doc"], step)
    return found


def count(found: Expected, document: dict[str, Any]) -> None:
    found.control[document["kind"]] += 1
    found.control["lines"] += len(document["lines"])
    found.control["unmatched"] += sum(line.get("unmatched", 0) for line in document["lines"])
    found.control["minor_units"] += sum(line["amt"] for line in document["lines"])


def worth(brand: str, pieces: int, amount: int) -> int:
    """Points of a line."""
    per_pound, per_piece, added = RATES[brand]
    return floor(per_pound * Fraction(amount, 100) + per_piece * pieces + added)


def part(points: int, returned: int, sold: int) -> int:
    """The half-up share of points for what has come back."""
    return floor(Fraction(points * returned, sold) + HALF) if returned else 0


def sell(found: Expected, document: dict[str, Any]) -> None:
    for line in document["lines"]:
        if line["brand"] is not None:
            points = worth(line["brand"], line["qty"], line["amt"])
            lot = Lot(line["brand"], document["member_id"], points, points, line["qty"])
            found.lots[document["doc"], line["n"]] = lot
            found.of_document[document["doc"]] += points


def wait(found: Expected, early: dict[str, list[tuple[str, Waiting]]], document: str, line: Waiting) -> None:
    if line.sale_line is None:
        found.waiting[line.kind] += 1
    else:
        found.came[line.kind] += 1
        early.setdefault(line.sale_line[0], []).append((document, line))


def carry_out(found: Expected, document: str, step: Step) -> None:
    if isinstance(step, Returned):
        for _, shares in step.lines:
            for sale_line, pieces in shares:
                take_back(found, document, sale_line, pieces)
    elif isinstance(step, Corrected):
        found.corrected[step.kind] += 1
        correct(found, document, step)
    elif isinstance(step, Refused):
        found.refused[step.kind, step.reason] += 1


def take_back(found: Expected, document: str, sale_line: SaleLine, pieces: int) -> None:
    lot = found.lots.get(sale_line)
    if lot is None:
        return
    before = part(lot.granted, lot.returned, lot.pieces)
    lot.returned += pieces
    points = part(lot.granted, lot.returned, lot.pieces) - before
    lot.reversed += points
    found.of_document[document] += points


def correct(found: Expected, document: str, step: Corrected) -> None:
    lot = found.lots.get(step.sale_line)
    if lot is None:
        return
    before = lot.granted - part(lot.granted, lot.returned, lot.pieces)
    lot.granted, lot.pieces = worth(lot.brand, step.pieces, step.amount), step.pieces
    points = lot.granted - part(lot.granted, lot.returned, lot.pieces) - before
    lot.moved += points
    found.of_document[document] -= points


def by_brand(points: Iterable[tuple[BrandMember, int]]) -> Counter[str]:
    """Sums over members."""
    sums: Counter[str] = Counter()
    for (brand, _), some in points:
        sums[brand] += some
    return sums


if __name__ == "__main__":
    result = expected(sys.argv[1])
    for brand in RATES:
        figures = ("earned", "reversed", "moved")
        sums = [by_brand(result.by_brand_and_member(figure).items())[brand] for figure in figures]
        print(f"{brand:<8} earned {sums[0]:>9,}  taken back {sums[1]:>7,}  corrected {sums[2]:>7,}")
    print(f"waiting {dict(result.waiting)}, came later {dict(result.came)}, corrected {dict(result.corrected)}")
    print(f"refused {dict(result.refused)}, {dict(result.control)}")
