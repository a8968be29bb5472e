"""Points spent elsewhere, priced again by agreements of every kind; figures by hand."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from chassis.values.calendar import Interval
from chassis.values.rounding import ZERO, Ratio
from settlement_service.domain.pricing import (
    NoTermsError,
    Priced,
    Spent,
    agreement_between,
    earlier_terms,
    face_parts,
    prices_of,
)
from settlement_service.domain.program_facts import Agreement, ExchangeRate
from tests.unit.settlement.events import NOON

ALWAYS = Interval(None, None)
BOTH = (("north", 6_000), ("harbor", 4_000))


def agreed(
    name: str = "agr",
    issuer: str = "",
    redeemer: str = "",
    *,
    face: str | None = None,
    liability: str | None = None,
    per_point: dict[str, str] | None = None,
    fee: str = "0",
    cap: str | None = None,
    interval: Interval = ALWAYS,
) -> Agreement:
    return Agreement(
        name,
        issuer,
        redeemer,
        interval,
        share_of_face=None if face is None else Ratio.of(face),
        share_of_liability=None if liability is None else Ratio.of(liability),
        price_per_point={code: Ratio.of(price) for code, price in (per_point or {}).items()},
        fee=Ratio.of(fee) if fee != "0" else ZERO,
        cap_of_face=None if cap is None else Ratio.of(cap),
    )


def spent(
    points: int = 196,
    value: int = 157,
    funders: tuple[tuple[str, int], ...] = (("north", 10_000),),
    carried_in: str = "USD",
) -> Spent:
    return Spent(points, funders, Fraction(4, 5), carried_in, "linden", value, "USD", NOON, date(2026, 3, 1))


def owed(agreement: Agreement, of: Spent | None = None, *rates: ExchangeRate) -> dict[str, int]:
    prices = prices_of(of or spent(), [agreement], list(rates))
    return {entity: priced.minor_units for entity, priced in prices.items()}


@pytest.mark.parametrize(
    ("agreement", "price"),
    [
        (agreed(face="1"), 157),
        (agreed(face="0.9"), 141),  # 141.3
        (agreed(face="0.85", fee="0.02"), 136),  # 133.45 · 1.02 = 136.119, rounded once
        (agreed(face="1", fee="0.02", cap="1"), 157),  # 160.14 is more than the face
        (agreed(face="1", cap="0.5"), 78),  # 78.5: a cap is never exceeded
        (agreed(liability="1"), 157),  # 196 · 0.8 = 156.8
        (agreed(liability="0.5"), 78),  # 78.4
        (agreed(per_point={"USD": "0.75"}), 147),
        (agreed(per_point={"USD": "1/8"}), 25),  # 24.5: a half goes up
    ],
)
def test_each_kind_of_agreement_prices_196_points_worth_157(agreement: Agreement, price: int) -> None:
    assert owed(agreement) == {"north": price}


def test_funders_owe_by_their_part_of_the_face() -> None:
    assert face_parts(157, BOTH) == {"north": 94, "harbor": 63}  # 94.2 and 62.8
    assert owed(agreed(face="0.5"), spent(funders=BOTH)) == {"north": 47, "harbor": 32}


def test_funders_owe_by_their_part_of_the_points() -> None:
    assert owed(agreed(liability="1"), spent(funders=BOTH)) == {"north": 94, "harbor": 63}  # 94.08 and 62.72


def test_equal_remainders_favour_who_comes_first() -> None:
    assert face_parts(1, (("north", 5_000), ("harbor", 5_000))) == {"north": 1, "harbor": 0}


def test_what_is_given_back_is_divided_like_what_was_given() -> None:
    assert face_parts(-157, BOTH) == {"north": -94, "harbor": -63}


def test_ones_own_points_owe_nobody() -> None:
    assert owed(agreed(face="1"), spent(funders=(("linden", 2_500), ("north", 7_500)))) == {"north": 118}


def test_a_liability_in_another_currency_is_exchanged_before_it_is_rounded() -> None:
    rate = ExchangeRate("ecb", "EUR", "USD", Ratio.of("1.1025"), date(2026, 1, 1), date(2027, 1, 1))
    assert owed(agreed(liability="1"), spent(carried_in="EUR"), rate) == {"north": 173}  # 156.8 · 1.1025 = 172.872


@pytest.mark.parametrize(
    "agreement",
    [agreed(per_point={"EUR": "1"}), agreed(face="1", issuer="harbor"), agreed(liability="1")],
    ids=["no price in the currency", "nobody's agreement", "no rate"],
)
def test_without_terms_there_is_no_price(agreement: Agreement) -> None:
    with pytest.raises(NoTermsError):
        owed(agreement, spent(carried_in="EUR"))


def test_the_agreement_that_names_most_is_the_one() -> None:
    every = [
        agreed("nobody", face="1"),
        agreed("redeemer", "", "linden", face="1"),
        agreed("issuer", "north", face="1"),
        agreed("both", "north", "linden", face="1"),
    ]
    names = []
    while every:
        found = agreement_between(every, "north", "linden", NOON)
        assert found is not None
        names.append(found.agreement_id)
        every.remove(found)
    assert names == ["both", "issuer", "redeemer", "nobody"]


def test_an_agreement_ends_before_the_instant_it_names() -> None:
    old = agreed("old", face="1", interval=Interval(None, NOON))
    new = agreed("new", face="0.5", interval=Interval(NOON, None))
    assert prices_of(spent(), [old, new], []) == {"north": Priced(79, "new")}
    assert earlier_terms([old, new], NOON + timedelta(days=2)) == (NOON - timedelta(microseconds=1),)
    assert earlier_terms([old, new], datetime(2026, 9, 1, tzinfo=UTC)) == ()


def test_what_comes_to_nothing_is_not_owed() -> None:
    assert owed(agreed(face="0.001")) == {}
