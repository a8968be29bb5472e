"""A fault of a program's configuration and the place it has in the files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one place, e.g. `("brands", "PEAK", "point_values", 0, "worth")`."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class KnownIds:
    """What is defined somewhere. None: that cannot be told, since something could not be read, or nothing of it need
    be defined; then nothing is called unknown.

    `regions`, `operators` and `currencies` are those of the locations, `offers` those that rules belong to; `ladders`
    are told with the tiers of all their versions.
    """

    entities: frozenset[str] | None
    brands: frozenset[str] | None
    locations: frozenset[str] | None
    categories: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    operators: frozenset[str] | None = None
    currencies: frozenset[str] | None = None
    offers: frozenset[str] | None = None
    ladders: Mapping[str, frozenset[str]] | None = None


def unknown(path: Path, noun: str, name: str, known: frozenset[str] | None) -> Iterable[Fault]:
    """A fault if `name` is not among the known ids."""
    if known is not None and name not in known:
        yield Fault(path, f"there is no {noun} {name}")


def unknown_among(path: Path, noun: str, names: Sequence[str], known: frozenset[str] | None) -> Iterable[Fault]:
    """A fault at the place of each of the names, a list at `path`, that is not among the known ids."""
    for index, name in enumerate(names):
        yield from unknown((*path, index), noun, name, known)
