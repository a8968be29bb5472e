"""The arithmetic of the figures: percentiles of a lap, medians and spread over rounds, ratios within rounds."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """The middle of some rounds, and the lowest and highest of them."""

    middle: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median, lowest and highest. ValueError without values."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(median(values), min(values), max(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (above 0, up to 1) of all values do not exceed (nearest rank)."""
    if not values or not 0 < share <= 1:
        raise ValueError("a percentile needs values and a share above 0, up to 1")
    ordered = sorted(values)
    rank = -(-round(share * 1_000_000) * len(ordered) // 1_000_000)
    return ordered[max(rank, 1) - 1]


def ratio(values: Sequence[float], yardstick: Sequence[float]) -> Spread:
    """Each round's value by the same round's yardstick: what slows a whole round cancels out."""
    return spread([value / measure for value, measure in zip(values, yardstick, strict=True)])


def counted(figure: Spread) -> str:
    """Such as `1,234 (1,100–1,300)`."""
    return f"{figure.middle:,.0f} ({figure.low:,.0f}–{figure.high:,.0f})"


def fine(figure: Spread) -> str:
    """Such as `3.4 (3.1–3.6)`; three digits that count."""
    digits = 2 if figure.middle < 1 else 1
    return f"{figure.middle:,.{digits}f} ({figure.low:,.{digits}f}–{figure.high:,.{digits}f})"


def share(figure: Spread) -> str:
    """Such as `12% (11–13)`; tenths below 10."""
    low, middle, high = (f"{100 * value:.{0 if figure.middle >= 0.1 else 1}f}" for value in sorted(figure))
    return f"{middle}% ({low}–{high})"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that is also even in a terminal: the first column to the left, the others to the right.
    ValueError for a row that does not fit the header."""
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under {len(header)} titles")
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_row(row, widths) for row in (header, rule, *rows)) + "\n"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join((first, *others))} |"
