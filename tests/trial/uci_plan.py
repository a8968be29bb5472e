"""What becomes of each line that the gift shop cancelled, decided by the file alone. Imports nothing of the product.

The file names the sales of most cancelled lines. For the others:

- `early`: the member's first later sale line of the article with enough pieces left. 43 have none before the file
  ends; they wait for a sale of the second half of the year.
- `orphan`, and pieces of a `partial` line beyond those it names: a sale from before the file, which never comes.
- `price`: the article was sold at another price. What was refunded comes off the member's latest earlier sale line
  that has enough pieces and money left. Of the others more is asked back than was paid: refused as a return.
- `adj`: a charge of no brand. It comes off the latest earlier line of that code and price. A discount or a charge that
  was never a line of a sale cannot be a correction of one: refused, whichever sale it is tried on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]
SaleLine = tuple[str, int]
"""A sale and the number of a line of it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The lines of a cancellation whose sales the file names: line number, and pieces by sale line."""

    lines: tuple[tuple[int, tuple[tuple[SaleLine, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line whose sale has not come. `sale_line` is known if it will."""

    number: int
    kind: str
    pieces: int
    sale_line: SaleLine | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A line that changes a line of a sale, which then has so many pieces for so much."""

    number: int
    kind: str
    sale_line: SaleLine
    pieces: int
    amount: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that nothing can be made of. `sale_line`: where it is tried; a line that there is not, or that has less
    than the pieces (0: than the amount)."""

    number: int
    kind: str
    reason: str
    sale_line: SaleLine
    pieces: int
    amount: int


Step = Returned | Waiting | Corrected | Refused


@dataclass(slots=True)
class _Left:
    """A sale line as corrected so far; `free` pieces are named by no cancellation of the whole file."""

    sale_line: SaleLine
    raw: Raw
    order: int
    pieces: int
    amount: int
    free: int


@dataclass(slots=True)
class _Shop:
    """All sale lines by member and article, in order, and each member's sales."""

    lines: dict[tuple[str, str], list[_Left]] = field(default_factory=dict)
    sales: dict[str, list[tuple[int, Raw]]] = field(default_factory=dict)


def plan(documents: Iterable[Raw]) -> dict[str, list[Step]]:
    """The steps of each cancellation, in the order in which a shop would take them."""
    listed = list(documents)
    shop = _shop(listed)
    return {
        document["doc"]: list(_steps(shop, order, document))
        for order, document in enumerate(listed)
        if document["kind"] == "cancel"
    }


def _shop(documents: list[Raw]) -> _Shop:
    named: Counter[SaleLine] = Counter()
    for document in documents:
        for line in document["lines"]:
            for sale, number, pieces in line.get("match", ()):
                named[sale, number] += pieces
    shop = _Shop()
    for order, document in enumerate(documents):
        if document["kind"] != "sale":
            continue
        shop.sales.setdefault(document["member_id"], []).append((order, document))
        for line in document["lines"]:
            place = (document["doc"], line["n"])
            left = _Left(place, line, order, line["qty"], line["amt"], line["qty"] - named[place])
            shop.lines.setdefault((document["member_id"], line["sku"]), []).append(left)
    return shop


def _steps(shop: _Shop, order: int, document: Raw) -> Iterator[Step]:
    matched = [line for line in document["lines"] if line["match"]]
    if matched:
        yield Returned(
            tuple((line["n"], tuple(((sale, n), pieces) for sale, n, pieces in line["match"])) for line in matched)
        )
    for line in document["lines"]:
        kind, known = line["match_kind"], shop.lines.get((document["member_id"], line["sku"]), [])
        if kind == "early":
            yield _early(line, [left for left in known if left.order > order])
        elif kind in ("orphan", "partial") and line["unmatched"]:
            yield Waiting(line["n"], kind, line["unmatched"])
        elif kind == "price":
            yield _price(line, [left for left in known if left.order < order])
        elif kind == "adj":
            yield _charge(shop, order, document, line, [left for left in known if left.order < order])


def _early(line: Raw, later: list[_Left]) -> Waiting:
    pieces = -line["qty"]
    for left in later:
        if left.free >= pieces:
            left.free -= pieces
            return Waiting(line["n"], line["match_kind"], pieces, left.sale_line)
    return Waiting(line["n"], line["match_kind"], pieces)


def _price(line: Raw, earlier: list[_Left]) -> Step:
    done = _corrected(line, earlier)
    if done:
        return done
    latest = earlier[-1]
    pieces = 0 if -line["amt"] > latest.amount else -line["qty"]
    return Refused(line["n"], line["match_kind"], "NOT_RETURNABLE", latest.sale_line, pieces, -line["amt"])


def _charge(shop: _Shop, order: int, document: Raw, line: Raw, earlier: list[_Left]) -> Step:
    done = _corrected(line, [left for left in earlier if left.raw["unit"] == line["unit"]])
    if done:
        return done
    sales = [sale for place, sale in shop.sales.get(document["member_id"], []) if place < order]
    if not sales:
        nowhere = (document["doc"], line["n"])
        return Refused(line["n"], line["match_kind"], "ORDER_NOT_FOUND", nowhere, -line["qty"], line["amt"])
    beyond = (sales[-1]["doc"], 1 + max(one["n"] for one in sales[-1]["lines"]))
    return Refused(line["n"], line["match_kind"], "NOT_CORRECTABLE", beyond, -line["qty"], line["amt"])


def _corrected(line: Raw, earlier: list[_Left]) -> Corrected | None:
    """The latest line with enough left, less what comes off it; both figures of the cancelled line are negative."""
    for left in reversed(earlier):
        if left.free >= -line["qty"] and left.amount >= -line["amt"]:
            left.free += line["qty"]
            left.pieces += line["qty"]
            left.amount += line["amt"]
            return Corrected(line["n"], line["match_kind"], left.sale_line, left.pieces, left.amount)
    return None
