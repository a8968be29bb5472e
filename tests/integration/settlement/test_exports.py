"""The journal as a file: every posting once, in three forms that say the same, and the rest of it after a break."""

import csv
import io
import json
import sys
from dataclasses import replace

import pyarrow.parquet
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import statement_service_pb2 as messages

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from settlement_service.domain.figure_names import POINTS
from settlement_service.domain.journal_columns import COLUMNS, ColumnType
from settlement_service.use_cases import export_journal
from settlement_service.wire import journal_parquet
from tests.integration.settlement.finance_desk import exported, finance, in_periods, statement
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.test_figures import HISTORY
from tests.property.settlement.model import PROGRAM
from tests.property.settlement.test_books import played
from tests.support.servers import Databases

CSV, JSONL, PARQUET = messages.JOURNAL_FORMAT_CSV, messages.JOURNAL_FORMAT_JSONL, messages.JOURNAL_FORMAT_PARQUET
WHOLE = [column.name for column in COLUMNS if column.type is ColumnType.WHOLE]

Record = dict[str, object]


@pytest_asyncio.fixture(scope="module")
async def open_books(servers: LocalStack, databases: Databases):  # type: ignore[no-untyped-def]
    """A history in two periods and an open one; a subject would be a formula in a spreadsheet."""
    async with databases.fresh("settlement") as database, open_house(servers, database) as house:
        events = in_periods(played(HISTORY).events, 4)
        await house.post(replace(each, channel="=cmd()") if each.movements else each for each in events)
        yield house


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_journal, "PAGE_ENTRIES", 5)
    monkeypatch.setattr(journal_parquet, "ROW_GROUP", 16)


async def test_three_forms_say_the_same(open_books: House) -> None:
    async with finance(open_books) as stub:
        lines, _ = await exported(stub, format=JSONL)
        table, _ = await exported(stub, format=CSV)
        file, _ = await exported(stub, format=PARQUET)
    records = json_records(lines)
    assert records
    assert csv_records(table) == [as_csv(record) for record in records]
    read = pyarrow.parquet.read_table(io.BytesIO(file)).to_pylist()
    assert [{name: row[name] for name in WHOLE} for row in read] == [
        {name: record[name] for name in WHOLE} for record in records
    ]
    assert [row["entry_hash"].hex() for row in read] == [record["entry_hash"] for record in records]


async def test_a_journal_sums_to_the_trial_balance(open_books: House) -> None:
    async with finance(open_books) as stub:
        shown = await statement(stub, "north", "2026-02")
        records = json_records((await exported(stub, format=JSONL, entity_id="north", to_period="2026-02"))[0])
    sums: dict[tuple[object, ...], int] = {}
    for record in records:
        key = (record["account"], record["counterparty_entity_id"], record["currency_code"])
        sums[key] = sums.get(key, 0) + int(str(record["debit"])) - int(str(record["credit"]))
    accounts = {
        (line.account, line.counterparty_entity_id, line.currency_code): line.closing for line in shown.accounts
    }
    assert {key: amount for key, amount in sums.items() if amount} == {
        key: amount for key, amount in accounts.items() if amount
    }
    assert POINTS not in {record["currency_code"] for record in records}


async def test_periods_divide_the_journal(open_books: House) -> None:
    async with finance(open_books) as stub:
        whole = json_records((await exported(stub, format=JSONL))[0])
        first = json_records((await exported(stub, format=JSONL, to_period="2026-01"))[0])
        second = json_records((await exported(stub, format=JSONL, from_period="2026-02", to_period="2026-02"))[0])
    assert first == [record for record in whole if record["period"] == "2026-01"]
    assert second == [record for record in whole if record["period"] == "2026-02"]
    assert {record["period"] for record in whole} == {"2026-01", "2026-02", ""}


@pytest.mark.parametrize("form", [CSV, JSONL])
async def test_a_broken_stream_goes_on_after_any_of_its_cursors(
    open_books: House, form: "messages.JournalFormat.ValueType"
) -> None:
    async with finance(open_books) as stub:
        whole, pieces = await exported(stub, format=form)
        assert len(pieces) > 5
        received = b""
        for piece in pieces:
            received += piece.data
            rest, _ = await exported(stub, format=form, cursor=piece.cursor)
            assert received + rest == whole


async def test_a_cursor_of_another_export_is_refused(open_books: House) -> None:
    async with finance(open_books) as stub:
        _, pieces = await exported(stub, format=CSV)
        with pytest.raises(Refusal) as caught:
            await exported(stub, format=JSONL, cursor=pieces[0].cursor)
    assert caught.value.reason == "CURSOR_INVALID"


async def test_a_text_that_would_be_a_formula_is_none_in_csv_and_itself_in_json(open_books: House) -> None:
    async with finance(open_books) as stub:
        table, _ = await exported(stub, format=CSV)
        lines, _ = await exported(stub, format=JSONL)
    assert {record["event_channel"] for record in csv_records(table)} == {"'=cmd()"}
    assert {record["event_channel"] for record in json_records(lines)} == {"=cmd()"}


async def test_parquet_without_its_extra_is_refused(open_books: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    async with finance(open_books) as stub:
        with pytest.raises(Refusal) as caught:
            await exported(stub, format=PARQUET)
    assert caught.value.reason == "PARQUET_NOT_INSTALLED"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"format": CSV, "entity_id": "nobody"}, "ENTITY_UNKNOWN"),
        ({"format": CSV, "from_period": "2031-01"}, "PERIOD_NOT_FOUND"),
        ({"format": CSV, "from_period": "2026-13"}, "MALFORMED"),
        ({"format": 0}, "MALFORMED"),
        ({"format": PARQUET, "cursor": "x"}, "MALFORMED"),
        ({"format": CSV, "cursor": "x"}, "CURSOR_INVALID"),
    ],
)
async def test_what_cannot_be_written_is_refused(open_books: House, question: dict[str, object], reason: str) -> None:
    async with finance(open_books) as stub:
        with pytest.raises(Refusal) as caught:
            await exported(stub, **question)
    assert caught.value.reason == reason


async def test_a_statement_is_a_file_too(open_books: House) -> None:
    async with finance(open_books) as stub:
        files = {}
        for form in (messages.STATEMENT_FORMAT_CSV, messages.STATEMENT_FORMAT_HTML):
            request = messages.ExportStatementRequest(
                program_id=PROGRAM, entity_id="north", period="2026-02", format=form
            )
            pieces = [piece async for piece in stub.ExportStatement(request)]
            files[pieces[0].file_name] = b"".join(piece.data for piece in pieces).decode()
    assert sorted(files) == ["statement-north-2026-02.csv", "statement-north-2026-02.html"]
    rows = list(csv.DictReader(io.StringIO(files["statement-north-2026-02.csv"], newline="")))
    assert {row["section"] for row in rows} >= {"header", "account", "intercompany", "brand", "funding", "notes"}
    assert "<h1>Statement of north, 2026-02</h1>" in files["statement-north-2026-02.html"]


def json_records(lines: bytes) -> list[Record]:
    return [json.loads(line) for line in lines.decode().splitlines()]


def csv_records(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode(), newline=""), strict=True))


def as_csv(record: Record) -> dict[str, str]:
    cells = {name: "" if value is None else str(value) for name, value in record.items()}
    return {name: f"'{cell}" if cell.startswith("=") else cell for name, cell in cells.items()}
