"""What the reader sees."""

import io

import pytest
from loyalty.type.v1 import money_pb2, points_pb2
from rich.console import Console

from deploy.local.demo.screen import Screen, signed
from deploy.local.demo.words import amount, money, worth


def plain() -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen(Console(file=out, width=100, highlight=False)), out


def test_a_figure_that_does_not_hold_is_remembered() -> None:
    screen, _ = plain()
    screen.figure(True, "books tie out")
    screen.figure(False, "positions sum to 0")
    assert screen.broken == ["positions sum to 0"]


def test_what_failed_is_readable_without_colour() -> None:
    screen, out = plain()
    screen.figure(False, "positions sum to 0")
    assert "✗ FAILED positions sum to 0" in out.getvalue()


def test_without_a_terminal_nothing_but_text_is_written() -> None:
    screen, out = plain()
    screen.title("A title")
    screen.chapter("A chapter", "Some words.")
    with screen.progress("orders", 8) as advance:
        advance(8)
    with screen.waiting("settlement"):
        pass
    assert "\x1b" not in out.getvalue()


def test_without_a_terminal_progress_is_a_line_every_quarter() -> None:
    screen, out = plain()
    with screen.progress("orders", 100) as advance:
        for _ in range(100):
            advance(1)
    assert out.getvalue().splitlines() == [f"orders: {done} of 100" for done in (25, 50, 75, 100)]


@pytest.mark.parametrize(("cents", "text"), [(240, "2.40"), (-32, "−0.32"), (0, "0.00"), (123_456_789, "1,234,567.89")])
def test_amounts_are_written_as_people_write_them(cents: int, text: str) -> None:
    assert amount(cents) == text


def test_a_currency_has_its_own_digits() -> None:
    assert money(money_pb2.Money(currency_code="JPY", minor_units=1_500)) == "1,500 JPY"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"), [(4, 5, "0.008 USD"), (1, 1, "0.01 USD"), (100, 1, "1.0 USD")]
)
def test_a_points_worth_is_exact(numerator: int, denominator: int, text: str) -> None:
    rate = points_pb2.PointRate(currency_code="USD")
    rate.minor_units_per_point.numerator, rate.minor_units_per_point.denominator = numerator, denominator
    assert worth(rate) == text


@pytest.mark.parametrize(("number", "text"), [(1_200, "+1,200"), (-5, "−5"), (0, "–")])
def test_changes_carry_their_sign(number: int, text: str) -> None:
    assert signed(number) == text
