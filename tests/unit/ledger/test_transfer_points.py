"""Points that go to another member are the same points there (docs/DOMAIN.md §2, docs/adr/0024)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import RestoreRedemption
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.transfer import TransferState
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People

SOON = NOON + timedelta(days=3)


@pytest.fixture
def ledger() -> PureLedger:
    """Ana has 20 of Harbor that expire soon, and 10 of North."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north"), sold(2, 1000, "harbor")]
    awards = [award(1, 10, "north"), award(2, 20, "harbor", expire_time=SOON, funders={"harbor": 6000, "hq": 4000})]
    ledger.post_order("ana", "sale", lines, awards)
    return ledger


@pytest.fixture
def people(ledger: PureLedger) -> People:
    return People(ledger)


def test_points_on_their_way_are_in_neither_wallet(ledger: PureLedger, people: People) -> None:
    sent = people.send("ana", "ben", 25)
    assert (sent.points, sent.wallet.balance) == (25, 5)
    assert people.transfer(sent.transfer_id).state is TransferState.SENT
    assert sum(one.remaining for one in ledger.state.accruals.values()) == 5


def test_they_arrive_with_every_fact_they_had(people: People) -> None:
    sent = people.send("ana", "ben", 25)
    arrived = people.receive("ben", sent.transfer_id)
    assert arrived.wallet.balance == 25
    sources = people.accruals(people.order("sale").order_id)
    successors = people.accruals(sent.transfer_id)
    assert [(one.brand, one.remaining, one.home) for one in successors] == [("harbor", 20, "ben"), ("north", 5, "ben")]
    for successor in successors:
        [source] = [one for one in sources if one.accrual_id == successor.origin_id]
        same = "brand issuer rule_id rule_version kind revision funders liability scope earn_time expire_time"
        assert all(getattr(source, name) == getattr(successor, name) for name in same.split())
    assert people.transfer(sent.transfer_id).state is TransferState.ARRIVED


def test_what_lapses_on_the_way_expires_where_it_arrives(ledger: PureLedger, people: People) -> None:
    sent = people.send("ana", "ben", 25)
    ledger.at(SOON)
    assert people.receive("ben", sent.transfer_id).wallet.balance == 5
    kinds = [recorded.movement.kind for recorded in ledger.events[-1].movements]
    came, lapsed = MovementKind.TRANSFERRED_IN, MovementKind.EXPIRED
    assert kinds == [came, lapsed, came]


def test_a_rolling_expiry_goes_on_from_the_givers_activity(ledger: PureLedger, people: People) -> None:
    rolling = replace(award(1, 8, "peak", expire_time=NOON + timedelta(days=10)), rolling_days=10)
    ledger.post_order("eva", "rolling", [sold(1, 800, "peak")], [rolling])
    ledger.pass_time(timedelta(days=5))
    ledger.post_order("eva", "later", [sold(1, 100, "north")], [award(1, 1, "north")])
    sent = people.send("eva", "ben", 8)
    people.receive("ben", sent.transfer_id)
    [successor] = people.accruals(sent.transfer_id)
    assert successor.expire_time == NOON + timedelta(days=15)


def test_no_more_leaves_than_can_be_spent(people: People) -> None:
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        people.send("ana", "ben", 31)


def test_nobody_sends_to_the_own_wallet(people: People) -> None:
    with pytest.raises(Refusal, match="SAME_WALLET"):
        people.send("ana", "ana", 1)


def test_points_that_arrive_pay_what_the_receiver_owes(ledger: PureLedger, people: People) -> None:
    ledger.post_order("ben", "his", [sold(1, 700, "peak")], [award(1, 7, "peak")])
    ledger.redeem("ben", 7, terms("linden", "1", {"peak": "1"}))
    ledger.give_back("ben", "r1", "his", {1: (ReturnBasis.WHOLE, None)})
    sent = people.send("ana", "ben", 20)
    arrived = people.receive("ben", sent.transfer_id)
    assert (arrived.repaid_points, arrived.wallet.balance, arrived.wallet.debt) == (7, 13, 0)


def test_goods_that_come_back_after_their_points_were_sent_are_owed_and_repaid(
    ledger: PureLedger, people: People
) -> None:
    people.send("ana", "ben", 30)
    ledger.give_back("ana", "r1", "sale", {2: (ReturnBasis.WHOLE, None)})
    assert ledger.accrual_of("sale", 2) == (-20, 0)
    answer = ledger.post_order("ana", "more", [sold(1, 2500, "peak")], [award(1, 25, "peak")])
    assert (answer.repaid_points, answer.wallet.debt, answer.wallet.balance) == (20, 0, 5)
    # A point stands for a cent: what Harbor and headquarters get back is what the points stood for there.
    assert ledger.positions() == {"harbor": 12, "hq": 8, "peak": -20}


def test_a_restore_unwinds_what_repaid_the_spent_points_and_not_the_sent_ones(
    ledger: PureLedger, people: People
) -> None:
    spent = ledger.redeem("ana", 10, terms("linden", "1", {"harbor": "1", "hq": "1"}))
    people.send("ana", "ben", 10)
    ledger.give_back("ana", "r1", "sale", {2: (ReturnBasis.WHOLE, None)})
    # North's 10 pay half of it at once, Peak's the rest: first what was sent last.
    ledger.post_order("ana", "more", [sold(1, 2500, "peak")], [award(1, 25, "peak")])
    policy = ReturnPolicy()
    restore = RestoreRedemption(ledger.origin("ana"), spent.redemption.redemption_id, 10, "", policy, b"")
    ledger.run(restore)
    wallet = ledger.state.wallets[ledger.origin("ana").wallet]
    assert (wallet.balance, wallet.debt) == (25, 0)
    assert ledger.accrual_of("sale", 2) == (0, 0)
    assert sum(ledger.positions().values()) == 0
    assert ledger.positions()["linden"] == 0
