"""What must be true of the tree of categories: every category above exists, and nothing is above itself."""

from collections.abc import Iterator, Mapping

from rules_service.domain.fault import Fault, KnownIds, unknown
from rules_service.domain.program import Program

MOST_LEVELS = 32


def category_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of the tree; a ring of categories is told once."""
    above = {category.category_id: category.parent_id for category in program.categories}
    settled: set[str] = set()
    for category in program.categories:
        if category.parent_id:
            path = ("categories", category.category_id, "parent")
            yield from unknown(path, "category", category.parent_id, known.categories)
        way = _way_up(category.category_id, above, settled)
        if way and way[-1] in way[:-1]:
            ring = way[way.index(way[-1]) :]
            yield Fault(("categories", ring[0], "parent"), f"is above itself: {' below '.join(_shown(ring))}")
        settled.update(way)
    yield from _deep(program, above)


def _way_up(category_id: str, above: Mapping[str, str], settled: set[str]) -> list[str]:
    """The categories from one upwards, until the top, one that was seen before, or one that comes a second time."""
    way: dict[str, None] = {}
    here = category_id
    while here in above and here not in settled:
        if here in way:
            return [*way, here]
        way[here] = None
        here = above[here]
    return list(way)


def _shown(ring: list[str]) -> list[str]:
    return ring if len(ring) <= 6 else [*ring[:3], "…", *ring[-2:]]


def _deep(program: Program, above: Mapping[str, str]) -> Iterator[Fault]:
    """Categories that begin a level too many; rings are no levels."""
    for category in program.categories:
        here, levels = category.category_id, 1
        while (here := above.get(here, "")) and levels <= MOST_LEVELS + 1:
            levels += 1
        if levels == MOST_LEVELS + 1:
            yield Fault(("categories", category.category_id, "parent"), f"is more than {MOST_LEVELS} levels deep")
