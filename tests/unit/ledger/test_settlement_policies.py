"""What is owed by policy: frozen on accruals at their birth; who redeems bears what NONE gave."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.movement import MovementKind, Settlement
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import ReturnPolicy, SettlementPolicy, SpentPoints
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_people import People
from tests.support.pure_restores import bring_back, burns, open_positions, restore, spend
from tests.support.pure_sales import anonymous_sale, claimed

WHOLE = {1: (ReturnBasis.WHOLE, None)}
LINDEN = terms("linden", "1", {"north": "1", "harbor": "1", "peak": "1"})
REIMBURSE, RESERVE, NONE = SettlementPolicy.REIMBURSE, SettlementPolicy.RESERVE, SettlementPolicy.NONE


def ledger_of(policy: SettlementPolicy) -> PureLedger:
    ledger = PureLedger()
    under(ledger, policy)
    return ledger


def under(ledger: PureLedger, policy: SettlementPolicy) -> None:
    ledger.policy, ledger.reserve = policy, "hq" if policy is RESERVE else ""


def earn(ledger: PureLedger, document: str, points: int, brand: str, policy: SettlementPolicy | None = None) -> None:
    under(ledger, policy or ledger.policy)
    ledger.post_order("ana", document, [sold(1, 1000, brand, quantity=2)], [award(1, points, brand)])


def newest(ledger: PureLedger) -> Accrual:
    return ledger.events[-1].movements[-1].accrual


def settled(ledger: PureLedger) -> list[tuple[MovementKind, Settlement]]:
    return [(one.movement.kind, one.movement.settlement) for one in ledger.events[-1].movements]


def prices(ledger: PureLedger) -> list[tuple[str, int, int]]:
    """Kind, price and what is owed of each movement of the last event."""
    return [
        (
            kind.value,
            one.price.minor_units if one.price else 0,
            sum(owed.amount.minor_units for owed in one.obligations),
        )
        for kind, one in settled(ledger)
    ]


# --- frozen at every birth


def test_a_sale_earns_under_the_policy_of_its_time() -> None:
    ledger = ledger_of(RESERVE)
    earn(ledger, "sale", 10, "north")
    under(ledger, NONE)
    spend(ledger, 5, LINDEN)
    assert (newest(ledger).settlement_policy, newest(ledger).reserve_entity) == (RESERVE, "hq")


def test_a_claimed_sale_earns_under_the_policy_of_its_claim() -> None:
    ledger = PureLedger()
    ledger.run(anonymous_sale(ledger, "sale", [sold(1, 1000, "north")]))
    under(ledger, NONE)
    claimed(ledger, "ana", "sale", [award(1, 10, "north")])
    assert newest(ledger).settlement_policy is NONE


def test_what_a_correction_and_a_person_give_is_under_the_policy_of_now() -> None:
    ledger = PureLedger()
    people = People(ledger)
    earn(ledger, "sale", 10, "north")
    under(ledger, RESERVE)
    people.correct("ana", "sale", [award(1, 10, "north"), award(1, 5, "north", rule="bonus")])
    assert (newest(ledger).settlement_policy, newest(ledger).reserve_entity) == (RESERVE, "hq")
    people.adjust("ana", 7)
    assert (newest(ledger).settlement_policy, newest(ledger).reserve_entity) == (RESERVE, "hq")


def test_points_that_are_sent_keep_the_policy_of_their_origin() -> None:
    ledger = ledger_of(NONE)
    people = People(ledger)
    earn(ledger, "sale", 10, "north")
    under(ledger, REIMBURSE)
    people.receive("bo", people.send("ana", "bo", 10).transfer_id)
    assert newest(ledger).settlement_policy is NONE


def test_the_policy_is_hashed_with_the_birth_only_where_it_is_not_the_usual() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, "north")
    usual = newest(ledger)
    for policy, entity in ((NONE, ""), (RESERVE, "hq"), (RESERVE, "north")):
        other = replace(usual, settlement_policy=policy, reserve_entity=entity)
        assert other.birth_facts() == [*usual.birth_facts(), ["settlement", policy.value, entity]]  # type: ignore[misc]


# --- what is owed


def test_a_reserve_changes_nothing_of_what_is_owed() -> None:
    ledger = ledger_of(RESERVE)
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, LINDEN)
    assert ledger.positions() == {"north": -60, "linden": 60}


def test_who_redeems_bears_points_of_policy_none() -> None:
    ledger = ledger_of(NONE)
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, LINDEN)
    [(_, settlement)] = settled(ledger)
    worth, nothing = Money("USD", 60), Money("USD", 0)
    assert settlement == Settlement(value=worth, price=nothing, place_entity="linden", place_brand="linden")


def test_points_of_policy_none_need_no_terms() -> None:
    ledger = ledger_of(NONE)
    earn(ledger, "sale", 100, "nobodys")
    assert ledger.redeem("ana", 60, LINDEN).redemption.value == Money("USD", 60)


def test_each_accrual_of_a_wallet_goes_by_its_own_policy() -> None:
    ledger = PureLedger()
    for number, (brand, policy) in enumerate((("north", NONE), ("harbor", RESERVE), ("peak", REIMBURSE))):
        earn(ledger, f"sale-{number}", 50, brand, policy)
        ledger.pass_time(timedelta(minutes=1))
    spent = spend(ledger, 120, LINDEN)
    assert prices(ledger) == [("redeemed", 0, 0), ("redeemed", 50, 50), ("redeemed", 20, 20)]
    restore(ledger, spent)
    assert prices(ledger) == [("restored", 0, 0), ("restored", -50, -50), ("restored", -20, -20)]
    assert open_positions(ledger) == {}


# --- debts


def owing(first: SettlementPolicy) -> tuple[PureLedger, str]:
    """100 of North's points under a policy, spent at Linden; then their goods came back."""
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north", first)
    spent = spend(ledger, 100, LINDEN)
    ledger.give_back("ana", "return", "sale", WHOLE)
    return ledger, spent


