"""The programs that pages of the documentation write are programs, and earn what the pages say."""

from dataclasses import replace
from datetime import UTC, datetime

from rules_service.domain.evaluate import evaluate
from rules_service.domain.member_facts import MemberFacts
from rules_service.domain.order import Payment
from tests.unit.rules.examples import compiled, line, order, read
from tests.unit.rules.pages import DOCS, page_files


def test_the_program_of_the_reference_earns_what_the_page_says() -> None:
    asked = order(
        line(1, "BAKERY", 300),
        line(2, "BOOKS", 1200, categories=["children"]),
        location="high-street-1",
        currency="GBP",
        time=datetime(2025, 7, 1, 12, tzinfo=UTC),
    )
    judged = evaluate(compiled(read("corner", page_files("PROGRAM_FILES.md")[:2])), asked)
    assert [line.explanation for line in judged.lines] == [
        "3.00 GBP at 1 point per 1.00 GBP = 3",
        "12.00 GBP at 2 points per 1.00 GBP = 24; ×3 summer reading adds 48; in all 72",
    ]


def test_every_example_of_the_reference_fits_its_program() -> None:
    rules = read("corner", page_files("PROGRAM_FILES.md")).earn_rules
    assert {"books-evening", "books-steps", "bakery-breakfast", "books-loyal"} <= {rule.rule_id for rule in rules}
    assert {"bakery-welcome", "books-birthday", "books-avid"} <= {rule.rule_id for rule in rules}


def test_the_program_of_ten_minutes_earns_what_the_page_says() -> None:
    monday_at_ten = datetime(2026, 11, 16, 10, tzinfo=UTC)
    asked = order(
        line(1, "CAFE", 600, quantity=2, categories=["coffee"]),
        line(2, "CAFE", 500, quantity=2, categories=["pastry"]),
        line(3, "BOOKS", 3600, quantity=3),
        location="quay-1",
        currency="EUR",
        time=monday_at_ten,
    )
    paid = replace(asked, payments=(Payment("club_card", 4700),))
    judged = evaluate(compiled(read("quay", page_files("TEN_MINUTES.md"))), paid)
    earned = [{award.rule.rule.rule_id: award.points for award in line.awards} for line in judged.lines]
    assert earned == [
        {"cafe-base": 30, "club-card": 60, "breakfast": 22},
        {"cafe-base": 25, "breakfast": 18},
        {"books-base": 108, "big-basket.BOOKS": 50, "three-alike": 30},
    ]
    regular = evaluate(
        compiled(read("quay", page_files("TEN_MINUTES.md"))), replace(asked, member=MemberFacts({"regular": "silver"}))
    )
    assert regular.lines[2].awards[0].points == 118
    table = (DOCS / "TEN_MINUTES.md").read_text()
    for row in (
        "30 base, 60 club card (early coffee would give 30), 22 of the breakfasts |",
        "25 base, 18 of the breakfasts |",
        "108 base, 50 big basket, 30 three alike |",
        "36.00 of novels are 118 base points now (108, ×1.1)",
    ):
        assert row in table
