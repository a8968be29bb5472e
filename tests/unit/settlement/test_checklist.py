"""The checklist of a close: what stands in the way and what is only to be looked at."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.values.calendar import Interval
from chassis.values.rounding import ONE
from settlement_service.domain.checklist import (
    BLOCKING,
    Comparison,
    Item,
    ItemKind,
    OpenFact,
    Situation,
    checklist_of,
    in_the_way,
)
from settlement_service.domain.figures import Balance
from settlement_service.domain.program_facts import Agreement, ProgramFacts, SettlementPolicy, SettlementTerms

CUT = datetime(2026, 11, 1, tzinfo=UTC)
READY = Situation(2, "2026-10", CUT, 0, (), (), (), (), Comparison(14, ()), 0, (), 0, 0, ())
FACTS = ProgramFacts("harborside")


def balance(entity: str, account: str, amount: int, counterparty: str = "") -> Balance:
    return Balance(entity, "USD", account, counterparty, "", amount)


def item(kind: ItemKind, of: Situation, facts: ProgramFacts = FACTS) -> Item:
    [found] = [each for each in checklist_of(of, facts, 0) if each.kind is kind]
    return found


def test_nothing_stands_in_the_way_of_a_period_that_is_ready() -> None:
    items = checklist_of(READY, FACTS, 0)
    assert in_the_way(items) == ()
    assert all(each.ok for each in items)


@pytest.mark.parametrize(
    ("changes", "kind", "count"),
    [
        ({"missing_barriers": 3}, ItemKind.BARRIERS_BOOKED, 3),
        ({"earlier_open": ("2026-09",)}, ItemKind.EARLIER_PERIODS_CLOSED, 1),
        ({"balances": (balance("north", "cash_clearing", 5),)}, ItemKind.BOOKS_IN_BALANCE, 1),
        ({"differing_totals": ("due_to of north",)}, ItemKind.TOTALS_AGREE, 1),
        (
            {"balances": (balance("north", "repayment_clearing", 5), balance("north", "cash_clearing", -5))},
            ItemKind.CLEARING_AT_ZERO,
            1,
        ),
        ({"comparison": None}, ItemKind.RECONCILED, 0),
        ({"comparison": Comparison(14, ("brand.north.closing",))}, ItemKind.DIFFERENCES_ACCEPTED, 1),
    ],
)
def test_each_blocking_item_stands_in_the_way_by_its_name(changes: dict[str, Any], kind: ItemKind, count: int) -> None:
    found = replace(READY, **changes)
    assert in_the_way(checklist_of(found, FACTS, 0)) == (kind.value,)
    assert item(kind, found).count == count
    assert kind in BLOCKING


def test_what_one_owes_and_the_other_is_not_owed_is_out_of_balance() -> None:
    found = replace(READY, balances=(balance("north", "due_to", -7, "linden"), balance("north", "cash_clearing", 7)))
    assert item(ItemKind.BOOKS_IN_BALANCE, found).detail == "north owes linden 7 USD more than linden is owed"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"parked": ("event 0/4: unknown kind",)}, ItemKind.NOTHING_PARKED),
        ({"late": 2, "early": 1}, ItemKind.CUT_OFF),
        ({"traded": (("north", "linden"),)}, ItemKind.TERMS_COMPLETE),
        ({"open_facts": (OpenFact(ItemKind.OPEN_DEBTS, 4, "80 points"),)}, ItemKind.OPEN_DEBTS),
        (
            {"balances": (balance("north", "difference_clearing", 5), balance("north", "cash_clearing", -5))},
            ItemKind.DIFFERENCES_CLEARED,
        ),
    ],
)
def test_other_items_are_told_and_stand_in_nobodys_way(changes: dict[str, Any], kind: ItemKind) -> None:
    found = replace(READY, **changes)
    assert not item(kind, found).ok
    assert in_the_way(checklist_of(found, FACTS, 0)) == ()


def test_a_pair_whose_agreement_has_ended_has_no_terms() -> None:
    found = replace(READY, traded=(("north", "linden"), ("peak", "linden")))
    ended = Agreement("agr_1", "peak", "", Interval(None, CUT), share_of_face=ONE)
    lasting = Agreement("agr_2", "north", "linden", Interval(None, None), share_of_face=ONE)
    facts = replace(FACTS, agreements=(ended, lasting))
    assert item(ItemKind.TERMS_COMPLETE, found, facts).detail == "peak and linden"


def test_neither_the_reserve_nor_those_who_bear_themselves_need_terms() -> None:
    found = replace(READY, traded=(("north", "bank"),))
    reserve = SettlementTerms(policy=SettlementPolicy.RESERVE, reserve_entity="bank")
    assert item(ItemKind.TERMS_COMPLETE, found, replace(FACTS, settlement=reserve)).ok
    none = SettlementTerms(policy=SettlementPolicy.NONE)
    assert item(ItemKind.TERMS_COMPLETE, found, replace(FACTS, settlement=none)).ok


def test_a_month_end_voucher_still_to_be_booked_is_told() -> None:
    [found] = [each for each in checklist_of(READY, FACTS, 4) if each.kind is ItemKind.MONTH_END_VOUCHER]
    assert (found.ok, found.blocking, found.count) == (False, False, 4)