def test_a_debt_that_cost_nobody_anything_is_repaid_for_nothing() -> None:
    ledger, spent = owing(NONE)
    earn(ledger, "next", 30, "peak", REIMBURSE)
    assert prices(ledger) == [("earned", 0, 0), ("redeemed", 0, 0), ("repaid", 0, 0)]
    restore(ledger, spent)
    assert open_positions(ledger) == {}


def test_points_of_policy_none_repay_without_anybody_owing_for_them() -> None:
    ledger, _ = owing(REIMBURSE)
    earn(ledger, "next", 30, "peak", NONE)
    assert prices(ledger) == [("earned", 0, 0), ("redeemed", 0, 0), ("repaid", 0, 0)]
    assert ledger.positions() == {"north": -100, "linden": 100}


def test_others_pay_for_their_own_points_only() -> None:
    """30 of 100 points were repaid by points that owe nobody: the other 70 cost 0.70."""
    ledger, _ = owing(REIMBURSE)
    earn(ledger, "next", 30, "peak", NONE)
    earn(ledger, "last", 70, "harbor", REIMBURSE)
    assert prices(ledger) == [("earned", 0, 0), ("redeemed", 70, 70), ("repaid", 70, 0)]


def test_unwinding_such_a_repayment_leaves_nothing_behind() -> None:
    ledger, spent = owing(REIMBURSE)
    earn(ledger, "next", 30, "peak", NONE)
    earn(ledger, "last", 70, "harbor", REIMBURSE)
    restore(ledger, spent, 85)
    assert [burn.waived for burn in burns(ledger) if burn.debtor] == [15, 0]
    restore(ledger, spent)
    assert [burn.waived for burn in burns(ledger) if burn.debtor] == [0, 0]
    assert open_positions(ledger) == {}
    assert ledger.accrual_of("next", 1) == (30, 0)


@pytest.mark.parametrize("policy", [SpentPoints.REDUCE_REFUND, SpentPoints.WRITE_OFF])
def test_making_good_what_cost_nobody_anything_is_free(policy: SpentPoints) -> None:
    ledger = ledger_of(NONE)
    earn(ledger, "sale", 100, "north")
    spend(ledger, 100, LINDEN)
    answer = bring_back(ledger, "return", "sale", WHOLE, ReturnPolicy(spent=policy))
    assert answer.wallet.balance == 0
    assert prices(ledger)[-1] == ("adjusted", 0, 0)
