"""Steps of spending made ready for judging."""

from rules_service.domain.effects import ThresholdSteps
from rules_service.domain.exact import Exact
from rules_service.domain.numbers import money_text

Steps = tuple[tuple[int, int], ...]
"""Steps of one currency, (minor units, points), highest first."""


def step_reached(steps: Steps, paid: Exact) -> tuple[int, int] | None:
    """The highest step (minor units, points) that was reached; the steps descend."""
    return next((step for step in steps if paid[0] >= step[0] * paid[1]), None)


def below_all(steps: Steps, currency_code: str) -> str:
    """That the lowest step was not reached."""
    return f"is below {money_text(steps[-1][0], currency_code)}"


def steps_by_currency(effect: ThresholdSteps) -> dict[str, Steps]:
    """The steps of each currency, highest first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for step in effect.steps:
        found.setdefault(step.at_least.currency_code, []).append((step.at_least.minor_units, step.points))
    return {currency: tuple(sorted(steps, reverse=True)) for currency, steps in found.items()}
