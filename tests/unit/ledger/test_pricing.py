"""What agreements make funders pay, kind by kind, with figures by hand. 300 points are worth 2.40 at Linden, and stand
for 3.00 in their issuers' books."""

from dataclasses import replace

import pytest

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.movement import Obligation
from ledger_service.domain.policies import BurnRule
from ledger_service.domain.redemption import CurrencyTerm, RedemptionTerms, SettlementTerm
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import redemption, restore, spend

EURO_CENT = PointRate("EUR", Ratio(1, 1))
DOLLARS = {"EUR": CurrencyTerm("ecb", Ratio.of("1.1025"))}


def face(share: str, **more: Ratio) -> SettlementTerm:
    return SettlementTerm("agr", share_of_face=Ratio.of(share), **more)


def liability(share: str, **more: Ratio) -> SettlementTerm:
    return SettlementTerm("agr", share_of_liability=Ratio.of(share), **more)


def a_point(price: str, **more: Ratio) -> SettlementTerm:
    return SettlementTerm("agr", per_point=Ratio.of(price), **more)


def linden(
    *, at: str = "0.8", currencies: dict[str, CurrencyTerm] | None = None, **by: SettlementTerm
) -> RedemptionTerms:
    """Terms at Linden with an agreement of each entity's own."""
    return replace(terms("linden", at, {}), settlement=by, currencies=currencies or {})


def earned(points: int = 300, rate: PointRate | None = None, **funders: int) -> PureLedger:
    ledger = PureLedger()
    given = award(1, points, "north", funders=funders or None)
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [replace(given, liability=rate or given.liability)])
    return ledger


def owed(ledger: PureLedger) -> list[tuple[str, int, str]]:
    """Debtor, amount and rate of every obligation of the last event."""
    found = (owed for one in ledger.events[-1].movements for owed in one.movement.settlement.obligations)
    return [(one.debtor, one.amount.minor_units, one.rate_id) for one in found]


@pytest.mark.parametrize(
    ("term", "price"),
    [
        (face("1"), 240),
        (face("0.85"), 204),
        (face("1", fee=Ratio.of("0.025")), 246),
        (liability("0.9"), 270),
        (liability("0.9", fee=Ratio.of("0.01")), 273),  # 272.70
        (a_point("0.65"), 195),
        (a_point("0.65", fee=Ratio.of("0.1")), 215),  # 214.50, half up
        (liability("1", cap_of_face=Ratio.of("1.1")), 264),
        (liability("1", fee=Ratio.of("0.5"), cap_of_face=Ratio.of("1.003")), 240),  # 240.72, floored
        (face("0.5", cap_of_face=Ratio.of("1")), 120),
    ],
)
def test_each_kind_of_price(term: SettlementTerm, price: int) -> None:
    ledger = earned()
    ledger.redeem("ana", 300, linden(north=term))
    assert owed(ledger) == [("north", price, "")]


def test_the_price_is_rounded_once() -> None:
    """1.50 with half of it on top is 2.25; a price rounded before its fee would be 3."""
    ledger = earned(3)
    ledger.redeem("ana", 3, linden(at="1", north=a_point("0.5", fee=Ratio.of("0.5"))))
    assert owed(ledger) == [("north", 2, "")]


def test_each_funder_pays_for_its_part_by_its_own_agreement() -> None:
    """60% of 3.00 in North's books; 40% of 300 points at half a cent from Peak."""
    ledger = earned(north=6_000, peak=4_000)
    ledger.redeem("ana", 300, linden(north=liability("1"), peak=a_point("0.5")))
    assert owed(ledger) == [("north", 180, ""), ("peak", 60, "")]


def test_the_part_of_the_redeemer_itself_is_its_part_of_the_value() -> None:
    ledger = earned(linden=2_500, north=7_500)
    ledger.redeem("ana", 300, linden(north=liability("1")))
    [moved] = ledger.events[-1].movements
    price = moved.movement.settlement.price
    assert owed(ledger) == [("north", 225, "")]
    assert price == Money("USD", 225 + 60)


