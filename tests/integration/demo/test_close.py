"""The printed close, from the outside: twice on the data of the demo, whose stack is up."""

import subprocess
from dataclasses import dataclass

import pytest

from tests.integration.demo.conftest import ORDERS, Told

MODULE = "deploy.local.close"


@dataclass(frozen=True, slots=True)
class Printed:
    """Two runs, one after the other."""

    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def printed(told: Told) -> Printed:
    """The close of the demo's month."""
    first, second = (told.person.types(MODULE, "--orders", str(ORDERS)) for _ in range(2))
    return Printed(first, second)


def test_the_close_holds(printed: Printed) -> None:
    assert printed.first.returncode == 0, printed.first.stdout + printed.first.stderr
    assert "Everything held." in printed.first.stdout


def test_a_second_run_prints_the_same(printed: Printed) -> None:
    assert printed.second.returncode == 0, printed.second.stdout + printed.second.stderr
    assert printed.second.stdout == printed.first.stdout


@pytest.mark.parametrize(
    "words",
    [
        "✓ 2017-12: signed by Ada Ledger",
        "✓ 2018-01: signed by Ada Ledger",
        "figures against the ledger's own sums, 0 differ",
        "✓ every brand rolls forward from its opening to its closing",
        "✓ the nets sum to exactly zero USD",
        "✓ the payments clear every net",
        "✓ deferred revenue rolls forward",
        "✓ under every policy the positions sum to zero USD",
    ],
)
def test_what_an_accountant_looks_for_is_there(printed: Printed, words: str) -> None:
    assert words in printed.first.stdout


def test_every_company_has_a_trial_balance_that_balances(printed: Printed) -> None:
    for name in ("Care Drugstores LLC", "Common Table Holding", "Fresh Markets Inc.", "Fuel Stations LLC"):
        assert f"✓ {name}: debits equal credits in USD" in printed.first.stdout


def test_what_finance_takes_away_is_written(told: Told, printed: Printed) -> None:
    written = {path.name for path in (told.person.data_dir / "close").iterdir()}
    assert {"journal-2018-01.csv", "payments-2018-01.xml", "statement-care-2018-01.html"} <= written
    assert all(name in printed.first.stdout for name in written)
