"""Every figure has one name, and every name one figure."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.statements import Statement
from chassis.values.ids import ID_PATTERN
from chassis.values.refusal import Refusal
from settlement_service.domain import figure_names, journal_columns_page
from settlement_service.domain.figure_names import ACCOUNT_BALANCE, FAMILIES, PLACE, FigureName, parse
from settlement_service.domain.figure_names_page import page
from settlement_service.domain.figure_selection import selection_of
from settlement_service.domain.journal_columns import ENTRY_COLUMNS
from settlement_service.domain.reconciliation import (
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
    reserve_figure,
)
from settlement_service.domain.roll_ups import page as roll_ups_page
from settlement_service.store.statements import SQL

REFERENCE = Path(__file__).parents[3] / "docs/reference"

ids = st.from_regex(ID_PATTERN, fullmatch=True)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("figures.md", page()),
        ("roll_ups.md", roll_ups_page.page()),
        ("journal_export.md", journal_columns_page.page()),
    ],
)
def test_the_reference_page_is_fresh(file: str, text: str) -> None:
    assert (REFERENCE / file).read_text() == text


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.pattern)
def test_the_example_of_a_family_is_of_it(family: figure_names.Family) -> None:
    name = parse(family.example)
    assert name.family == family
    assert str(name) == family.example


@given(ids, st.one_of(st.just(""), ids))
def test_any_id_can_be_in_a_name(entity: str, counterparty: str) -> None:
    name = FigureName(ACCOUNT_BALANCE, (entity, "due_to", counterparty, "USD"))
    assert parse(str(name)) == name


@given(st.lists(st.one_of(st.sampled_from(["", "*"]), ids), min_size=3, max_size=3), ids)
def test_places_may_be_empty_or_all(places: list[str], brand: str) -> None:
    name = FigureName(PLACE, (*places, brand, "issued"))
    assert parse(str(name)) == name


@given(st.text(max_size=60))
def test_a_text_is_a_name_or_refused(text: str) -> None:
    with suppress(Refusal):
        assert str(parse(text)) == text


@pytest.mark.parametrize("statement", [SQL.export_entries, SQL.export_entries_of_entity], ids=lambda each: each.name)
def test_a_page_has_the_columns_of_the_journal_in_their_order(statement: Statement) -> None:
    selected = statement.sql.partition("SELECT ")[2].partition("\n  FROM")[0]
    cells = re.split(r",(?![^(]*\))", selected)
    names = [re.split(r"[ .\n]", cell.strip())[-1] for cell in cells]
    wanted = [column.name for column in ENTRY_COLUMNS]
    assert names[: len(wanted)] == wanted


def test_dots_in_ids_make_no_two_figures_one() -> None:
    assert obligation_figure("a.b", "c", "USD") != obligation_figure("a", "b.c", "USD")


@pytest.mark.parametrize(
    "name",
    [
        points_figure("north.1", "TRANSFERRED_IN"),
        closing_figure("north.1"),
        receivable_figure("north.1"),
        obligation_figure("a.b", "c", "USD"),
        claim_figure("a.b", "c", "USD"),
        carrying_figure("a.b", "USD", "liability"),
        reserve_figure("a.b", "c", "USD"),
    ],
)
def test_what_is_reconciled_can_be_explained(name: str) -> None:
    selection_of(parse(name))
