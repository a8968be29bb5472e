"""What is owed and was not netted yet, as lines; what is booked for it; and states of payments. Figures by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from settlement_service.domain.netting.documents import line_document, line_from, terms_from
from settlement_service.domain.netting.entries import netting_entries, payment_entries, withdrawal_entries
from settlement_service.domain.netting.invoices import tax_of
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.open_lines import Booked, Disputed, OpenLine, Source, line_of, open_lines
from settlement_service.domain.netting.payment_states import (
    MOVES,
    Actor,
    Move,
    PaymentRecord,
    PaymentState,
    Step,
    require_move,
)
from settlement_service.domain.netting.payments import Method, Payment
from settlement_service.domain.netting.proposal import last_day_of, propose
from settlement_service.domain.netting.submission import instructions_from
from settlement_service.domain.program_facts import InvoiceTax, ProgramFacts, SettlementTerms
from tests.unit.settlement.test_netting import EACH, PAIRWISE, the_twelve

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
ANN, BOB = Actor("treasury", "Ann"), Actor("controlling", "Bob")
FACTS = ProgramFacts("harborside", revision="rev_1", settlement=SettlementTerms())


NORTHS = Source("2026-10", brand="NORTH")


def booked(amount: int, source: Source = NORTHS) -> Booked:
    return Booked(1, source, "north", "linden", "USD", amount)


def movement(amount: int, number: int = 12) -> OpenLine:
    return line_of(booked(amount, Source("2026-10", "NORTH", "mem/7", number)))


def payment(*states: PaymentState) -> PaymentRecord:
    trail = tuple(Step(state, ANN if state is PaymentState.PROPOSED else BOB, "", NOON) for state in states)
    return PaymentRecord("PAY-000001", "NET-000001", "north", "linden", Money("USD", 30), "{}", trail)


@pytest.mark.parametrize(
    ("source", "line_id"),
    [
        (Source("2026-10", brand="NORTH"), "2026-10/north/linden/USD/NORTH"),
        (Source("2026-10", "NORTH", "mem/7", 12), "2026-10/north/linden/USD/NORTH/mem%2F7#12"),
        (Source("2026-10", voucher="MONTH_END-000001"), "2026-10/north/linden/USD/voucher#MONTH_END-000001"),
        (Source(payment="PAY-000001"), "payment#PAY-000001"),
    ],
)
def test_a_lines_id_says_where_it_comes_from(source: Source, line_id: str) -> None:
    assert line_of(booked(1, source)).line.line_id == line_id


def test_ids_with_slashes_make_no_two_lines_alike() -> None:
    one = replace(booked(1), debtor="a/b", creditor="c")
    other = replace(booked(1), debtor="a", creditor="b/c")
    assert line_of(one).line.line_id != line_of(other).line.line_id


def test_a_movement_in_dispute_is_taken_out_of_its_line() -> None:
    parent = line_of(booked(100)).line.line_id
    lines = open_lines(
        [booked(100)], [Disputed(movement(30), parent, True), Disputed(movement(5, 13), parent, False)], set()
    )
    assert [(each.line.minor_units, each.line.disputed) for each in lines] == [(65, False), (30, True), (5, False)]


def test_a_movement_disputed_twice_is_taken_out_once() -> None:
    parent = line_of(booked(100)).line.line_id
    disputes = [Disputed(movement(30), parent, False), Disputed(movement(30), parent, True)]
    lines = open_lines([booked(100)], disputes, set())
    assert [(each.line.minor_units, each.line.disputed) for each in lines] == [(70, False), (30, True)]


def test_netted_lines_are_left_out_and_their_movements_in_dispute_stay() -> None:
    parent = line_of(booked(100)).line.line_id
    lines = open_lines([booked(100)], [Disputed(movement(30), parent, False)], {parent})
    assert [each.line.minor_units for each in lines] == [30]


def test_a_line_is_read_back_from_its_document() -> None:
    for each in (movement(30), line_of(booked(-4)), line_of(booked(1, Source(payment="PAY-000001")))):
        assert line_from(line_document(each), each.sequence) == each


def test_terms_are_read_back_from_a_netting() -> None:
    assert terms_from({"method": "BILATERAL", "settlement_currency": "", "rates": []}).method is Method.BILATERAL


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-10", date(2026, 10, 31)), ("2028-02", date(2028, 2, 29)), ("2026-12", date(2026, 12, 31))],
)
def test_rates_are_those_of_the_last_day(period: str, day: date) -> None:
    assert last_day_of(period) == day


def test_lines_owed_both_ways_leave_each_entity_its_net() -> None:
    lines = [booked(100), replace(booked(30), debtor="linden", creditor="north")]
    proposal = propose([line_of(each) for each in lines], FACTS, "2026-10")
    postings = {
        (entry.entity, posting.account.value): posting.amount
        for entry in netting_entries(proposal)
        for posting in entry.postings
    }
    assert postings == {
        ("linden", "due_from"): -100,
        ("linden", "due_to"): 30,
        ("linden", "netting_clearing"): 70,
        ("north", "due_from"): -30,
        ("north", "due_to"): 100,
        ("north", "netting_clearing"): -70,
    }


def test_paying_and_giving_up_undo_the_clearing() -> None:
    for entries, account in ((payment_entries, "cash_clearing"), (withdrawal_entries, "due_to")):
        [linden, north] = entries(payment(PaymentState.PROPOSED))
        assert {posting.account.value: posting.amount for posting in north.postings} == {
            "netting_clearing": 30,
            account: -30,
        }
        assert sum(posting.amount for posting in linden.postings) == 0


@pytest.mark.parametrize(("total", "net", "tax"), [(1_200, 1_000, 200), (1, 1, 0), (3, 2, 1), (0, 0, 0)])
def test_tax_is_in_the_total_and_the_two_parts_make_it(total: int, net: int, tax: int) -> None:
    said = tax_of(total, InvoiceTax("S", 2_000, ""))
    assert (said["net_minor_units"], said["tax_minor_units"]) == (net, tax)


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", list(PaymentState))
def test_a_move_starts_where_the_table_says_and_nowhere_else(move: Move, state: PaymentState) -> None:
    starts, ends = MOVES[move]
    record = payment(PaymentState.PROPOSED, state)
    if state in starts:
        assert require_move(record, move, BOB) is ends
    else:
        with pytest.raises(Refusal, match="PAYMENT_STATE"):
            require_move(record, move, BOB)


@pytest.mark.parametrize("actor", [ANN, Actor("treasury", "Bob"), Actor("controlling", " aＮn ")])
def test_the_first_person_is_known_by_token_or_name(actor: Actor) -> None:
    with pytest.raises(Refusal, match="APPROVER_IS_PROPOSER"):
        require_move(payment(PaymentState.PROPOSED), Move.APPROVE, actor)


def test_other_payments_are_explained_in_their_order() -> None:
    payments = [Payment("C", "A", "USD", 400), Payment("D", "B", "USD", 230), Payment("D", "A", "USD", 220)]
    told = [
        (each.debtor.before, each.debtor.after, each.creditor.after)
        for each in instructions_from(the_twelve(), EACH, payments)
    ]
    assert told == [(-400, 0, 220), (-450, -220, 0), (-220, 0, 0)]


def test_pairwise_payments_are_explained_by_their_pair() -> None:
    lines = [Line("1", "A", "B", "USD", 30), Line("2", "A", "C", "USD", 5)]
    payments = [Payment("A", "C", "USD", 5), Payment("A", "B", "USD", 30)]
    assert [each.debtor.net for each in instructions_from(lines, PAIRWISE, payments)] == [-5, -30]
