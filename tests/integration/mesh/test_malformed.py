"""Malformed calls: every fault at once under the right path, and nothing half done."""

from collections.abc import Callable
from typing import Any

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import member_pb2, order_pb2

from chassis.values.integers import INT64_MAX, MOST_AMOUNT
from tests.integration.mesh.hostile import Wire, faulty_fields, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment

Order = order_pb2.Order
Change = Callable[[Order], None]


def post(till: Till, request_id: str, order: Order, buyer: str = "mem_nobody") -> ledger.PostOrderRequest:
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


def two_lines(till: Till) -> Order:
    return till.order("MAL", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])


def duplicate_number(order: Order) -> None:
    order.lines[1].line_number = 1


def wrong_total(order: Order) -> None:
    order.total_minor_units += 1


def below_zero(order: Order) -> None:
    order.lines[0].net_minor_units = -1
    order.total_minor_units = 9799


def without_time(order: Order) -> None:
    order.ClearField("occur_time")


def impossible_time(order: Order) -> None:
    order.occur_time.seconds = INT64_MAX


def nanos_out_of_range(order: Order) -> None:
    order.occur_time.nanos = -1


def net_overflow(order: Order) -> None:
    order.lines[0].net_minor_units = order.lines[1].net_minor_units = MOST_AMOUNT
    order.total_minor_units = 2 * MOST_AMOUNT


def net_underflow(order: Order) -> None:
    for each in order.lines:
        each.discount_line, each.net_minor_units = True, -MOST_AMOUNT
    order.total_minor_units = -2 * MOST_AMOUNT


def paid_underflow(order: Order) -> None:
    order.lines[0].paid_minor_units = order.lines[1].paid_minor_units = -MOST_AMOUNT


def paid_above_net(order: Order) -> None:
    order.lines[1].paid_minor_units = 9801


def too_many_categories(order: Order) -> None:
    order.lines[0].category_ids.extend(f"c{n}" for n in range(17))


FAULTS: dict[str, tuple[Change, list[str]]] = {
    "duplicate number": (duplicate_number, ["order.lines[1].line_number"]),
    "wrong total": (wrong_total, ["order.total_minor_units"]),
    "net below zero": (below_zero, ["order.lines[0].net_minor_units"]),
    "without time": (without_time, ["order.occur_time"]),
    "impossible time": (impossible_time, ["order.occur_time"]),
    "nanos out of range": (nanos_out_of_range, ["order.occur_time"]),
    "net overflow": (net_overflow, ["order.lines"]),
    "net underflow": (net_underflow, ["order.lines"]),
    "paid underflow": (paid_underflow, ["order.lines"]),
    "paid above net": (paid_above_net, ["order.lines[1].paid_minor_units"]),
    "17 categories": (too_many_categories, ["order.lines[0].category_ids"]),
    "lower-case currency": (lambda o: setattr(o, "currency_code", "usd"), ["order.currency_code"]),
    "unknown currency": (lambda o: setattr(o, "currency_code", "XYZ"), ["order.currency_code"]),
    "line number 0": (lambda o: setattr(o.lines[0], "line_number", 0), ["order.lines[0].line_number"]),
    "quantity below 0": (lambda o: setattr(o.lines[1], "quantity", -1), ["order.lines[1].quantity"]),
    "measure below 0": (
        lambda o: o.lines[0].measure.CopyFrom(order_pb2.Measure(unit="litre", milli_units=-1)),
        ["order.lines[0].measure.milli_units"],
    ),
    "measure without unit": (
        lambda o: o.lines[0].measure.CopyFrom(order_pb2.Measure(milli_units=1)),
        ["order.lines[0].measure.unit"],
    ),
}


