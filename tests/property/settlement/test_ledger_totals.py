"""What the books stand at follows from the ledger's own sums, whatever the policies: nothing is compared in between."""

from collections import defaultdict

from hypothesis import given

from settlement_service.domain.accounts import Account
from settlement_service.domain.reconciliation import (
    Figures,
    carrying_figure,
    claim_figure,
    obligation_figure,
    reserve_figure,
)
from settlement_service.wire.totals import figures_of
from tests.integration.settlement.ledger import totals_of
from tests.property.settlement.test_books import Step, balances, played, steps
from tests.unit.settlement.messages import event_message


@given(steps)
def test_positions_carrying_values_and_reserves_are_what_the_ledgers_sums_say(history: list[Step]) -> None:
    events = played(history).events
    movements = [movement for event in events for movement in event_message(event).movements]
    expected = {
        name: amount
        for name, amount in figures_of(totals_of(movements)).items()
        if amount and not name.startswith("brand.")
    }
    figures: Figures = defaultdict(int)
    for (entity, currency, account, other), amount in balances(events).items():
        match account:
            case Account.DUE_TO:
                figures[obligation_figure(entity, other, currency)] -= amount
            case Account.DUE_FROM:
                figures[claim_figure(other, entity, currency)] += amount
            case Account.POINTS_LIABILITY:
                figures[carrying_figure(entity, currency, "liability")] -= amount
            case Account.MEMBER_RECEIVABLE:
                figures[carrying_figure(entity, currency, "receivable")] -= amount
            case Account.RESERVE_HELD:
                figures[reserve_figure(entity, other, currency)] -= amount
    assert dict(figures) == expected