def test_books_in_another_currency_are_priced_by_the_programs_rate() -> None:
    """3.00 EUR at 1.1025 are 3.3075 USD; with 2% on top 3.373650."""
    ledger = earned(rate=EURO_CENT)
    ledger.redeem("ana", 300, linden(north=liability("1", fee=Ratio.of("0.02")), currencies=DOLLARS))
    assert owed(ledger) == [("north", 337, "ecb")]


def test_what_is_undone_names_the_rate_it_was_priced_by() -> None:
    ledger = earned(rate=EURO_CENT)
    spent = spend(ledger, 300, linden(north=liability("1"), currencies=DOLLARS))
    restore(ledger, spent, 150)
    assert owed(ledger) == [("north", -166, "ecb")]
    restore(ledger, spent)
    assert owed(ledger) == [("north", -165, "ecb")]
    assert redemption(ledger, spent).pieces[0].rates == ("ecb",)


def test_no_rate_is_named_where_none_was_needed() -> None:
    ledger = earned()
    spent = spend(ledger, 300, linden(north=liability("1"), currencies=DOLLARS))
    assert redemption(ledger, spent).pieces[0].rates == ()


@pytest.mark.parametrize(
    "at",
    [linden(), linden(north=liability("1")), linden(north=SettlementTerm("agr"))],
    ids=["no agreement", "no rate into the currency", "no price in the currency"],
)
def test_what_has_no_price_is_refused(at: RedemptionTerms) -> None:
    with pytest.raises(Refusal, match="NO_SETTLEMENT_TERMS"):
        earned(rate=EURO_CENT).redeem("ana", 300, at)


def test_obligations_of_no_amount_are_left_out() -> None:
    ledger = earned()
    ledger.redeem("ana", 300, linden(north=a_point("0")))
    assert owed(ledger) == []


# --- cheapest first


def burnt(at: RedemptionTerms) -> list[str]:
    """Whose points go, dearest last, of 10 each; North's stand for a cent, Harbor's for two, Peak's for a euro cent."""
    ledger = PureLedger()
    for number, brand in enumerate(("north", "harbor", "peak")):
        rate = {"north": PointRate("USD", Ratio(1, 1)), "harbor": PointRate("USD", Ratio(2, 1)), "peak": EURO_CENT}[
            brand
        ]
        given = replace(award(1, 10, brand), liability=rate)
        ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, brand)], [given])
    ledger.redeem("ana", 30, replace(at, burn_order=(BurnRule.CHEAPEST_SETTLEMENT,)))
    return [one.accrual.brand for one in ledger.events[-1].movements]


def test_the_cheapest_points_go_first_whatever_their_agreements_price_by() -> None:
    """0.80 at face, 0.20 of Harbor's two cents with nothing on top, 1.1025 for Peak's."""
    at = linden(north=face("1"), harbor=liability("0.1"), peak=liability("1"), currencies=DOLLARS)
    assert burnt(at) == ["harbor", "north", "peak"]


def test_fees_and_caps_count_for_what_is_cheapest() -> None:
    """North 0.80 + 50% = 1.20, Harbor 2.00 cut to 0.88, Peak 0.90 a point."""
    at = linden(
        north=face("1", fee=Ratio.of("0.5")), harbor=liability("1", cap_of_face=Ratio.of("1.1")), peak=a_point("0.9")
    )
    assert burnt(at) == ["harbor", "peak", "north"]


def test_every_obligation_keeps_its_agreement() -> None:
    ledger = earned(north=6_000, peak=4_000)
    at = linden(north=replace(face("1"), agreement_id="one"), peak=replace(face("1"), agreement_id="two"))
    ledger.redeem("ana", 300, at)
    obligations: tuple[Obligation, ...] = ledger.events[-1].movements[0].movement.settlement.obligations
    assert [one.agreement_id for one in obligations] == ["one", "two"]
