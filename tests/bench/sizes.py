"""The table of what an accrual costs on disk."""

from collections.abc import Sequence

from tests.bench.figures import table
from tests.bench.growth import Growth, Size, added

_ALONE = ("accrual", "movement", "event", "posted_order", "request_key", "document_key")


def growth_table(growths: Sequence[Growth]) -> str:
    """A row per relation of the ledger, one for the books, two columns for each shape of order."""
    header = ["bytes per accrual"]
    for growth in growths:
        orders = f"orders of {growth.lines} line{'s' if growth.lines > 1 else ''}"
        header += [f"{orders}: rows", "indexes"]
    rows = [_row(f"`{name}`", [growth.ledger[name] for growth in growths]) for name in _ALONE]
    rows.insert(_ALONE.index("event") + 1, _part("of it payloads", [growth.payloads for growth in growths]))
    rows.insert(_ALONE.index("event") + 2, _part("of it answers", [growth.answers for growth in growths]))
    rows.append(_row("others (`wallet`, `home`, …)", [added(_others(growth)) for growth in growths]))
    rows.append(_row("**ledger**", [added(growth.ledger) for growth in growths]))
    rows.append(_row("**books of settlement**", [added(growth.books) for growth in growths]))
    return table(header, rows)


def _others(growth: Growth) -> dict[str, Size]:
    return {name: size for name, size in growth.ledger.items() if name not in _ALONE}


def _row(title: str, sizes: Sequence[Size]) -> list[str]:
    return [title, *(f"{figure:,.0f}" for size in sizes for figure in size)]


def _part(title: str, figures: Sequence[float]) -> list[str]:
    return [title, *(cell for figure in figures for cell in (f"{figure:,.0f}", ""))]
