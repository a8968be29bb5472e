"""Whatever is written as a condition ends as a condition or as a fault, in bounded time and memory."""

import subprocess
import sys

from tests.support.examples import examples

EXAMPLES = examples(600)


def test_no_source_crashes_hangs_or_exhausts_the_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.property.rules.hostile_conditions", str(EXAMPLES)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4_000:]
    conditions, faults = (int(part.split()[0]) for part in run.stdout.split(", "))
    assert conditions > EXAMPLES / 20
    assert faults > EXAMPLES / 5


def test_a_crash_would_be_seen() -> None:
    code = "import ctypes; from tests.property.rules import hostile_conditions; ctypes.string_at(0)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False).returncode != 0
