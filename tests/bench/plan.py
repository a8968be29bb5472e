"""How much is measured: sizes and bounds of a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. Every lap is bounded in time and in calls, and no round begins that would not end in time."""

    rounds: int
    lap_seconds: float
    limit_seconds: float
    """No round begins after it that would end later."""
    members: int
    warm_up: bool
    """Whether a short round is run first and thrown away."""
    growth_accruals: int
    """Accruals of each shape of order that the growth of the databases is measured over."""
    growth_spendings: int
    """Redemptions and holds that it is measured over."""
    accruals: int
    """Accruals of the full database."""
    movements: int
    """Movements of a member with a long history."""
    month_movements: int
    """Movements of the large month that settlement closes."""
    exported_movements: int
    """Movements of the journal that is exported."""
    settling_seconds: float = 0.0
    """So long the full database takes sales before anything is measured: until then most of them would pay for the
    first change of a page after a checkpoint."""
    most_calls: int = 20_000


FULL = Plan(
    rounds=6,
    lap_seconds=1.0,
    limit_seconds=600.0,
    members=1_000,
    warm_up=True,
    growth_accruals=5_000,
    growth_spendings=1_000,
    accruals=3_000_000,
    movements=100_000,
    month_movements=1_000_000,
    exported_movements=40_000,
    settling_seconds=40.0,
)
QUICK = Plan(
    rounds=2,
    lap_seconds=0.25,
    limit_seconds=100.0,
    members=100,
    warm_up=False,
    growth_accruals=500,
    growth_spendings=100,
    accruals=50_000,
    movements=5_000,
    month_movements=50_000,
    exported_movements=4_000,
)
