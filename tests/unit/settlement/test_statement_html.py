"""A statement as a document: escaped, in accountants' numbers, the same for the same books."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chassis.values.money import Money
from settlement_service.domain.figures import Balance, BrandPoints
from settlement_service.domain.periods import Stage
from settlement_service.domain.program_facts import (
    AccountName,
    BrandFacts,
    EntityFacts,
    ProgramFacts,
    SettlementTerms,
)
from settlement_service.domain.standing import Standing
from settlement_service.domain.statement import Disputed, PeriodHead, Statement, VoucherLine
from settlement_service.domain.statement_making import StatementFigures, statement_of
from settlement_service.wire.statement_html import amount_text, statement_html

SAMPLE = Path(__file__).parents[3] / "docs/samples/statement.html"
"""`python -m tests.unit.settlement.test_statement_html` writes it."""

SIGNED = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & \"quotes\""

FACTS = ProgramFacts(
    "harborside",
    revision="rev_8f2c",
    name="Harborside Rewards",
    point_name="points",
    brands={"NORTH": BrandFacts("NORTH", "North Apparel", "north")},
    entities={
        "north": EntityFacts(
            "north", "North", "North Apparel Inc.", "US-98-7654321", "US", ("1 Harbor Street", "Portland OR 97201")
        )
    },
    settlement=SettlementTerms(
        accounts={
            "due_from": AccountName("1310", "Receivables from group companies"),
            "member_receivable": AccountName("1350", "Points owed by members"),
            "cash_clearing": AccountName("1090", "Bank, in transit"),
            "due_to": AccountName("2310", "Payables to group companies"),
            "points_liability": AccountName("2400", "Points liability"),
            "redemption_clearing": AccountName("4090", "Points taken as payment"),
            "promotional_expense": AccountName("6400", "Promotional expense, points"),
            "breakage_income": AccountName("7100", "Breakage income"),
        }
    ),
)


def sample() -> Statement:
    """A month of one entity with everything a statement can have."""
    return statement_of(FACTS, "north", figures())


def figures() -> StatementFigures:
    """A point is carried at, and redeemed for, 0.8 cents. What was owed at the beginning was netted and paid."""
    opening = _balances(expense=720_000, liability=-640_000, taken=-48_000, due_to=-32_000)
    closing = _balances(
        expense=1_136_000,
        liability=-1_024_640,
        taken=-68_000 - 118_230,
        due_to=-43_350 + 32_000,
        due_from=118_230,
        breakage=-10,
        cash=-32_000,
    )
    head = PeriodHead(10, "2026-10", Stage.CLOSED, {0: 48_210, 1: 47_905}, bytes(range(32)), "Dana Whitfield", SIGNED)
    return StatementFigures(
        period=head,
        up_to={0: 50_112, 1: 49_844},
        opening=Standing(opening, _points(earned=900_000, own=60_000, cross=40_000)),
        closing=Standing(closing, _points(earned=1_420_000, own=85_000, cross=54_188, expired=12)),
        netted=[Balance("north", "USD", "due_to", "linden", "", 32_000)],
        paid={("linden", "USD"): -32_000},
        vouchers=[
            VoucherLine("vch_1", "NETTING-000010", "NETTING", "Netting of 2026-09", "Dana Whitfield", SIGNED, _OWED),
            VoucherLine("vch_2", "PAYMENT-000014", "PAYMENT", "Bank statement 211", "R. Okafor", SIGNED, _OWED),
        ],
        cut_off_events=3,
        disputed=[Disputed("line_7", "dsp_1", "north", "linden", Money("USD", 1_250), "Goods never left", "R. Okafor")],
    )


_OWED = (Money("USD", 32_000),)


def _balances(**amounts: int) -> list[Balance]:
    accounts = {
        "expense": ("promotional_expense", "", "NORTH"),
        "liability": ("points_liability", "", "NORTH"),
        "taken": ("redemption_clearing", "", "NORTH"),
        "due_to": ("due_to", "linden", "NORTH"),
        "due_from": ("due_from", "linden", "LINDEN"),
        "breakage": ("breakage_income", "", "NORTH"),
        "cash": ("cash_clearing", "", ""),
    }
    return [Balance("north", "USD", *accounts[name], amount) for name, amount in amounts.items()]


def _points(*, earned: int, own: int, cross: int, expired: int = 0) -> list[BrandPoints]:
    return [
        BrandPoints("NORTH", "EARNED", "", "", earned, earned, 0),
        BrandPoints("NORTH", "REDEEMED", "OWN", "NORTH", own, -own, 0),
        BrandPoints("NORTH", "REDEEMED", "CROSS", "LINDEN", cross, -cross, 0),
        BrandPoints("NORTH", "EXPIRED", "", "", expired, -expired, 0),
    ]


@pytest.mark.parametrize(
    ("minor_units", "currency", "text"),
    [
        (123_456_789, "USD", "1,234,567.89"),
        (-5, "USD", "(0.05)"),
        (0, "USD", "–"),
        (-1_500, "JPY", "(1,500)"),
        (1_234_567, "KWD", "1,234.567"),
        (7_000, "", "7,000"),
    ],
)
def test_amounts_are_written_as_accountants_do(minor_units: int, currency: str, text: str) -> None:
    assert amount_text(minor_units, currency) == text


def test_the_sample_is_fresh() -> None:
    assert SAMPLE.read_text() == statement_html(sample())


def test_debits_equal_credits_and_positions_add_up() -> None:
    statement = sample()
    for currency in {line.currency for line in statement.accounts}:
        lines = [line for line in statement.accounts if line.currency == currency]
        assert sum(line.opening for line in lines) == sum(line.closing for line in lines) == 0
    for each in statement.intercompany:
        assert each.opening + each.claims - each.debts + each.netted == each.open


def test_every_text_is_escaped() -> None:
    hostile = EntityFacts(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    statement = sample()
    header = replace(statement.header, entity=hostile, program_name=HOSTILE, revision=HOSTILE)
    accounts = tuple(replace(line, name=HOSTILE, code=HOSTILE, counterparty=HOSTILE) for line in statement.accounts)
    vouchers = tuple(replace(voucher, reason=HOSTILE, signed_name=HOSTILE) for voucher in statement.vouchers)
    brands = tuple(replace(brand, brand=HOSTILE, name=HOSTILE) for brand in statement.brands)
    disputed = tuple(replace(each, reason=HOSTILE) for each in statement.disputed)
    document = statement_html(
        replace(statement, header=header, accounts=accounts, vouchers=vouchers, brands=brands, disputed=disputed)
    )
    tags = _Tags()
    tags.feed(document)
    assert "script" not in tags.met
    assert tags.open == []
    assert document.count("&lt;script&gt;") >= 20


def test_the_document_loads_nothing() -> None:
    document = statement_html(sample())
    assert "default-src 'none'" in document
    assert not [word for word in ("src=", "href=", "@import", "url(", "<script") if word in document]


class _Tags(HTMLParser):
    """Which elements a document has, and whether each one ends."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


if __name__ == "__main__":
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    SAMPLE.write_text(statement_html(sample()))
