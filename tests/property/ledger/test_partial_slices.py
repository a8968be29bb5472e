"""However little of a wallet is at hand, and however commands are cut into batches, the decisions are the same."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_service.domain.apply import Applied
from tests.property.ledger.histories import Merged, by_replay_clock, crowded, decided
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.histories import batches, crowds, rows_are
from tests.property.ledger.machine.steps import Done
from tests.property.ledger.machine.world import World
from tests.property.ledger.partial import PartialLedger
from tests.support.examples import examples
from tests.support.pure_ledger import NOON

LONG_AFTER = NOON + timedelta(days=10_000)
SIZES = [1, 7, 250]


def check_the_same(done: Sequence[Done], largest: int, replaying: bool = False) -> PartialLedger:
    """Events, answers and refusals are those of the ledger that has everything at hand. When replaying, the wall clock
    stands far in the future and the commands of a batch lie days apart."""
    ledger = PartialLedger()
    for batch in batches(done, largest, replaying):
        outcomes = ledger.commit([one.command for one in batch], LONG_AFTER if replaying else batch[0].now)
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Applied):
                assert one.applied is not None, one.reason
                assert outcome.event == one.applied.event
                assert outcome.answer == one.applied.answer
            else:
                assert outcome.reason == one.reason
        check_bounds(ledger)
    return ledger


def check_bounds(ledger: PartialLedger) -> None:
    """No accrual lapses before its wallet's bound says that something might, or is pending behind the other one; no
    hold is over before the third."""
    for ids in ledger.rows.of_wallet.values():
        for accrual in (ledger.rows.accruals[accrual_id] for accrual_id in ids):
            wallet = ledger.rows.wallets[accrual.home_key]
            if accrual.remaining <= 0:
                continue
            lapse_time = accrual.lapse_time(wallet.last_activity_time)
            assert lapse_time is None or (wallet.next_expire_time and wallet.next_expire_time <= lapse_time)
            if accrual.is_pending(wallet.last_post_time):
                assert wallet.pending_until is not None
                assert accrual.available_time is not None
                assert accrual.available_time <= wallet.pending_until
    for hold in ledger.rows.holds.values():
        bound = ledger.rows.wallets[ledger.wallet_of(hold)].next_hold_time
        assert not hold.parts or (bound and bound <= hold.time_out)


@settings(
    max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data(), st.sampled_from([1, 2, 250]))
def test_batches_over_prefixes_decide_as_one_command_that_sees_everything(data: st.DataObject, largest: int) -> None:
    world = World(lambda least, most: data.draw(st.integers(least, most)), idle_sweeps=False)
    driver = Driver(world)
    for _ in range(data.draw(st.integers(1, 25))):
        driver.act()
    rows_are(check_the_same(world.done, largest), world)


@pytest.mark.parametrize("largest", SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_long_histories_are_decided_alike_in_any_batches(seed: int, largest: int) -> None:
    world = crowds(seed, 12, 25)
    rows_are(check_the_same(world.done, largest), world)


@pytest.mark.parametrize("seed", range(examples(1)))
def test_crowds_of_one_moment_are_decided_alike_in_any_batches(seed: int) -> None:
    world = crowds(seed, 2, 250)
    ledgers = [check_the_same(world.done, largest) for largest in SIZES]
    for ledger in ledgers:
        rows_are(ledger, world)


@pytest.mark.parametrize("largest", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_wallets_of_several_homes_are_decided_alike_in_any_batches(seed: int, largest: int) -> None:
    _, done = decided(crowded(seed, 12, 12).done, Merged(seed))
    check_the_same(done, largest)


@pytest.mark.parametrize("largest", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_a_replay_clock_may_move_inside_a_batch(seed: int, largest: int) -> None:
    _, done = decided(crowded(seed, 30, 5).done, by_replay_clock)
    check_the_same(done, largest, replaying=True)
