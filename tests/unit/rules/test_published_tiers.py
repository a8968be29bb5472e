"""Published programs with tiers: what a figure reaches, as the ledger is told of it, and what a tier then earns."""

from datetime import date

import pytest

from ledger_service.domain.standing.activity import BrandActivity, DayActivity
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.standing import standing_on
from ledger_service.peers.rules_ladders import ladders_of
from rules_service.domain.evaluate import evaluate
from rules_service.domain.revision import Revision
from rules_service.wire import programs
from tests.unit.rules.examples import NOON, line, member, order
from tests.unit.rules.test_published import BRANDS, published

DAY = date(2024, 7, 6)


def ladder(name: str) -> Ladder:
    """The one ladder of a published program, as the ledger understands it."""
    compiled = published(name)
    (found,) = ladders_of(programs.revision(Revision(name, compiled.revision, 1, NOON, compiled.program)).program)
    return found


def reached(subject: Ladder, *activities: tuple[str, BrandActivity]) -> str:
    """The tier of a day of such activity."""
    return standing_on(subject, [DayActivity(DAY, dict(activities))], (), DAY).tier


@pytest.mark.parametrize(
    ("points", "tier"),
    [(0, ""), (249, ""), (250, "bronze"), (499, "bronze"), (500, "silver"), (999, "silver"), (1_000, "gold")],
)
def test_a_pharmacy_has_seven_boundary_rows(points: int, tier: str) -> None:
    assert reached(ladder("pharmacy"), ("PHARMACY", BrandActivity({}, points, points, 1))) == tier


def test_a_pharmacy_gives_25_for_a_prescription() -> None:
    lines = line(1, "PHARMACY", 999), line(2, "PHARMACY", 4_000, quantity=2, categories=["prescriptions"])
    judged = evaluate(
        published("pharmacy"), order(*lines, location="corner", member=member(tiers={"wellness": "gold"}))
    )
    assert [[award.points for award in one.awards] for one in judged.lines] == [[9], [50]]
    # Its tiers are for discounts, so points do not depend on them.
    assert judged.read.tiers == ()


@pytest.mark.parametrize(
    ("cents", "tier"),
    [(49_999, ""), (50_000, "enthusiast"), (99_999, "enthusiast"), (100_000, "icon")],
)
def test_apparel_has_levels_at_500_and_1000_over_all_four_brands(cents: int, tier: str) -> None:
    spent = [(brand, BrandActivity({"USD": 10_000}, 0, 0, 1)) for brand in BRANDS[1:]]
    assert reached(ladder("apparel"), (BRANDS[0], BrandActivity({"USD": cents - 30_000}, 0, 0, 1)), *spent) == tier


HOTELS = ("HOTEL", "RESIDENCE", "STUDIO", "EXECUTIVE")


@pytest.mark.parametrize(
    ("nights", "tier", "earned"),
    [
        (9, "", [2_000, 1_000, 800, 500]),
        (10, "silver", [2_200, 1_100, 880, 550]),
        (24, "silver", [2_200, 1_100, 880, 550]),
        (25, "gold", [2_500, 1_250, 1_000, 625]),
        (50, "platinum", [3_000, 1_500, 1_200, 750]),
        (75, "titanium", [3_500, 1_750, 1_400, 875]),
    ],
)
def test_hotels_give_each_tier_its_bonus_on_the_points_of_each_brand(nights: int, tier: str, earned: list[int]) -> None:
    assert reached(ladder("hotels"), ("HOTEL", BrandActivity({}, 0, 0, nights))) == tier
    lines = [line(number, brand, 20_000) for number, brand in enumerate(HOTELS, start=1)]
    judged = evaluate(published("hotels"), order(*lines, location="downtown", member=member(tiers={"elite": tier})))
    assert [award.points for one in judged.lines for award in one.awards] == earned


def test_a_hotel_bonus_is_rounded_once() -> None:
    asked = order(line(1, "EXECUTIVE", 396), location="downtown", member=member(tiers={"elite": "silver"}))
    judged = evaluate(published("hotels"), asked).lines[0]
    assert judged.awards[0].points == 10  # rounded twice it would have been 9
    assert judged.explanation == (
        "3.96 USD at 2.5 points per 1.00 USD = 9.9, ×1.1 as Silver Elite = 10.89, rounded down to 10"
    )
