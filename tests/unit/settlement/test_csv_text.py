"""CSV is what RFC 4180 says, and no text in it is a formula."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement_service.wire.csv_text import csv_line

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_a_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert parsed(csv_line([text])) == [f"'{text}"]


def test_numbers_stay_numbers() -> None:
    assert csv_line([-5, 0, 2**70]) == f"-5,0,{2**70}\r\n"


def test_texts_with_commas_quotes_and_breaks_are_quoted() -> None:
    assert csv_line(["a,b", 'say "x"', "one\ntwo"]) == '"a,b","say ""x""","one\ntwo"\r\n'


def test_other_values_have_one_form() -> None:
    moment = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    assert csv_line([moment, date(2026, 10, 31), b"\x00\xff", True, None]) == (
        "2026-10-31T23:59:00.000000Z,2026-10-31,00ff,true,\r\n"
    )


def test_a_floating_point_number_has_none() -> None:
    with pytest.raises(TypeError):
        csv_line([1.5])  # type: ignore[list-item]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=2, max_size=5))
def test_what_is_written_is_read_again_and_is_no_formula(texts: list[str]) -> None:
    cells = parsed(csv_line(texts))
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    assert [plain(cell) for cell in cells] == texts


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


def parsed(line: str) -> list[str]:
    [row] = csv.reader(io.StringIO(line, newline=""), strict=True)
    return row
