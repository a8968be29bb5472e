"""The example that uses every setting: what its sales earn, and on what terms its stars are spent."""

from datetime import UTC, datetime
from typing import NamedTuple

from rules_service.domain.content import program_content
from rules_service.domain.content_reader import read_program
from rules_service.domain.evaluate import evaluate
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import TermsQuestion
from rules_service.domain.scope import AtBrands, AtLocation, AtOperator, InRegion, ResolvedScope
from tests.unit.rules.examples import example, line, order

CLUB = example("high-street")
SOLD = datetime(2024, 10, 5, 9, 30, tzinfo=UTC)
"""A morning in Dublin, in summer time."""


class Life(NamedTuple):
    """Points of one rule: how many, from when (None: at once), until when, where."""

    points: int
    available: datetime | None
    expires: datetime | None
    scope: ResolvedScope


def lives(location: str, brand: str, net: int, category: str = "") -> dict[str, Life]:
    """What one line earns, by rule."""
    sale = order(
        line(1, brand, net, categories=[category] if category else []), location=location, currency="EUR", time=SOLD
    )
    return {
        award.rule.rule.rule_id: Life(award.points, award.available_time, award.expire_time, award.scope)
        for award in evaluate(CLUB, sale).lines[0].awards
    }


def dublin(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """An instant in UTC: in summer a day of Dublin begins at 23:00 of the day before."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_coffee_is_drunk_where_it_was_earned_until_the_end_of_the_quarter() -> None:
    assert lives("quay-1", "CAFE", 350, "coffee") == {
        "cafe-base": Life(17, None, dublin(2025, 10, 4, 23), None),
        "cafe-coffee": Life(10, None, dublin(2025, 1, 1), AtLocation("quay-1")),
    }


def test_stars_of_the_pharmacy_wait_a_fortnight_or_for_a_person() -> None:
    assert lives("square-2", "PHARMACY", 1000, "health-check") == {
        "pharmacy-base": Life(20, dublin(2024, 10, 18, 23), dublin(2025, 10, 4, 23), None),
        "pharmacy-advice": Life(200, None, dublin(2025, 10, 4, 23), InRegion("west")),
    }


def test_stars_of_books_follow_the_operator_and_the_year() -> None:
    assert lives("quay-1", "BOOKS", 1000) == {
        "books-base": Life(30, datetime(2024, 10, 7, 9, 30, tzinfo=UTC), dublin(2025, 10, 4, 23), None),
        "books-christmas": Life(30, dublin(2024, 12, 1), dublin(2025, 2, 1), AtOperator("byrne")),
        "books-club": Life(5, None, dublin(2025, 1, 1), AtBrands(("BOOKS", "PHARMACY"))),
    }


def test_the_franchisee_redeems_in_the_pharmacys_blocks() -> None:
    terms = quote(CLUB, TermsQuestion("square-2", "PHARMACY", "EUR", SOLD))
    assert (terms.redeemer_entity_id, terms.minimum_points, terms.block_points) == ("pharmacy", 500, 100)
    assert quote(CLUB, TermsQuestion("quay-1", "BOOKS", "EUR", SOLD)).redeemer_entity_id == "byrne"


def test_the_whole_of_it_is_stored_and_read_back() -> None:
    content = program_content(CLUB.program)
    assert program_content(read_program(content)) == content
