"""What a run has to prove. The rest is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench import engine
from tests.bench.figures import Spread, fine, ratio
from tests.bench.memory import MEGABYTE
from tests.bench.rounds import Measured, rates

LEAST_GAIN = 3.0
"""Group commit by one command a transaction, at the most callers."""
MOST_IDLE_BYTES = 120 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and whether it held."""

    text: str
    figure: str
    held: bool


def gain(measured: Measured, kind: str, who: str, callers: int) -> Spread:
    """How many times more commands group commit takes."""
    one, group = (rates(measured, engine.case_name(kind, who, callers, batch)) for batch in (engine.ONE, engine.GROUP))
    return ratio(group, one)


def claims(measured: Measured, idle: Mapping[str, int]) -> list[Claim]:
    """All claims, each with its figure."""
    callers = engine.CALLERS[-1]
    found = []
    for kind, who in engine.SHAPES:
        text = f"group commit, {kind} of {who}, {callers} callers: at least {LEAST_GAIN:g} times one a transaction"
        times = gain(measured, kind, who, callers)
        found.append(Claim(text, fine(times), times.middle >= LEAST_GAIN))
    for service, memory in idle.items():
        text = f"{service}, idle: under {MOST_IDLE_BYTES // MEGABYTE} MB resident"
        found.append(Claim(text, f"{memory / MEGABYTE:.0f} MB", memory < MOST_IDLE_BYTES))
    return found
