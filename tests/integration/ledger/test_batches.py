"""Batches of 1, 7 and 250 over real servers leave what the state machine alone leaves, to the byte (I5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger_service.domain.commands import Command
from ledger_service.store import codec, loading, rows
from tests.integration.ledger.trial import LATER, TABLES, Left, left_by
from tests.property.ledger.histories import Merged, by_replay_clock, crowded, decided
from tests.property.ledger.twin import Done, Twin
from tests.support.pure_ledger import PureLedger
from tests.support.servers import Databases

SIZES = (1, 7, 250)

CHANGES: dict[str, Callable[[], Callable[[Command], Command]]] = {
    "plain": lambda: lambda command: command,
    "several homes": lambda: Merged(3),
    "replay clock": lambda: by_replay_clock,
}


@pytest.fixture(scope="module")
def history() -> Twin:
    return crowded(7, 4, 80)


@pytest.fixture(scope="module")
async def left(databases: Databases, redis_url: str, history: Twin) -> dict[int, Left]:
    return {size: await left_by(databases, redis_url, history.done, size) for size in SIZES}


def told(done: Sequence[Done]) -> list[object]:
    return [one.applied.answer if one.applied else one.reason for one in done]


def payloads(ledger: PureLedger) -> list[bytes]:
    return [codec.encode(event) for event in ledger.events]


@pytest.mark.parametrize("size", SIZES)
def test_every_command_hears_what_the_state_machine_says(left: dict[int, Left], history: Twin, size: int) -> None:
    assert left[size].told == told(history.done)


@pytest.mark.parametrize("size", SIZES)
def test_the_log_holds_the_state_machines_events_to_the_byte(left: dict[int, Left], history: Twin, size: int) -> None:
    assert left[size].payloads == payloads(history.pure)


def test_the_accruals_are_the_state_machines(left: dict[int, Left], history: Twin) -> None:
    expected = {
        accrual.accrual_id: (accrual.remaining, accrual.held, accrual.reversed, accrual.expired)
        for accrual in history.pure.state.accruals.values()
    }
    assert {row[2]: row[4:8] for row in left[1].tables["accrual"]} == expected


def test_the_wallets_are_the_state_machines(left: dict[int, Left], history: Twin) -> None:
    wallets = [replace(wallet, next_expire_time=None, fence=0) for wallet in history.pure.state.wallets.values()]
    expected = sorted(rows.wallet_values(wallet) for wallet in wallets)
    # What lapses next is a bound that depends on how much was read, and fences are the lease server's.
    assert [(*row[:10], None, row[10], 0, row[11], None) for row in left[1].tables["wallet"]] == expected


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("size", SIZES[1:])
def test_the_size_of_batches_leaves_no_trace(left: dict[int, Left], table: str, size: int) -> None:
    assert left[size].tables[table] == left[1].tables[table]


@pytest.mark.parametrize("size", SIZES)
def test_every_checker_holds(left: dict[int, Left], size: int) -> None:
    assert left[size].broken == []


@pytest.mark.parametrize("later", LATER, ids=str)
@pytest.mark.parametrize("size", SIZES)
def test_a_wallet_shows_what_the_model_says_at_any_later_time(
    left: dict[int, Left], history: Twin, size: int, later: timedelta
) -> None:
    now = history.done[-1].now + later
    for member, account in history.accounts.items():
        then = account.copy()
        then.expire(now)
        view = left[size].views[member, later]
        assert (view.balance, view.debt) == (then.balance, then.debt)
        assert (view.available, view.pending) == (then.available(now), then.pending(now))


@pytest.mark.parametrize("size", [7, 250])
@pytest.mark.parametrize("kind", CHANGES)
async def test_reading_two_accruals_at_a_time_decides_alike(
    databases: Databases, redis_url: str, history: Twin, kind: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SPENDABLE_AT_FIRST", 2)
    ledger, done = decided(history.done, CHANGES[kind]())
    left = await left_by(databases, redis_url, done, size)
    assert left.told == told(done)
    assert left.payloads == payloads(ledger)
