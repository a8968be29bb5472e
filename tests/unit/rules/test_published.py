"""Programs that others published, written down as files: each file names where. What they promise is what is earned."""

from pathlib import Path

import pytest

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from rules_service.domain.program_file import ProgramFile
from tests.unit.rules.examples import compiled, line, order, read

FOLDER = Path(__file__).parent / "published"


def published(name: str) -> CompiledProgram:
    """A published program."""
    return compiled(read(name, [ProgramFile(f"{name}.yaml", (FOLDER / f"{name}.yaml").read_text())]))


def points(name: str, asked: Order) -> list[list[int]]:
    """Points per line and award."""
    return [[award.points for award in judged.awards] for judged in evaluate(published(name), asked).lines]


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_every_file_names_where_it_was_published(name: str) -> None:
    comment = (FOLDER / f"{name}.yaml").read_text().split("\nprogram:")[0]
    assert all(text.startswith("# ") for text in comment.splitlines())
    assert any(place in comment for place in (".com", ".ca", ".it"))


BRANDS = ("NAVY", "GAP", "REPUBLIC", "ATHLETA")


def test_four_brands_give_a_point_for_every_dollar() -> None:
    lines = [line(number, brand, 2_599) for number, brand in enumerate(BRANDS, start=1)]
    assert points("apparel", order(*lines, payments={"visa": 10_396})) == [[25], [25], [25], [25]]


def test_the_card_of_the_house_gives_five() -> None:
    lines = [line(number, brand, 10_000) for number, brand in enumerate(BRANDS, start=1)]
    assert points("apparel", order(*lines, payments={"brand_card": 40_000})) == [[100, 400]] * 4


def test_of_an_order_paid_by_two_cards_only_what_the_house_card_paid_gives_five() -> None:
    asked = order(line(1, "GAP", 10_000), payments={"brand_card": 2_500, "visa": 7_500})
    judged = evaluate(published("apparel"), asked).lines[0]
    assert [award.points for award in judged.awards] == [100, 100]
    assert judged.awards[1].explanation == "×5 Paid with the card, 0.25 of it by brand_card, adds 100"


def test_each_item_is_rounded_down() -> None:
    lines = [line(number, "ITEM", 499) for number in (1, 2, 3)]
    assert points("floors", order(*lines, location="high-street", currency="GBP")) == [[4], [4], [4]]


def test_the_receipt_is_rounded_down() -> None:
    lines = [line(1, "RECEIPT", 1_990), line(2, "RECEIPT", 2_500)]
    earned = points("floors", order(*lines, location="corso", currency="EUR"))
    assert earned == [[2], [2]]  # 44.90 gives 4; by item it would have been 1 and 2
    lines = [line(number, "DOMAIN", 499) for number in (1, 2, 3)]
    assert points("floors", order(*lines, location="high-street", currency="GBP")) == [[5], [5], [4]]


@pytest.mark.parametrize(("paid", "stamps"), [(999, 0), (1_000, 1), (9_000, 1)])
def test_a_purchase_of_ten_pounds_is_a_stamp(paid: int, stamps: int) -> None:
    postage = line(2, "GIFTS", 5_000, categories=["postage_stamps"])
    asked = order(line(1, "GIFTS", paid), postage, location="market", currency="GBP")
    assert points("stamps", asked) == [[1] if stamps else [], []]


@pytest.mark.parametrize(
    ("lines", "earned"), [((1_999,), 0), ((2_000,), 1), ((1_000, 1_000), 1), ((4_999,), 1), ((2_500, 2_500), 2)]
)
def test_the_receipt_gives_one_point_from_20_and_two_from_50(lines: tuple[int, ...], earned: int) -> None:
    sold = [line(number, "BAKERY", paid) for number, paid in enumerate(lines, start=1)]
    assert sum(map(sum, points("stamps", order(*sold, location="market", currency="GBP")))) == earned


def test_fuel_gives_points_by_the_litre_and_lottery_and_tobacco_none() -> None:
    lines = [
        line(1, "FUEL", 5_000, categories=["regular"], measure=("litre", 40_000)),
        line(2, "FUEL", 5_000, categories=["mid_grade"], measure=("litre", 10_500)),
        line(3, "FUEL", 5_000, categories=["diesel"], measure=("litre", 35_000)),
        line(4, "SHOP", 1_250, categories=["goods"]),
        line(5, "SHOP", 2_000, categories=["scratch_cards"]),
        line(6, "SHOP", 1_500, categories=["tobacco"]),
    ]
    earned = points("fuel", order(*lines, location="highway", currency="CAD"))
    assert earned == [[200], [73], [350], [250], [], []]
