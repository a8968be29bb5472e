"""Payments that do not clear the nets are refused, and told why."""

import pytest

from chassis.values.rounding import Ratio
from settlement_service.domain.netting.conversion import Rate
from settlement_service.domain.netting.faults import FaultKind
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.netting import Terms
from settlement_service.domain.netting.payments import Method, Payment
from settlement_service.domain.netting.verification import payment_faults
from tests.unit.settlement.test_netting import EACH, PAIRWISE, line, the_twelve

RIGHT = (("D", "A", 450), ("C", "B", 230), ("C", "A", 170))


def pay(*payments: tuple[str, str, int]) -> list[Payment]:
    return [Payment(debtor, creditor, "USD", amount) for debtor, creditor, amount in payments]


def told(payments: list[Payment], terms: Terms = EACH, lines: list[Line] | None = None) -> list[str]:
    return [str(fault) for fault in payment_faults(lines or the_twelve(), terms, payments)]


def test_payments_that_clear_the_nets_have_no_fault() -> None:
    assert told(pay(*RIGHT)) == []


def test_other_payments_that_clear_the_nets_have_none_either() -> None:
    assert told(pay(("C", "A", 400), ("D", "A", 220), ("D", "B", 230))) == []


def test_a_cent_too_little_is_missed_at_both_ends() -> None:
    assert told(pay(("D", "A", 449), *RIGHT[1:])) == [
        "A: is owed 1 minor units of USD after all payments",
        "D: owes 1 minor units of USD after all payments",
    ]


def test_a_payment_that_is_missing_is_missed() -> None:
    assert told(pay(*RIGHT[:2])) == [
        "A: is owed 170 minor units of USD after all payments",
        "C: owes 170 minor units of USD after all payments",
    ]


def test_money_sent_through_one_who_is_owed_goes_the_wrong_way() -> None:
    [wrong] = told(pay(("D", "A", 450), ("C", "B", 400), ("B", "A", 170)))
    assert wrong == "B: B pays A, but its net is 230 minor units of USD"


def test_an_entity_that_owes_nothing_has_nothing_to_pay() -> None:
    faults = payment_faults(the_twelve(), EACH, pay(*RIGHT, ("E", "F", 5)))
    assert {fault.kind for fault in faults} == {
        FaultKind.PAYMENT_WRONG_WAY,
        FaultKind.NET_NOT_CLEARED,
        FaultKind.TOO_MANY_PAYMENTS,
    }


def test_as_many_payments_as_there_are_nets_are_one_too_many() -> None:
    payments = pay(("D", "A", 449), ("C", "B", 229), ("C", "A", 171), ("D", "B", 1))
    assert told(payments) == ["USD: 4 payments where 3 are enough"]


@pytest.mark.parametrize(
    ("payment", "kind"),
    [
        (Payment("D", "D", "USD", 1), FaultKind.PAYMENT_MALFORMED),
        (Payment("", "D", "USD", 1), FaultKind.PAYMENT_MALFORMED),
        (Payment("B", "D", "USD", 0), FaultKind.PAYMENT_MALFORMED),
        (Payment("B", "D", "USD", -5), FaultKind.PAYMENT_MALFORMED),
        (Payment("B", "D", "USD", 2**63), FaultKind.PAYMENT_MALFORMED),
        (Payment("D", "A", "USD", 450), FaultKind.PAYMENT_TWICE),
        (Payment("A", "D", "USD", 450), FaultKind.PAYMENT_TWICE),
    ],
)
def test_payments_that_are_none_are_refused(payment: Payment, kind: FaultKind) -> None:
    faults = payment_faults(the_twelve(), EACH, [*pay(*RIGHT), payment])
    assert [fault.kind for fault in faults] == [kind]


def test_each_pair_must_be_cleared_by_itself_if_pairs_settle() -> None:
    assert told(pay(("A", "B", 30)), PAIRWISE, [line("1", "A", "B", 40), line("2", "C", "B", 7)]) == [
        "A and B: A still owes B 10 minor units of USD",
        "B and C: C still owes B 7 minor units of USD",
    ]


def test_a_pair_paid_too_much_is_owed_the_rest() -> None:
    assert told(pay(("A", "B", 50)), PAIRWISE, [line("1", "A", "B", 40)]) == [
        "A and B: B still owes A 10 minor units of USD"
    ]


def test_a_payment_in_another_currency_settles_nothing() -> None:
    terms = Terms(Method.MULTILATERAL, "USD", (Rate("r", "CAD", Ratio(3, 4)),))
    faults = payment_faults([line("1", "A", "B", 4, "CAD")], terms, [Payment("A", "B", "CAD", 4)])
    assert [str(fault) for fault in faults] == ["A pays B: is in CAD, settled is in USD"]


def test_without_a_rate_nothing_can_be_verified() -> None:
    terms = Terms(Method.MULTILATERAL, "USD")
    faults = payment_faults([line("1", "A", "B", 4, "CAD")], terms, [])
    assert [str(fault) for fault in faults] == ["CAD: has no rate to USD"]


def test_disputed_lines_are_not_to_be_paid() -> None:
    lines = [Line("1", "A", "B", "USD", 30, disputed=True)]
    assert told([], lines=lines) == []
    assert payment_faults(lines, EACH, pay(("A", "B", 30))) != ()
