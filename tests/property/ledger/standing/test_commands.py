"""Where members stand after any command is where they stand by their documents; however little was at hand."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.following import known_of, known_tier
from ledger_service.domain.standing.history import RecordedTier, as_known
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.standing import standing_on
from tests.property.ledger.machine.histories import batches
from tests.property.ledger.machine.steps import Done
from tests.property.ledger.partial import PartialLedger
from tests.property.ledger.standing.model import Life, Part, Sale
from tests.property.ledger.standing.stories import (
    Outcome,
    activity_by_documents,
    by_hand,
    carried_out,
    kept_standing,
    sales_by_documents,
    story,
)
from tests.property.ledger.standing.worlds import ladders
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger
from tests.unit.ledger.standing.test_commands import LADDER

SLOW = settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(ledger: PureLedger, ladder: Ladder, outcome: Outcome) -> None:
    """The days, the track and the records of a member are what its documents say."""
    if outcome.applied is None:
        return
    wallet, homes = outcome.step.command.origin.wallet, outcome.step.command.origin.homes
    known = ledger.state.standings[wallet]
    activity = activity_by_documents(ledger.state, homes)
    assert tuple(known.days[day] for day in sorted(known.days)) == activity
    kept = known.tracks.get(ladder.ladder_id)
    if kept is None:
        assert not activity
        return
    manual = by_hand(ledger.state, wallet)
    standing = standing_on(ladder, activity, manual, kept.track.through)
    assert kept_standing(ledger.state, wallet, ladder) == standing
    assert kept.changes == standing.changes
    assert known_tier(kept, standing.day) == standing.tier


def check_history(ledger: PureLedger, ladder: Ladder, outcomes: list[Outcome]) -> None:
    """What was recorded tells of every day what a recount of all sales says; so does the model."""
    records: dict[MemberKey, list[RecordedTier]] = {}
    homes: dict[MemberKey, tuple[str, ...]] = {}
    for outcome in outcomes:
        if outcome.applied and outcome.applied.changes.standing:
            wallet = outcome.step.command.origin.wallet
            homes[wallet] = outcome.step.command.origin.homes
            records.setdefault(wallet, []).extend(outcome.applied.changes.standing.records.get("status", ()))
    for wallet, some in records.items():
        kept = ledger.state.standings[wallet].tracks["status"]
        assert known_of(some) == kept.known
        manual, activity = by_hand(ledger.state, wallet), activity_by_documents(ledger.state, homes[wallet])
        sales = sales_by_documents(ledger.state, homes[wallet])
        life = Life(ladder, list(map(as_sale, sales))).live(kept.track.through)
        for day in (kept.track.through - timedelta(days=back) for back in (0, 1, 31, 400, 700)):
            recorded = as_known(some, INT64_MAX, day)
            shown = standing_on(ladder, activity, manual, day).tier
            assert (recorded.tier if recorded else "") == shown
            if all(brand.orders for sale in sales for brand in sale.brands.values()):
                assert life.shown(manual, day) == shown


def as_sale(sale: DayActivity) -> Sale:
    """A sale for the model, which knows none of which money or points stand and no goods."""
    parts = {
        name: Part(sum(one.spend.values()), one.base_points, one.all_points - one.base_points)
        for name, one in sale.brands.items()
    }
    return Sale(sale.day, "USD", parts)


@SLOW
@given(ladders(), st.integers(0, 10**6))
def test_standing_follows_the_documents_through_any_history(ladder: Ladder, seed: int) -> None:
    outcomes: list[Outcome] = []
    ledger = PureLedger()
    for ledger, outcome in carried_out(story(seed, 4, 15), ladder):
        check(ledger, ladder, outcome)
        outcomes.append(outcome)
    check_history(ledger, ladder, outcomes)


@SLOW
@given(ladders(), st.integers(0, 10**6), st.sampled_from([1, 7, 250]))
def test_batches_over_prefixes_climb_as_one_command_that_sees_everything(
    ladder: Ladder, seed: int, largest: int
) -> None:
    check_the_same([outcome for _, outcome in carried_out(story(seed, 3, 15), ladder)], ladder, largest)


def check_the_same(outcomes: list[Outcome], ladder: Ladder, largest: int) -> None:
    """Events, days, records and tracks are those of the ledger that has everything at hand."""
    partial = PartialLedger()
    partial.rows.ladders["prg"] = (ladder,)
    done = [Done(one.step.now, one.step.command, one.applied, one.reason) for one in outcomes]
    for batch in batches(done, largest):
        heard = partial.commit([one.command for one in batch], batch[0].now)
        for one, ours in zip(batch, heard, strict=True):
            if isinstance(ours, Refusal):
                assert ours.reason == one.reason
                continue
            assert one.applied is not None
            assert ours.event == one.applied.event
            assert ours.changes.activity == one.applied.changes.activity
            was, now = one.applied.changes.standing, ours.changes.standing
            assert (was and (was.records, was.tracks)) == (now and (now.records, now.tracks))


@pytest.mark.parametrize("largest", [1, 7, 250])
def test_a_crowd_is_followed_alike_in_any_batches(largest: int) -> None:
    outcomes = [outcome for _, outcome in carried_out(story(11, 10, 25), LADDER)]
    check_the_same(outcomes, LADDER, largest)
