"""Settlement's pricing and the ledger's share no code, and agree to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.calendar import Interval
from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.apply.pricing import prices_of as ledger_prices
from ledger_service.domain.redemption import CurrencyTerm, SettlementTerm
from settlement_service.domain.pricing import Spent, face_parts, prices_of
from settlement_service.domain.program_facts import Agreement, ExchangeRate
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold, terms

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
PARTS = ("0", "1/3", "0.85", "1", "1.2")
FUNDERS = (
    {"north": 10_000},
    {"north": 6_500, "harbor": 3_500},
    {"harbor": 3_333, "linden": 3_333, "peak": 3_334},
)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Any kind of price, with any fee and cap."""
    kind = draw(st.integers(0, 2))
    part = Ratio.of(draw(st.sampled_from(PARTS)))
    cap = draw(st.sampled_from((None, "0", "0.5", "1", "1.1")))
    return Agreement(
        "agr",
        "",
        "",
        Interval(None, None),
        share_of_face=part if kind == 0 else None,
        share_of_liability=part if kind == 1 else None,
        price_per_point={"USD": part} if kind == 2 else {},
        fee=Ratio.of(draw(st.sampled_from(("0", "0.025", "1/3")))),
        cap_of_face=None if cap is None else Ratio.of(cap),
    )


@given(
    agreed=agreements(),
    funders=st.sampled_from(FUNDERS),
    points=st.integers(1, 10**9),
    value=st.integers(1, 10**9),
    currency=st.sampled_from(("USD", "EUR")),
    rate=st.sampled_from(("4/5", "1", "1/3", "7/1000")),
)
@settings(max_examples=examples(50))
def test_both_price_alike(
    agreed: Agreement, funders: dict[str, int], points: int, value: int, currency: str, rate: str
) -> None:
    ledger = PureLedger()
    given_points = replace(award(1, 5, "north", funders=funders), liability=PointRate(currency, Ratio.of(rate)))
    ledger.post_order("ana", "sale", [sold(1, 1_000, "north")], [given_points])
    accrual = ledger.events[-1].movements[0].accrual
    term = SettlementTerm(
        "agr",
        agreed.share_of_face,
        agreed.share_of_liability,
        agreed.price_per_point.get("USD"),
        agreed.fee,
        agreed.cap_of_face,
    )
    at = replace(
        terms("linden", "1", {}),
        settlement=dict.fromkeys(("north", "harbor", "peak"), term),
        currencies={"EUR": CurrencyTerm("ecb", Ratio.of("1.1025"))},
    )
    theirs = ledger_prices(accrual, points, Money("USD", value), at)
    weights = tuple((funder.entity, funder.share) for funder in accrual.funders)
    spent = Spent(points, weights, Fraction(rate), currency, "linden", value, "USD", MOMENT, MOMENT.date())
    exchange = ExchangeRate("ecb", "EUR", "USD", Ratio.of("1.1025"), date(2026, 1, 1), None)
    ours = prices_of(spent, [agreed], [exchange])
    faces = face_parts(value, weights)
    borne = {entity: ours[entity].minor_units if entity in ours else 0 for entity, _ in weights}
    borne |= {"linden": faces["linden"]} if "linden" in faces else {}
    assert tuple(borne.values()) == tuple(price.amount for price in theirs)
