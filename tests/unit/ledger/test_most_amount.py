"""What one document may bring: no number of documents that a program can have makes a sum that does not fit."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2, correction_requests_pb2
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.integers import INT64_MAX, MOST_AMOUNT
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.balance_import import Terms, converted
from ledger_service.wire.balance_imports import line_of
from ledger_service.wire.orders import order_document
from ledger_service.wire.people_requests import adjust_request, transfer_request
from ledger_service.wire.returns import return_lines
from rules_service.wire.orders import asked_orders

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MORE = MOST_AMOUNT + 1
Change = Callable[[order_pb2.Order], None]


def largest() -> order_pb2.Order:
    """A sale of two lines that together, and a discount that alone, are the most of everything."""
    half = MOST_AMOUNT // 2
    lines = [
        order_pb2.OrderLine(
            line_number=number,
            net_minor_units=half,
            quantity=half,
            measure=order_pb2.Measure(unit="litre", milli_units=half),
        )
        for number in (1, 2)
    ]
    lines.append(order_pb2.OrderLine(line_number=3, net_minor_units=-MOST_AMOUNT, discount_line=True))
    paid = [order_pb2.Payment(means="card", minor_units=half), order_pb2.Payment(means="cash", minor_units=half)]
    order = order_pb2.Order(
        source="till", document_id="D-1", location_id="shop", currency_code="USD", lines=lines, payments=paid
    )
    order.occur_time.FromDatetime(NOW)
    return order


def faults(order: order_pb2.Order) -> list[str]:
    reader = FieldReader()
    order.total_minor_units = sum(line.net_minor_units for line in order.lines)
    order_document(reader, "order", order)
    refusal = reader.refusal()
    return [fault.field for fault in refusal.violations] if refusal else []


def test_a_thousand_times_a_dozen_of_the_largest_documents_fit_and_nine_million() -> None:
    assert faults(largest()) == []
    assert 12 * 1_000 * MOST_AMOUNT <= 9_000_000 * MOST_AMOUNT <= INT64_MAX


def net(order: order_pb2.Order) -> None:
    order.lines[0].net_minor_units = MORE


def discount(order: order_pb2.Order) -> None:
    order.lines[2].net_minor_units = -MORE


def paid(order: order_pb2.Order) -> None:
    order.lines[0].paid_minor_units = -MORE


def pieces(order: order_pb2.Order) -> None:
    order.lines[0].quantity = MORE


def litres(order: order_pb2.Order) -> None:
    order.lines[0].measure.milli_units = MORE


def payment(order: order_pb2.Order) -> None:
    order.payments[0].minor_units = MORE


OVER: dict[str, Change] = {
    "lines[0].net_minor_units": net,
    "lines[2].net_minor_units": discount,
    "lines[0].paid_minor_units": paid,
    "lines[0].quantity": pieces,
    "lines[0].measure.milli_units": litres,
    "payments[0].minor_units": payment,
}


@pytest.mark.parametrize("place", OVER)
def test_more_in_one_place_is_a_fault_there_and_of_the_sum(place: str) -> None:
    order = largest()
    OVER[place](order)
    assert set(faults(order)) == {f"order.{place}", "order." + place.partition("[")[0]}


@pytest.mark.parametrize("place", OVER)
def test_rules_judge_no_more_either(place: str) -> None:
    order = largest()
    OVER[place](order)
    item = rules_service_pb2.EvaluateOrder(program_id="p", order=order)
    [asked] = asked_orders(rules_service_pb2.EvaluateOrdersRequest(orders=[item])).orders
    assert isinstance(asked.order, Refusal)
    assert [fault.field for fault in asked.order.violations] == [f"order.{place}"]


@pytest.mark.parametrize("what", ["net_minor_units", "quantity"])
def test_more_on_all_lines_together_is_a_fault_of_the_lines(what: str) -> None:
    order = largest()
    setattr(order.lines[1], what, MOST_AMOUNT // 2 + 1)
    assert set(faults(order)) == {"order.lines"}


def test_goods_that_a_discount_outweighs_are_bounded_all_the_same() -> None:
    order = largest()
    order.lines.add(line_number=4, net_minor_units=MOST_AMOUNT)
    assert set(faults(order)) == {"order.lines"}


@pytest.mark.parametrize("share", ["quantity", "amount_minor_units"])
def test_a_return_takes_no_more_back(share: str) -> None:
    for amount, wrong in ((MOST_AMOUNT, []), (MORE, [f"lines[0].sale_lines[0].{share}"])):
        reader = FieldReader()
        ref = returns.SaleLineRef(order=order_pb2.OrderRef(source="till", document_id="D-1"), line_number=1)
        taken = returns.ReturnedShare(sale_line=ref)
        setattr(taken, share, amount)
        return_lines(reader, "lines", [returns.ReturnLine(line_number=1, sale_lines=[taken])])
        refusal = reader.refusal()
        assert ([fault.field for fault in refusal.violations] if refusal else []) == wrong


@pytest.mark.parametrize("points", [MORE, -MORE])
def test_nobody_gives_or_takes_more_points_at_once(points: int) -> None:
    adjusted = correction_requests_pb2.AdjustPointsRequest(adjustment=correction_requests_pb2.Adjustment(points=points))
    with pytest.raises(Refusal) as refused:
        adjust_request(adjusted)
    assert "adjustment.points" in [fault.field for fault in refused.value.violations]
    with pytest.raises(Refusal) as refused:
        transfer_request(correction_requests_pb2.TransferPointsRequest(points=points))
    assert "points" in [fault.field for fault in refused.value.violations]


@pytest.mark.parametrize(("points", "fault"), [(MOST_AMOUNT, ""), (MORE, "points")])
def test_a_line_of_an_import_brings_no_more_old_points(points: int, fault: str) -> None:
    imported = balance_import_pb2.ImportedPoints(external_id="1", points=points)
    imported.earn_time.FromDatetime(NOW)
    assert line_of(balance_import_service_pb2.NumberedBalance(line_number=1, points=imported), NOW).field == fault


@pytest.mark.parametrize(("points", "fits"), [(MOST_AMOUNT // 2, True), (MOST_AMOUNT // 2 + 1, False)])
def test_nor_more_new_ones(points: int, fits: bool) -> None:
    assert (converted(points, Terms("B", Ratio(2, 1), Rounding.FLOOR, "", ())) is not None) == fits
