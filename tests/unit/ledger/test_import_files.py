"""Files of an old program, as the import tool reads and writes them."""

from pathlib import Path

import pytest

from ledger_service.tool.command import terms_of
from ledger_service.tool.files import FileError, harmless, records, write_report
from ledger_service.tool.lines import members, tiers


def read(tmp_path: Path, content: str) -> list[dict[str, str]]:
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8")
    return [dict(record.cells) for record in records(path, ("a",))]


def test_a_byte_order_mark_is_no_part_of_the_heading(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffa,b\n1,2\n") == [{"a": "1", "b": "2"}]


def test_a_guarded_cell_is_read_without_its_guard(tmp_path: Path) -> None:
    assert read(tmp_path, "a\n'+1\n'one\n") == [{"a": "+1"}, {"a": "'one"}]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_a_report_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_a_report_is_written_harmless(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    assert write_report(path, ("line", "field"), iter([(1, "=x")])) == 1
    assert path.read_text().splitlines()[1] == "1,'=x"


@pytest.mark.parametrize(
    ("content", "said"),
    [("b\n1\n", "no column a"), ("a,a\n1,2\n", "twice"), ("a\n1,2\n", "cells"), ('a\n"1\n', "no CSV file")],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(FileError, match=said):
        read(tmp_path, content)


def test_lines_are_numbered_as_an_editor_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text('external_id,join_date,given_name\n1,2019-01-01,"A\nB"\n\n2,2019-01-01,C\n')
    assert [line.line_number for line in members(path)] == [2, 5]


def test_each_tier_of_a_record_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("external_id,tier:club,tier_until:club,tier:vip\n1,gold,2027-03-31,\n2,silver,,one\n")
    found = [(line.line_number, line.tier.ladder_id, line.tier.tier_id, line.tier.until) for line in tiers(path)]
    assert found == [(200, "club", "gold", "2027-03-31"), (300, "club", "silver", ""), (301, "vip", "one", "")]


def test_terms_are_read_exactly() -> None:
    terms = terms_of("NORTH=3/2:half_up:USD")
    assert (terms.brand_id, terms.ratio.numerator, terms.ratio.denominator) == ("NORTH", 3, 2)
    assert terms.currency_code == "USD"
