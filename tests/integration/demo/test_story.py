"""The story, from the outside: exit codes, words, figures."""

import re

import pytest

from deploy.local.demo.chapters.checks import INVARIANTS
from tests.integration.demo.conftest import ORDERS, Told

OWN_WORDS = re.compile(
    r" s\b|(enrolled|uploaded|visits): |up afterwards|starting |migrating|already there|stored one|Asked again|stays up"
)


def figures(story: str) -> list[str]:
    """The lines that have to be the same in every run: all but progress, times and the trace."""
    told, _, _ = story.partition("The same checkout from inside")
    return [line for line in told.splitlines() if not OWN_WORDS.search(line)]


def test_the_first_run_holds(told: Told) -> None:
    assert told.first.returncode == 0, told.first.stdout + told.first.stderr
    assert "Everything held." in told.first.stdout


def test_a_second_run_holds_on_the_stack_that_is_up(told: Told) -> None:
    assert told.second.returncode == 0, told.second.stdout + told.second.stderr
    assert "using the stack that runs already" in told.second.stdout


def test_a_second_run_finds_everything_there(told: Told) -> None:
    assert f"All {ORDERS:,} orders were already there" in told.second.stdout


def test_both_runs_tell_the_same_figures(told: Told) -> None:
    assert figures(told.first.stdout) == figures(told.second.stdout)


def test_without_a_terminal_only_text_is_written(told: Told) -> None:
    assert "\x1b" not in told.first.stdout


def test_the_publisher_is_quoted(told: Told) -> None:
    assert "calls it simulated" in " ".join(told.first.stdout.split())


@pytest.mark.parametrize("invariant", [*INVARIANTS, "="])
def test_every_invariant_has_a_green_line(told: Told, invariant: str) -> None:
    assert re.search(rf"✓ {re.escape(invariant)}\s", told.first.stdout)


@pytest.mark.parametrize(
    "figure",
    ["0.00  0.00  0.00  0.00", "−0.32  −1.57  −0.51  2.40", "−0.32  −0.64  −1.44  2.40", "−0.96  0.00  −1.44  2.40"],
)
def test_the_worked_baskets_positions_are_told(told: Told, figure: str) -> None:
    assert f"{figure}  ✓" in told.first.stdout


@pytest.mark.parametrize(
    "words",
    [
        "Merged by Nora Desk, score 95 of 100",
        "✓ one balance, by card and by account: 1,120",
        "nothing refused (PROOF_REQUIRED)",
        "✓ nothing was spent without her PIN",
        "✓ what she told one brand is not taken for another's",
        "change what she told Fresh refused (DIVISION_NOT_ALLOWED)",
        "✓ of the guest no card, address, name, birthday or consent is left",
        "✓ the audit logs are whole, from the first record: rules, identity, ledger, settlement",
    ],
)
def test_persons_are_told_of(told: Told, words: str) -> None:
    assert words in " ".join(told.first.stdout.split())


def test_a_running_stack_that_cannot_be_used_is_explained(told: Told) -> None:
    elsewhere = type(told.person)(told.person.data_dir, told.person.base + 1)
    refused = elsewhere.types("deploy.local.demo")
    assert refused.returncode == 1
    assert "LOYALTY_PORT_BASE" in refused.stderr
