"""Expiry that rolls, pending points, holds and extensions: the state machine against a model, whatever is at hand."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.apply import Applied
from tests.property.ledger.machine.histories import batches
from tests.property.ledger.partial import PartialLedger
from tests.property.ledger.timed import ANA, TimedTwin
from tests.support.examples import examples


@settings(max_examples=examples(12), deadline=None)
@given(st.data())
def test_a_life_under_time_is_what_the_model_says(data: st.DataObject) -> None:
    twin = TimedTwin(lambda least, most: data.draw(st.integers(least, most)))
    twin.begin()
    for _ in range(data.draw(st.integers(1, 25))):
        twin.act()


@pytest.mark.parametrize("largest", [1, 7, 250])
@pytest.mark.parametrize("seed", range(12))
def test_long_lives_are_decided_alike_over_slices_and_in_any_batches(seed: int, largest: int) -> None:
    twin = TimedTwin(Random(seed).randint, idle_sweeps=False)
    twin.begin()
    for _ in range(150):
        twin.act()
    ledger = PartialLedger()
    for batch in batches(twin.done, largest, whenever=False):
        outcomes = ledger.commit([one.command for one in batch], batch[0].now)
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Applied):
                assert one.applied is not None, one.reason
                assert outcome.event == one.applied.event
            else:
                assert outcome.reason == one.reason
        check_bounds(ledger)


def check_bounds(ledger: PartialLedger) -> None:
    """Nothing lapses, times out or is pending outside its wallet's bounds."""
    wallet = ledger.rows.wallets.get(ANA)
    if wallet is None:
        return
    for accrual in (ledger.rows.accruals[one] for one in ledger.rows.of_wallet[ANA]):
        lapses = accrual.lapse_time(wallet.last_activity_time)
        if accrual.remaining > 0 and lapses is not None:
            assert wallet.next_expire_time is not None
            assert wallet.next_expire_time <= lapses
        if accrual.is_pending(wallet.last_post_time):
            assert wallet.pending_until is not None
            assert accrual.available_time is not None
            assert accrual.available_time <= wallet.pending_until
    for hold in ledger.rows.holds.values():
        if hold.parts:
            assert wallet.next_hold_time is not None
            assert wallet.next_hold_time <= hold.time_out
