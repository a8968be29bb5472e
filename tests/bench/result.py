"""Everything a run found, for the page and the claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.growth import Grown
from tests.bench.journal_export import Export
from tests.bench.machine import Machine
from tests.bench.plan import Plan
from tests.bench.rounds import Measured, rates


@dataclass(frozen=True, slots=True)
class Result:
    """A run. `lags` and `spent` are those of `MeshLoad`, the warm-up first if there was one; memory is
    bytes per service."""

    command: str
    date: str
    seconds: float
    plan: Plan
    machine: Machine
    measured: Measured
    lags: Mapping[str, Sequence[float]]
    spent: Mapping[str, Sequence[Mapping[str, float]]]
    grown: Grown
    idle: Mapping[str, int]
    loaded: Mapping[str, int]
    rules_bytes: int
    """What very many rules take."""
    exports: Sequence[Export]
    """A journal in each form."""

    @property
    def rounds(self) -> int:
        """How many rounds there was time for."""
        return min(len(laps) for laps in self.measured.values())

    def rates(self, case: str) -> list[float]:
        """Calls a second of a case in each round."""
        return rates(self.measured, case)
