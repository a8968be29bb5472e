"""A statement as CSV: one figure a record, each with its section and its name for ExplainFigure."""

from collections.abc import Iterator, Mapping

from chassis.values.money import Money
from settlement_service.domain.statement import Statement
from settlement_service.wire.csv_text import Cell, csv_line

HEAD = (
    "section",
    "item",
    "name",
    "party_id",
    "currency_code",
    "opening",
    "change",
    "closing",
    "amount",
    "text",
    "figure",
)
"""Amounts are minor units, or whole points where the currency is empty."""

Row = dict[str, Cell]


def statement_csv(statement: Statement) -> str:
    """The file."""
    rows = (csv_line(row.get(column, "") for column in HEAD) for row in _rows(statement))
    return csv_line(HEAD) + "".join(rows)


def _rows(statement: Statement) -> Iterator[Row]:
    yield from _header(statement)
    for line in statement.accounts:
        yield {
            "section": "account",
            "item": line.code,
            "name": line.name,
            "party_id": line.counterparty,
            "currency_code": line.currency,
            "opening": line.opening,
            "change": line.change,
            "closing": line.closing,
            "figure": line.figure,
        }
    yield from _intercompany(statement)
    yield from _brands(statement)
    for funding in statement.funding:
        yield {
            "section": "funding",
            "item": funding.brand,
            "party_id": funding.funder,
            "figure": funding.figure,
            **_money(funding.amount),
        }
    yield from _vouchers_and_notes(statement)


def _header(statement: Statement) -> Iterator[Row]:
    header = statement.header
    period, entity = header.period, header.entity
    texts: tuple[tuple[str, Cell], ...] = (
        ("program", header.program),
        ("program_name", header.program_name),
        ("entity", entity.entity_id),
        ("entity_name", entity.name),
        ("legal_name", entity.legal_name),
        ("tax_id", entity.tax_id),
        ("country", entity.country),
        ("address", ", ".join(entity.address)),
        ("period", period.name),
        ("period_sequence", period.sequence),
        ("stage", period.stage.value),
        ("cut", _vector(period.cut)),
        ("up_to", _vector(header.up_to)),
        ("figures_hash", period.figures_hash),
        ("signed_name", period.signed_name),
        ("close_time", period.close_time),
        ("revision", header.revision),
    )
    for item, text in texts:
        yield {"section": "header", "item": item, "text": text}


def _intercompany(statement: Statement) -> Iterator[Row]:
    for each in statement.intercompany:
        amounts = (
            ("opening", each.opening, ""),
            ("claims", each.claims, each.claims_figure),
            ("debts", each.debts, each.debts_figure),
            ("netted", each.netted, ""),
            ("open", each.open, ""),
            ("paid", each.paid, ""),
        )
        for item, amount, figure in amounts:
            yield {
                "section": "intercompany",
                "item": item,
                "party_id": each.counterparty,
                "currency_code": each.currency,
                "amount": amount,
                "figure": figure,
            }


def _brands(statement: Statement) -> Iterator[Row]:
    for brand in statement.brands:
        for line in brand.lines:
            yield {
                "section": "brand",
                "item": brand.brand,
                "name": line.measure,
                "amount": line.points,
                "text": line.title,
                "figure": line.figure,
            }
        for name, amounts in (("liability", brand.liability), ("receivable", brand.receivable)):
            for money in amounts:
                yield {"section": "brand", "item": brand.brand, "name": name, **_money(money)}


def _vouchers_and_notes(statement: Statement) -> Iterator[Row]:
    for voucher in statement.vouchers:
        shared: Row = {"section": "voucher", "item": voucher.number, "name": voucher.kind, "text": voucher.reason}
        for money in voucher.debits:
            yield shared | _money(money)
    yield {"section": "notes", "item": "cut_off_events", "amount": statement.cut_off_events}
    for disputed in statement.disputed:
        row: Row = {"section": "disputed", "item": disputed.line_id, "text": disputed.reason}
        yield row | (_money(disputed.amount) if disputed.amount else {})


def _money(money: Money) -> Row:
    return {"currency_code": money.currency_code, "amount": money.minor_units}


def _vector(vector: Mapping[int, int]) -> str:
    return " ".join(f"{partition}:{position}" for partition, position in sorted(vector.items()))
