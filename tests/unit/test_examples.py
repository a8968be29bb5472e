"""`make test` tries few examples of each property, `make soak` twenty times as many."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.examples import BRIEF, SOAK, USUAL, examples

CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_profile_that_was_asked_for_says_how_many(pytestconfig: pytest.Config) -> None:
    profile = pytestconfig.getoption("--hypothesis-profile") or BRIEF
    times = {BRIEF: 1, SOAK: 20}[profile]
    assert settings.get_current_profile_name() == profile
    assert examples(7) == 7 * times
    assert settings().max_examples == USUAL * times


def test_a_soak_loads_its_profile_for_every_property() -> None:
    (folders,) = re.findall(r'^\t.*/pytest (.+) -m "not soak" --hypothesis-profile=soak$', _makefile(), re.MULTILINE)
    assert {"tests/property", "tests/unit"} <= set(folders.split())
    asking = f"{__file__}::{test_the_profile_that_was_asked_for_says_how_many.__name__}"
    command = (sys.executable, "-m", "pytest", asking, "-p", "no:cacheprovider", f"--hypothesis-profile={SOAK}")
    ran = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout


def _makefile() -> str:
    return (CHECKOUT / "Makefile").read_text()
