"""A till's totals against the ledger's documents: what differs is named to the line."""

from settlement_service.domain.reconciliation_run import FoundDifference, LineFault
from settlement_service.domain.till_totals import (
    RETURN,
    SALE,
    ControlTotals,
    CurrencyTotal,
    TillDay,
    TillDocument,
    compare_till,
    day_of,
    document_of,
    totals_of,
)

DAY = TillDay("pos", "loc_1", "2026-10-31")
NAME = "tills.pos.loc_1.2026-10-31"


def sale(number: str, *lines: int, order: str = "") -> TillDocument:
    return TillDocument(SALE, number, "", "USD", sum(lines), dict(enumerate(lines, start=1)), order)


def totals(*documents: TillDocument, told: bool = True) -> ControlTotals:
    def of(kind: str) -> list[TillDocument]:
        return [each for each in documents if each.kind == kind]

    total = CurrencyTotal(
        "USD",
        len(of(SALE)),
        sum(each.minor_units for each in of(SALE)),
        len(of(RETURN)),
        sum(each.minor_units for each in of(RETURN)),
    )
    return ControlTotals((total,), documents if told else None)


def differences(till: ControlTotals, *ledger: TillDocument) -> dict[str, FoundDifference]:
    return {each.figure.removeprefix(f"{NAME}."): each for each in compare_till(DAY, till, ledger)[1]}


def test_equal_days_have_no_difference() -> None:
    compared, found = compare_till(DAY, totals(sale("1", 500, 300)), [sale("1", 500, 300, order="ord_1")])
    assert found == ()
    assert compared == 5


def test_a_sale_the_ledger_never_got_is_named() -> None:
    found = differences(totals(sale("1", 500), sale("2", 300)), sale("1", 500))
    assert {name: (each.expected, each.booked) for name, each in found.items()} == {
        "sales.USD": (800, 500),
        "sales_count.USD": (2, 1),
        "documents": (2, 1),
    }
    assert [(line.fault, line.document_id) for line in found["sales.USD"].lines] == [(LineFault.MISSING_HERE, "2")]


def test_a_sale_the_till_does_not_know_is_named_with_the_ledgers_id() -> None:
    found = differences(totals(sale("1", 500)), sale("1", 500), sale("9", 100, order="ord_9"))
    [line] = found["sales.USD"].lines
    assert (line.fault, line.document_id, line.order_id) == (LineFault.MISSING_THERE, "9", "ord_9")


def test_a_line_that_differs_is_named_with_both_amounts() -> None:
    found = differences(totals(sale("1", 500, 300)), sale("1", 500, 250))
    assert [(line.what, line.line_number, line.expected, line.booked) for line in found["sales.USD"].lines] == [
        ("total", 0, 800, 750),
        ("line", 2, 300, 250),
    ]


def test_differences_that_cancel_each_other_out_show_as_documents_that_differ() -> None:
    found = differences(totals(sale("1", 500), sale("2", 300)), sale("1", 499), sale("2", 301))
    assert list(found) == ["documents"]
    assert (found["documents"].expected, found["documents"].booked) == (2, 0)
    assert {line.document_id for line in found["documents"].lines} == {"1", "2"}


def test_without_documents_only_totals_are_compared() -> None:
    found = differences(totals(sale("1", 500), told=False), sale("1", 400))
    assert {name: (each.expected, each.booked, each.lines) for name, each in found.items()} == {
        "sales.USD": (500, 400, ())
    }


def test_returns_are_apart_from_sales() -> None:
    back = TillDocument(RETURN, "7", "", "USD", 300)
    found = differences(totals(sale("1", 500), back), sale("1", 500))
    assert set(found) == {"returns.USD", "returns_count.USD", "documents"}


def test_a_sale_in_another_currency_differs_in_both() -> None:
    found = differences(totals(sale("1", 500)), TillDocument(SALE, "1", "", "EUR", 500))
    assert set(found) == {"sales.USD", "sales_count.USD", "sales.EUR", "sales_count.EUR", "documents"}


def test_totals_are_kept_as_they_were_told() -> None:
    told = totals(sale("1", 500, 300), TillDocument(RETURN, "2", "part", "USD", 5))
    assert totals_of(document_of(told)) == ControlTotals(
        told.totals, tuple(sorted(told.documents or (), key=lambda each: each.key))
    )
    assert day_of(DAY.scope) == DAY
