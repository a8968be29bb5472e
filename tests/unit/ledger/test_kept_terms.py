"""The terms of a hold are kept until it is captured: whole, and also those kept before agreements had kinds."""

from dataclasses import replace

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.hold import Spending
from ledger_service.domain.redemption import CurrencyTerm, RedemptionTerms, SettlementTerm
from ledger_service.store import codec
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending

SPENDINGS = codec.JsonOf(Spending)
BOOKS = SettlementTerm("agr", share_of_liability=Ratio.of("0.9"), fee=Ratio.of("0.01"), cap_of_face=Ratio(2, 1))
RICH = replace(
    terms("linden", "1", {}), settlement={"north": BOOKS}, currencies={"EUR": CurrencyTerm("ecb", Ratio(5, 4))}
)
EURO_CENT = PointRate("EUR", Ratio(1, 1))


def held(at: RedemptionTerms) -> tuple[PureLedger, PureSpending, str]:
    """100 points that stand for a euro, set aside on terms."""
    ledger = PureLedger()
    given = replace(award(1, 100, "north"), liability=EURO_CENT)
    ledger.post_order("ana", "sale", [sold(1, 1_000, "north")], [given])
    spending = PureSpending(ledger)
    return ledger, spending, spending.authorize("ana", 100, at).authorization.authorization_id


def test_terms_are_read_back_as_they_were() -> None:
    _, spending, hold_id = held(RICH)
    kept = spending.hold(hold_id).spending
    assert kept is not None
    assert SPENDINGS.decode(SPENDINGS.encode(kept)) == kept


def test_terms_kept_before_there_were_kinds_are_shares_of_face() -> None:
    at = replace(RICH, settlement={"north": SettlementTerm("agr", Ratio(1, 2))})
    _, spending, hold_id = held(at)
    kept = spending.hold(hold_id).spending
    assert kept is not None
    data = SPENDINGS.encode(kept)
    for later in (b'"cap_of_face":null,', b',"per_point":null', b',"share_of_liability":null'):
        assert later in data
        data = data.replace(later, b"")
    data = data.replace(b',"fee":{"denominator":1,"numerator":0}', b"")
    assert b'"north":{"agreement_id":"agr","share_of_face":{"denominator":2,"numerator":1}}' in data
    read = SPENDINGS.decode(data).terms.settlement["north"]
    assert read == SettlementTerm("agr", Ratio(1, 2))


def test_every_capture_is_priced_on_the_terms_of_its_hold() -> None:
    """0.9 at 1.25 with 1% on top is 1.13625 a point: 40 points 45.45, 60 points 68.175."""
    ledger, spending, hold_id = held(RICH)
    prices = []
    for points in (40, 60):
        spending.capture("ana", hold_id, points)
        [owed] = ledger.events[-1].movements[-1].movement.settlement.obligations
        prices.append((owed.amount.minor_units, owed.rate_id))
    assert prices == [(45, "ecb"), (68, "ecb")]
