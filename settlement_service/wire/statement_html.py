"""A statement as one self-contained HTML document that prints on A4.

Amounts stand as accountants write them: by the currency's digits, grouped by thousands, what is below zero in
parentheses, nothing as a dash. In the trial balance that is a credit. Every text is escaped; the document holds no
script and loads nothing, and a policy in it says so to the browser.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from importlib import resources
from itertools import groupby

from chassis.values.money import DIGITS, Money
from settlement_service.domain.statement import AccountLine, BrandStatement, Statement

_STYLE = (resources.files("settlement_service.wire") / "statement.css").read_text()

_TAKEN_AWAY = ("redeemed_own", "redeemed_cross", "redeemed_repayment", "reversed", "expired")
"""Lines of a roll-forward that are subtracted in its sum."""

_STAGES = {
    "OPEN": "Open: figures still change",
    "CLOSING": "Closing: cut, not signed off",
    "CLOSED": "Closed and signed off",
}


def statement_html(statement: Statement) -> str:
    """The document."""
    header = statement.header
    title = f"Statement of {header.entity.legal_name or header.entity.name}, {_period(statement)}"
    body = "".join(
        (
            _head(statement, title),
            _trial_balance(statement.accounts),
            _intercompany(statement),
            "".join(_brand(brand) for brand in statement.brands),
            _funding(statement),
            _vouchers(statement),
            _notes(statement),
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n"
        "</body>\n</html>\n"
    )


def amount_text(minor_units: int, currency: str) -> str:
    """An amount as accountants write it; `currency` empty: points."""
    if minor_units == 0:
        return "–"
    digits = DIGITS.get(currency, 0)
    whole, part = divmod(abs(minor_units), 10**digits)
    text = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    return f"({text})" if minor_units < 0 else text


def _period(statement: Statement) -> str:
    period = statement.header.period
    return period.name or f"open period (no. {period.sequence})"


def _head(statement: Statement, title: str) -> str:
    header = statement.header
    period, entity = header.period, header.entity
    facts: list[tuple[str, str]] = [
        ("Entity", f"{entity.legal_name or entity.name} ({entity.entity_id})"),
        ("Address", ", ".join((*entity.address, entity.country)) if entity.address else entity.country),
        ("Tax id", entity.tax_id),
        ("Program", f"{header.program_name or header.program} ({header.program})"),
        ("Period", f"{_period(statement)}, no. {period.sequence}"),
        ("State", _STAGES[period.stage.value]),
        ("Cut", _vector(period.cut) if period.cut else ""),
        ("Books as of", _vector(header.up_to)),
        ("Figures hash (SHA-256)", period.figures_hash.hex()),
        ("Signed off by", f"{period.signed_name}, {_instant(period.close_time)}" if period.close_time else ""),
        ("Names by revision", header.revision),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n" for name, value in facts if value)
    return (
        f"<header>\n<h1>{escape(title)}</h1>\n<dl>\n{rows}</dl>\n"
        "<p>Amounts in parentheses are below zero; in the trial balance these are credits. A dash is zero.</p>\n"
        "</header>\n"
    )


def _trial_balance(accounts: Sequence[AccountLine]) -> str:
    tables = "".join(
        _accounts_table(currency, list(lines)) for currency, lines in groupby(accounts, key=lambda line: line.currency)
    )
    return _section("trial-balance", "Trial balance", tables or _nothing("No account has a balance."))


def _accounts_table(currency: str, lines: Sequence[AccountLine]) -> str:
    def row(line: AccountLine) -> str:
        amounts = (line.opening, line.change, max(line.closing, 0), max(-line.closing, 0))
        return _row((line.code, line.name, line.counterparty), _amounts(amounts, currency))

    total = (
        sum(line.opening for line in lines),
        sum(line.change for line in lines),
        sum(max(line.closing, 0) for line in lines),
        sum(max(-line.closing, 0) for line in lines),
    )
    return _table(
        currency or "Points",
        ("Code", "Account", "Counterparty"),
        ("Opening", "Change", "Closing debit", "Closing credit"),
        "".join(row(line) for line in lines),
        _row(("Total", "", ""), _amounts(total, currency)),
    )


def _intercompany(statement: Statement) -> str:
    tables = ""
    by_currency = sorted(statement.intercompany, key=lambda each: (each.currency, each.counterparty))
    for currency, group in groupby(by_currency, key=lambda each: each.currency):
        rows = [
            (each.counterparty, (each.opening, each.claims, -each.debts, each.netted, each.open, each.paid))
            for each in group
        ]
        total = tuple(sum(column) for column in zip(*(amounts for _, amounts in rows), strict=True))
        tables += _table(
            currency,
            ("Counterparty",),
            ("Opening", "Claims", "Debts", "Netted", "Open", "Paid (memo)"),
            "".join(_row((party,), _amounts(amounts, currency)) for party, amounts in rows),
            _row(("Total",), _amounts(total, currency)),
        )
    note = (
        "<p>Each line adds up to what is open: above zero the counterparty owes it, in parentheses it is owed. "
        "Payments settle nets, which may bundle positions with several others, so they stand beside the sum: "
        "received, less paid.</p>\n"
    )
    content = tables + note if tables else _nothing("Nothing stands between this entity and others.")
    return _section("intercompany", "Positions with other entities", content)


def _brand(brand: BrandStatement) -> str:
    rows = ""
    for line in brand.lines:
        points = -line.points if line.measure in _TAKEN_AWAY else line.points
        kind = ' class="sum"' if line.measure == "closing" else ""
        rows += _row((line.title,), (amount_text(points, ""),), kind)
    table = _table("Points", ("Line",), ("Points",), rows, "")
    values = "".join(
        _row((title,), (amount_text(money.minor_units, money.currency_code), money.currency_code))
        for title, amounts in (("Points liability", brand.liability), ("Member receivable", brand.receivable))
        for money in amounts
    )
    if values:
        table += _table("What the closing stands for", ("Account",), ("Amount", "Currency"), values, "")
    name = f"{brand.name} ({brand.brand})" if brand.name else brand.brand
    return _section(f"brand-{brand.brand}", f"Roll-forward of {name}", table)


def _funding(statement: Statement) -> str:
    rows = "".join(_row((each.brand, each.funder), _money(each.amount)) for each in statement.funding)
    head = ("Brand", "Paid by")
    table = _table("Carrying value of points given, less what was taken back", head, ("Amount", "Currency"), rows, "")
    return _section("funding", "Funding by source", table if rows else _nothing("No points were paid for."))


def _vouchers(statement: Statement) -> str:
    rows = "".join(
        _row(
            (voucher.number, voucher.kind, _instant(voucher.post_time), voucher.reason, voucher.signed_name), _money(m)
        )
        for voucher in statement.vouchers
        for m in voucher.debits
    )
    head = ("Number", "Kind", "Posted", "Reason", "Signed by")
    table = _table("Debits in these books", head, ("Amount", "Currency"), rows, "")
    return _section("vouchers", "Vouchers", table if rows else _nothing("None in this period."))


def _notes(statement: Statement) -> str:
    count = statement.cut_off_events
    notes = [f"Events of the program in this period that happened in another month: {count:,}."]
    for each in statement.disputed:
        amount = f"{' '.join(_money(each.amount))}, " if each.amount else ""
        parties = f"{each.debtor} owes {each.creditor} " if each.debtor else ""
        notes.append(f"In dispute: line {each.line_id}: {parties}{amount}{each.reason} ({each.signed_name}).")
    items = "".join(f"<li>{escape(note)}</li>\n" for note in notes)
    return _section("notes", "Notes", f"<ul>\n{items}</ul>\n")


def _section(name: str, title: str, content: str) -> str:
    anchor = escape(name)
    return f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{escape(title)}</h2>\n{content}</section>\n'


def _table(caption: str, texts: Iterable[str], amounts: Iterable[str], rows: str, foot: str) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in texts)
    head += "".join(f'<th scope="col" class="amount">{escape(text)}</th>' for text in amounts)
    footing = f"<tfoot>\n{foot}</tfoot>\n" if foot else ""
    return (
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead>\n<tr>{head}</tr>\n</thead>\n"
        f"<tbody>\n{rows}</tbody>\n{footing}</table>\n"
    )


def _row(texts: Sequence[str], amounts: Iterable[str], kind: str = "") -> str:
    first, *rest = texts
    cells = f'<th scope="row">{escape(first)}</th>'
    cells += "".join(f"<td>{escape(text)}</td>" for text in rest)
    cells += "".join(f'<td class="amount">{escape(amount)}</td>' for amount in amounts)
    return f"<tr{kind}>{cells}</tr>\n"


def _amounts(amounts: Iterable[int], currency: str) -> list[str]:
    return [amount_text(amount, currency) for amount in amounts]


def _money(money: Money) -> tuple[str, str]:
    return amount_text(money.minor_units, money.currency_code), money.currency_code


def _nothing(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _vector(vector: Mapping[int, int]) -> str:
    return ", ".join(f"{partition}: {position:,}" for partition, position in sorted(vector.items()))


def _instant(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if instant else ""
