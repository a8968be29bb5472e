"""Money: minor units by currency, decimals in and out."""

from decimal import Decimal

import pytest

from chassis.values.money import Money, is_currency, minor_ratio, minor_units
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("12.34", "USD", 1234), ("12", "JPY", 12), ("1.234", "KWD", 1234), ("-0.05", "EUR", -5), ("1.0000", "CLF", 10000)],
)
def test_amounts_are_counted_in_minor_units(amount: str, currency: str, units: int) -> None:
    assert minor_units(amount, currency) == units


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "USD"), ("0.1", "JPY"), ("0.00001", "CLF")])
def test_more_digits_than_the_currency_has_are_a_fault(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="more digits"):
        minor_units(amount, currency)


def test_a_digit_far_behind_the_point_is_not_lost() -> None:
    with pytest.raises(ValueError, match="more digits"):
        minor_units("1.0000000000000000000000000000000001", "USD")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_a_fault(amount: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        minor_units(amount, "USD")


def test_an_amount_beyond_64_bits_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        minor_units("92233720368547758.08", "USD")


def test_the_largest_amount_passes() -> None:
    assert minor_units("92233720368547758.07", "USD") == 2**63 - 1


def test_the_point_value_of_the_worked_basket() -> None:
    assert minor_ratio("0.008", "USD") == Ratio(4, 5)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("USD", 5), "0.05 USD"),
        (Money("USD", -1234), "-12.34 USD"),
        (Money("JPY", 500), "500 JPY"),
        (Money("BHD", 1), "0.001 BHD"),
        (Money("USD", 2**63 - 1), "92233720368547758.07 USD"),
    ],
)
def test_money_shows_as_many_digits_as_its_currency_has(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize("code", ["USD", "EUR", "JPY", "KWD", "CLF", "XOF"])
def test_active_currencies_are_known(code: str) -> None:
    assert is_currency(code)


@pytest.mark.parametrize("code", ["", "usd", "DEM", "XXX", "US"])
def test_other_codes_are_not(code: str) -> None:
    assert not is_currency(code)


def test_decimals_and_their_text_are_alike() -> None:
    assert minor_units(Decimal("1.50"), "USD") == minor_units("1.50", "USD")
