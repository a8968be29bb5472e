"""What the printed close adds up by itself."""

import io

from loyalty.settlement.v1 import books_pb2, netting_pb2, period_pb2, reconciliation_pb2, revenue_pb2
from loyalty.type.v1 import money_pb2
from rich.console import Console

from deploy.local.close import report, settled
from deploy.local.close.steps import Closed
from deploy.local.demo.screen import Screen

NAMES = {"north": "North Foods Ltd", "harbor": "Harbor Ltd"}


def plain() -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen(Console(file=out, width=120, highlight=False)), out


def brand(closing: int) -> books_pb2.BrandBooks:
    return books_pb2.BrandBooks(
        brand_id="NORTH",
        opening_points=100,
        earned_points=50,
        redeemed_own_points=10,
        redeemed_cross_points=20,
        redeemed_cross_in_points=20,
        reversed_points=5,
        closing_points=closing,
        receivable_points=3,
    )


def accounts(credit: int) -> books_pb2.CurrencyBooks:
    return books_pb2.CurrencyBooks(
        currency_code="USD",
        accounts=[
            books_pb2.AccountBooks(account="due_from", code="1210", name="Owed by", opening=0, debits=240, closing=240),
            books_pb2.AccountBooks(
                account="redemption_clearing", code="redemption_clearing", name="Clearing", credits=credit, closing=-240
            ),
        ],
    )


def netted(paid: int) -> netting_pb2.NettedCurrency:
    return netting_pb2.NettedCurrency(
        currency_code="USD",
        flows=[netting_pb2.NettingFlow(debtor_entity_id="north", creditor_entity_id="harbor", minor_units=240)],
        nets=[
            netting_pb2.EntityNet(entity_id="harbor", net_minor_units=240),
            netting_pb2.EntityNet(entity_id="north", net_minor_units=-240),
        ],
        payments=[
            netting_pb2.ProposedPayment(
                payment_id="PAY-000001",
                debtor_entity_id="north",
                creditor_entity_id="harbor",
                amount=money_pb2.Money(currency_code="USD", minor_units=paid),
            )
        ],
    )


def test_a_brand_that_rolls_forward_holds() -> None:
    screen, out = plain()
    report.tell_points(screen, [brand(115)])
    assert screen.broken == []
    [outstanding] = [line.split() for line in out.getvalue().splitlines() if "outstanding" in line]
    assert outstanding == ["outstanding", "118", "118"]


def test_a_brand_that_does_not_roll_forward_is_told() -> None:
    screen, _ = plain()
    report.tell_points(screen, [brand(116)])
    assert screen.broken == ["every brand rolls forward from its opening to its closing"]


def test_a_trial_balance_adds_up_its_columns() -> None:
    assert report.accounts_sum(accounts(240)) == (0, 240, 240, 0)


def test_debits_that_are_not_credits_are_told() -> None:
    screen, out = plain()
    report.tell_trial_balances(screen, [books_pb2.EntityBooks(entity_id="harbor", currencies=[accounts(239)])], NAMES)
    assert screen.broken == ["Harbor Ltd: debits equal credits in USD"]
    assert "1210  Owed by" in out.getvalue()
    assert "redemption_clearing" not in out.getvalue()


def test_a_debt_that_only_one_company_knows_is_told() -> None:
    screen, _ = plain()
    position = books_pb2.CounterpartyPosition(counterparty_entity_id="north", currency_code="USD", due_from=240)
    entity = books_pb2.EntityBooks(entity_id="harbor", currencies=[accounts(240)], positions=[position])
    report.tell_trial_balances(screen, [entity], NAMES)
    assert screen.broken == ["companies are owed 2.40 USD by each other, and owe as much"]


def test_payments_that_clear_leave_nothing() -> None:
    assert settled.left_open(netted(240)) == {"harbor": 0, "north": 0}


def test_a_payment_that_is_too_small_leaves_the_rest() -> None:
    assert settled.left_open(netted(200)) == {"harbor": 40, "north": -40}


def test_deferred_revenue_goes_off_with_a_minus() -> None:
    money = revenue_pb2.DeferredRollForward(
        opening=100, deferred=50, undone=5, redemption=30, breakage=4, change_of_estimate=-1, closing=112
    )
    figures = settled.forward_of(money)
    assert figures == (100, 50, -5, -30, -4, 1, 112)
    assert sum(figures[:-1]) == figures[-1]


def test_a_month_with_a_difference_nobody_accepted_does_not_hold() -> None:
    screen, _ = plain()
    differs = reconciliation_pb2.Reconciliation(compared=70, differing=1)
    agrees = reconciliation_pb2.Reconciliation(kind=reconciliation_pb2.RECONCILIATION_KIND_PRICES, compared=9)
    period = period_pb2.Period(period="2018-01", signed_name="Ada Ledger", figures_hash=b"\x01" * 32)
    report.tell_sign_off(screen, [Closed(period, differs, agrees)])
    assert screen.broken == ["2018-01: 70 figures against the ledger's own sums, 1 differ"]


def test_every_item_of_the_checklist_has_words() -> None:
    kinds = set(period_pb2.ChecklistKind.values()) - {period_pb2.CHECKLIST_KIND_UNSPECIFIED}
    assert report.CHECKLIST.keys() == kinds