@pytest.mark.parametrize(("change", "fields"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_of_an_order_is_told_under_its_path(shop: Till, change: Change, fields: list[str]) -> None:
    order = two_lines(shop)
    change(order)
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-1", order)))
    assert faulty_fields(refusal) == fields


BAD_IDS = {
    "control character": "D\x01",
    "nul": "D\x00X",
    "newline": "D\n",
    "space": "D 1",
    "leading dash": "-D",
    "129 characters": "D" * 129,
    "umlaut": "Dä",
    "full-width digit": "D１",
    "right-to-left mark": "D\u200f",
    "emoji": "🛒",
}


@pytest.mark.parametrize("bad", BAD_IDS.values(), ids=BAD_IDS)
async def test_an_id_outside_the_pattern_is_refused_everywhere_at_once(shop: Till, bad: str) -> None:
    order = two_lines(shop)
    order.source = order.document_id = order.fulfilment_id = order.location_id = order.channel = bad
    order.lines[1].brand_id = order.lines[1].sku = bad
    order.lines[1].category_ids.append(bad)
    request = ledger.PostOrderRequest(program_id=bad, request_id=bad, member=member(bad), order=order)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.PostOrder(request))) == [
        "member.member_id",
        "order.channel",
        "order.document_id",
        "order.fulfilment_id",
        "order.lines[1].brand_id",
        "order.lines[1].category_ids[0]",
        "order.lines[1].sku",
        "order.location_id",
        "order.source",
        "program_id",
        "request_id",
    ]


async def test_a_message_never_repeats_a_faulty_value(shop: Till) -> None:
    order = two_lines(shop)
    order.document_id = "ana@example.com is no id"
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-2", order)))
    told = f"{refusal.message} {dict(refusal.metadata)} {refusal.violations}"
    assert "ana@example.com" not in told


EMPTY: dict[str, tuple[Any, list[str]]] = {
    "PostOrder": (
        ledger.PostOrderRequest(),
        [
            "member",
            "order.currency_code",
            "order.document_id",
            "order.lines",
            "order.location_id",
            "order.occur_time",
            "order.source",
            "program_id",
            "request_id",
        ],
    ),
    "PostReturn": (
        ledger.PostReturnRequest(),
        [
            "program_id",
            "request_id",
            "return_document.document_id",
            "return_document.lines",
            "return_document.location_id",
            "return_document.occur_time",
            "return_document.source",
        ],
    ),
    "RedeemPoints": (
        ledger.RedeemPointsRequest(),
        ["brand_id", "currency_code", "location_id", "member", "occur_time", "points", "program_id", "request_id"],
    ),
    "QuoteRedemption": (
        ledger.QuoteRedemptionRequest(),
        ["brand_id", "currency_code", "location_id", "member", "program_id"],
    ),
    "GetWallet": (ledger.GetWalletRequest(), ["member", "program_id"]),
    "GetOrder": (ledger.GetOrderRequest(), ["order.document_id", "order.source", "program_id"]),
    "ListMovements": (ledger.ListMovementsRequest(page_size=1001), ["member", "page_size", "program_id"]),
    "BatchPostOrders": (ledger.BatchPostOrdersRequest(), ["orders"]),
    "PreviewOrder": (
        ledger.PreviewOrderRequest(order=Order(source="a", document_id="b")),
        ["member", "order.currency_code", "order.lines", "order.location_id", "order.occur_time", "program_id"],
    ),
}


@pytest.mark.parametrize("method", EMPTY)
async def test_an_empty_call_is_told_all_that_is_missing(shop: Till, method: str) -> None:
    request, fields = EMPTY[method]
    assert faulty_fields(await refusal_of(getattr(shop.mesh.ledger, method)(request))) == fields


async def test_faults_of_a_return_are_told_under_their_paths(shop: Till) -> None:
    ref = order_pb2.OrderRef(source="till-1", document_id="no id")
    share = returns.SaleLineRef(order=ref, line_number=0)
    shares = [
        returns.ReturnedShare(sale_line=share, quantity=0),
        returns.ReturnedShare(sale_line=share, amount_minor_units=-5),
        returns.ReturnedShare(sale_line=share, whole=False),
        returns.ReturnedShare(sale_line=share),
    ]
    lines = [returns.ReturnLine(line_number=1, sale_lines=shares), returns.ReturnLine(line_number=1)]
    document = returns.Return(
        source="s", document_id="d", location_id="mall-1", occur_time=moment(shop.now), lines=lines
    )
    request = ledger.PostReturnRequest(program_id=shop.program, request_id="malformed-3", return_document=document)
    path = "return_document.lines[0].sale_lines"
    expected = [f"{path}[{n}].sale_line.{rest}" for n in range(4) for rest in ("line_number", "order.document_id")]
    expected += [f"{path}[0].quantity", f"{path}[1].amount_minor_units", f"{path}[2]", f"{path}[3]"]
    expected += ["return_document.lines[1].line_number", "return_document.lines[1].sale_lines"]
    assert faulty_fields(await refusal_of(shop.mesh.ledger.PostReturn(request))) == sorted(expected)


