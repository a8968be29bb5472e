"""Rows as `unnest` takes them."""

from collections.abc import Sequence


def columns(rows: Sequence[tuple[object, ...]], width: int) -> Sequence[Sequence[object]]:
    """Rows of `width` values turned into one list per column."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
