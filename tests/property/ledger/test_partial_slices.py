"""However little of a wallet is at hand, and however commands are cut into batches, the decisions are the same."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.apply import Applied
from tests.property.ledger.histories import Merged, by_replay_clock, crowded, decided
from tests.property.ledger.partial import PartialLedger
from tests.property.ledger.twin import Done, Twin
from tests.support.pure_ledger import NOON

LONG_AFTER = NOON + timedelta(days=10_000)


def batches(done: Sequence[Done], largest: int, whenever: bool) -> Iterator[list[Done]]:
    """Commands in order, at most so many at once; those of one moment unless `whenever`."""
    batch: list[Done] = []
    for one in done:
        if batch and (len(batch) == largest or (batch[0].now != one.now and not whenever)):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def check_the_same(done: Sequence[Done], largest: int, replaying: bool = False) -> None:
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


def check_bounds(ledger: PartialLedger) -> None:
    """No accrual lapses before its wallet's bound says that something might, or is pending behind the other one."""
    for key, ids in ledger.rows.of_wallet.items():
        wallet = ledger.rows.wallets[key]
        for accrual in (ledger.rows.accruals[accrual_id] for accrual_id in ids):
            if accrual.remaining <= 0:
                continue
            if accrual.expire_time is not None:
                assert wallet.next_expire_time is not None
                assert wallet.next_expire_time <= accrual.expire_time
            if accrual.is_pending(wallet.last_post_time):
                assert wallet.pending_until is not None
                assert accrual.available_time is not None
                assert accrual.available_time <= wallet.pending_until


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from([1, 2, 250]))
def test_batches_over_prefixes_decide_as_one_command_that_sees_everything(data: st.DataObject, largest: int) -> None:
    twin = Twin(lambda least, most: data.draw(st.integers(least, most)))
    for _ in range(data.draw(st.integers(1, 25))):
        twin.act()
    check_the_same(twin.done, largest)


@pytest.mark.parametrize("largest", [1, 7, 250])
@pytest.mark.parametrize("seed", range(6))
def test_long_histories_are_decided_alike_in_any_batches(seed: int, largest: int) -> None:
    twin = Twin(Random(seed).randint)
    for _ in range(150):
        twin.act()
    check_the_same(twin.done, largest)


@pytest.mark.parametrize("largest", [1, 7, 250])
@pytest.mark.parametrize("seed", range(4))
def test_wallets_of_several_homes_are_decided_alike_in_any_batches(seed: int, largest: int) -> None:
    _, done = decided(crowded(seed, 12, 12).done, Merged(seed))
    check_the_same(done, largest)


@pytest.mark.parametrize("largest", [1, 7, 250])
@pytest.mark.parametrize("seed", range(4))
def test_a_replay_clock_may_move_inside_a_batch(seed: int, largest: int) -> None:
    _, done = decided(crowded(seed, 30, 5).done, by_replay_clock)
    check_the_same(done, largest, replaying=True)
