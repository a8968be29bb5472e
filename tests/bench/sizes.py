"""The tables of what things cost on disk."""

from collections.abc import Sequence

from tests.bench.figures import table
from tests.bench.growth import Grown, Growth, Size, added

_EARNED = ("accrual", "movement", "event", "posted_order", "request_key", "document_key")
_SPENT = ("movement", "burn", "obligation", "redemption", "hold", "event", "request_key", "document_key")


def growth_tables(grown: Grown) -> str:
    """Per accrual, and per redemption and hold."""
    return "\n".join((growth_table("accrual", _EARNED, grown.earned), growth_table("spending", _SPENT, grown.spent)))


def growth_table(unit: str, alone: Sequence[str], growths: Sequence[Growth]) -> str:
    """A row per relation of the ledger that is named, one for all others, one for the books; two columns for each
    thing that was measured."""
    header = [f"bytes per {unit}"]
    for growth in growths:
        header += [f"{growth.title}: rows", "indexes"]
    rows = []
    for name in alone:
        rows.append(_row(f"`{name}`", [growth.ledger[name] for growth in growths]))
        if name == "event":
            rows.append(_part("of it payloads", [growth.payloads for growth in growths]))
            rows.append(_part("of it answers", [growth.answers for growth in growths]))
    rows.append(_row("others (`wallet`, `home`, …)", [added(_others(growth, alone)) for growth in growths]))
    rows.append(_row("**ledger**", [added(growth.ledger) for growth in growths]))
    rows.append(_row("**books of settlement**", [added(growth.books) for growth in growths]))
    return table(header, rows)


def _others(growth: Growth, alone: Sequence[str]) -> dict[str, Size]:
    return {name: size for name, size in growth.ledger.items() if name not in alone}


def _row(title: str, sizes: Sequence[Size]) -> list[str]:
    return [title, *(f"{figure:,.0f}" for size in sizes for figure in size)]


def _part(title: str, figures: Sequence[float]) -> list[str]:
    return [title, *(cell for figure in figures for cell in (f"{figure:,.0f}", ""))]
