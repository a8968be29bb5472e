"""A fault of a program's configuration and the place it has in the files."""

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one place, e.g. `("brands", "PEAK", "point_values", 0, "worth")`."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Ids that are defined somewhere. None: not all files could be read, so nothing is called unknown."""

    entities: frozenset[str] | None
    brands: frozenset[str] | None
    locations: frozenset[str] | None


def unknown(path: Path, noun: str, name: str, known: frozenset[str] | None) -> Iterable[Fault]:
    """A fault if `name` is not among the known ids."""
    if known is not None and name not in known:
        yield Fault(path, f"there is no {noun} {name}")
