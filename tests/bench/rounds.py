"""Rounds: every case runs once in each, so that what disturbs the machine disturbs all of them alike."""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.laps import Lap
from tests.bench.plan import Plan

_WARM_UP_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is measured. `lap` runs it for some seconds."""

    name: str
    lap: Callable[[float], Awaitable[Lap]]


@dataclass(frozen=True, slots=True)
class InTurn:
    """Things that are measured together, call by call in turn. `laps` runs each for some seconds, in order."""

    names: Sequence[str]
    laps: Callable[[float], Awaitable[Sequence[Lap]]]


Cases = Sequence[Case | InTurn]
"""What is measured, in this order."""
Measured = Mapping[str, Sequence[Lap]]
"""The laps of each case by its name, one a round."""


def rates(measured: Measured, case: str) -> list[float]:
    """Calls a second of a case in each round."""
    return [lap.per_second for lap in measured[case]]


async def run_rounds(cases: Cases, plan: Plan, deadline: float, report: Callable[[str], None]) -> Measured:
    """Runs every case once in each of up to `plan.rounds` rounds, at least one, after the warm-up if one is planned. No
    further round begins that would end after `deadline`, a moment of `time.monotonic`."""
    if plan.warm_up:
        report("warming up")
        await _round(cases, plan.lap_seconds * _WARM_UP_SHARE)
    measured: dict[str, list[Lap]] = defaultdict(list)
    longest = 0.0
    for number in range(1, plan.rounds + 1):
        begun = time.monotonic()
        if number > 1 and begun + longest > deadline:
            report("no time left for another round")
            break
        report(f"round {number} of {plan.rounds}")
        for name, lap in (await _round(cases, plan.lap_seconds)).items():
            measured[name].append(lap)
        longest = max(longest, time.monotonic() - begun)
    return measured


async def _round(cases: Cases, seconds: float) -> Mapping[str, Lap]:
    laps: dict[str, Lap] = {}
    for case in cases:
        match case:
            case Case(name=name):
                laps[name] = await case.lap(seconds)
            case InTurn(names=names):
                laps |= zip(names, await case.laps(seconds), strict=True)
    return laps