@pytest.mark.parametrize("count", [0, 2001])
async def test_only_the_number_of_lines_is_at_fault_if_it_is_wrong(shop: Till, count: int) -> None:
    order = shop.order("MAL-COUNT", "mall-1", [line(n + 1, "NORTH", 100) for n in range(count)])
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-4", order)))
    assert faulty_fields(refusal) == ["order.lines"]


async def test_more_faults_than_trailers_hold_are_counted(shop: Till) -> None:
    order = shop.order("MAL-MANY", "mall-1", [line(n + 1, "NO BRAND", 1) for n in range(2000)])
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-5", order)))
    assert said(refusal)[2] == "MALFORMED"
    assert len(refusal.violations) + int(refusal.metadata["violations_omitted"]) == 2000


async def test_a_batch_full_of_faults_is_answered_in_small(shop: Till) -> None:
    empty = Order(lines=[order_pb2.OrderLine()] * 2000)
    request = ledger.BatchPostOrdersRequest(orders=[ledger.PostOrderRequest(order=empty)] * 10)
    answer = await shop.mesh.ledger.BatchPostOrders(request)
    assert {result.refusal.reason for result in answer.results} == {"MALFORMED"}
    assert answer.ByteSize() < 1024 * 1024


async def test_more_than_four_megabytes_are_malformed(shop: Till, wire: Wire, token: str) -> None:
    order = two_lines(shop)
    order.lines[0].sku = "X" * (4 * 1024 * 1024)
    refusal = await refusal_of(wire.ledger("PostOrder", post(shop, "malformed-6", order), token))
    assert said(refusal) == ("INVALID_ARGUMENT", "type.loyalty", "MALFORMED")


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xff", b"\x0a\x02\xc3\x28", b"\x0a\x7f"], ids=["rubbish", "no utf-8", "cut"]
)
async def test_bytes_that_are_no_message_are_malformed(wire: Wire, token: str, data: bytes) -> None:
    assert said(await refusal_of(wire.ledger("PostOrder", data, token)))[2] == "MALFORMED"


async def test_a_member_named_by_a_faulty_identifier_is_malformed(shop: Till) -> None:
    bad = member_pb2.MemberRef(
        identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value="CARD\x00-1")
    )
    request = ledger.GetWalletRequest(program_id=shop.program, member=bad)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.GetWallet(request))) == ["member.identifier.value"]


async def test_a_malformed_order_changes_nothing(shop: Till) -> None:
    ana = await shop.enroll("MALFORMED-ANA")
    await shop.sell(ana, "MAL-BEFORE", "mall-1", [line(1, "NORTH", 4000)])
    before = await state_of(shop, ana)
    order = two_lines(shop)
    order.lines[1].quantity = -1
    await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-7", order, ana)))
    assert await state_of(shop, ana) == before


async def test_a_malformed_order_may_be_corrected_under_its_id(shop: Till) -> None:
    ana = await shop.enroll("MALFORMED-CORRECTED")
    order = two_lines(shop)
    order.document_id = "MAL-CORRECTED"
    order.total_minor_units += 1
    await refusal_of(shop.mesh.ledger.PostOrder(post(shop, "malformed-8", order, ana)))
    order.total_minor_units -= 1
    posted = await shop.mesh.ledger.PostOrder(post(shop, "malformed-8", order, ana))
    assert posted.earned_points == 40 + 196
