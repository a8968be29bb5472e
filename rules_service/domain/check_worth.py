"""What must be true of what a point is worth, stands for, or is paid for."""

from collections.abc import Iterator

from rules_service.domain.fault import Fault, Path
from rules_service.domain.program import PointRate

MOST_MINOR_UNITS_PER_POINT = 1_000_000


def worth_faults(path: Path, rate: PointRate) -> Iterator[Fault]:
    """It is something, and not absurd."""
    if not 0 < rate.minor_units_per_point.fraction() <= MOST_MINOR_UNITS_PER_POINT:
        yield Fault(path, f"must be above 0 and at most {MOST_MINOR_UNITS_PER_POINT} minor units a point")
