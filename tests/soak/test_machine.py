"""A hundred thousand commands, each compared with the model as it is carried out (issue 3, proof 1)."""

import pytest

from tests.property.ledger.machine.long import Long

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1_800)]

COMMANDS = 100_000
LEAST = 100
"""How often every kind of command and every reason must at least be met."""


def test_a_hundred_thousand_commands_are_the_models_at_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    long = Long(seed=3)
    long.run(COMMANDS)
    with capsys.disabled():
        print(f"\n{long.world.count} commands, {long.world.applied} applied")
        print(_table(dict(long.world.kinds)))
        print(_table(dict(long.world.reasons)))
    assert long.world.applied * 10 >= long.world.count * 6
    assert long.rare(LEAST) == {}


def _table(counts: dict[str, int]) -> str:
    return "\n".join(f"{times:>8}  {name}" for name, times in sorted(counts.items(), key=lambda pair: -pair[1]))
