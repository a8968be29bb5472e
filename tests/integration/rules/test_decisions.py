"""Orders and quotes over the wire."""

from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.integration.rules.house import House, Stub, apply_example


def at(text: str) -> Timestamp:
    """An instant."""
    stamp = Timestamp()
    stamp.FromDatetime(datetime.fromisoformat(text).astimezone(UTC))
    return stamp


def basket(**fields: Any) -> order_pb2.Order:
    """The worked basket."""
    order = order_pb2.Order(
        source="till-1",
        document_id="1",
        location_id="mall-1",
        occur_time=at("2024-07-06T16:00:00Z"),
        currency_code="USD",
        total_minor_units=19800,
        lines=[
            order_pb2.OrderLine(line_number=1, brand_id="NORTH", quantity=1, net_minor_units=4000),
            order_pb2.OrderLine(line_number=2, brand_id="HARBOR", quantity=1, net_minor_units=9800),
            order_pb2.OrderLine(
                line_number=3, brand_id="PEAK", quantity=1, net_minor_units=6000, category_ids=["activewear"]
            ),
        ],
    )
    order.MergeFrom(order_pb2.Order(**fields))
    return order


def asked(*orders: order_pb2.Order, program_id: str = "worked-basket") -> pb.EvaluateOrdersRequest:
    """A question about orders."""
    return pb.EvaluateOrdersRequest(orders=[pb.EvaluateOrder(program_id=program_id, order=order) for order in orders])


@pytest_asyncio.fixture(scope="session")
async def basket_rules(rules: Stub) -> Stub:
    """The service with the worked basket's program live."""
    await rules.ApplyProgram(apply_example("worked-basket"))
    return rules


async def test_the_worked_basket_earns_416(basket_rules: Stub) -> None:
    answer = await basket_rules.EvaluateOrders(asked(basket()))
    evaluation = answer.results[0].evaluation
    assert [[award.points for award in line.awards] for line in evaluation.lines] == [[40], [196], [60, 120]]
    assert evaluation.revision.startswith("rev_")
    assert (evaluation.operator_entity_id, evaluation.region) == ("north", "east")


async def test_each_item_has_its_own_result(basket_rules: Stub) -> None:
    malformed = basket(lines=[order_pb2.OrderLine(line_number=1, brand_id="a b", quantity=-1)])
    answer = await basket_rules.EvaluateOrders(
        asked(basket(location_id="nowhere"), basket(), malformed, basket(currency_code="EUR"))
    )
    reasons = [result.refusal.reason for result in answer.results]
    assert reasons == ["LOCATION_NOT_FOUND", "", "MALFORMED", "CURRENCY_NOT_ACCEPTED"]
    assert [violation.field for violation in answer.results[2].refusal.violations] == [
        "order.lines[3].line_number",
        "order.lines[3].quantity",
        "order.lines[3].brand_id",
    ]


async def test_permission_comes_before_existence_item_by_item(house: House, basket_rules: Stub) -> None:
    async with house.stub(programs=["nothing"]) as stub:
        answer = await stub.EvaluateOrders(
            pb.EvaluateOrdersRequest(
                orders=[
                    pb.EvaluateOrder(program_id="worked-basket", order=basket()),
                    pb.EvaluateOrder(program_id="nothing", order=basket()),
                ]
            )
        )
    assert [result.refusal.reason for result in answer.results] == ["PROGRAM_NOT_ALLOWED", "PROGRAM_NOT_FOUND"]


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_has_1_to_500_orders(basket_rules: Stub, count: int) -> None:
    with pytest.raises(Refusal) as raised:
        await basket_rules.EvaluateOrders(asked(*[order_pb2.Order()] * count))
    assert raised.value.reason == "MALFORMED"


async def test_a_net_below_zero_needs_a_discount_line(basket_rules: Stub) -> None:
    line = order_pb2.OrderLine(line_number=9, brand_id="NORTH", quantity=1, net_minor_units=-1)
    discount = order_pb2.OrderLine(line_number=9, brand_id="NORTH", net_minor_units=-1, discount_line=True)
    answer = await basket_rules.EvaluateOrders(asked(basket(lines=[line]), basket(lines=[discount])))
    assert [result.refusal.reason for result in answer.results] == ["MALFORMED", ""]


async def test_a_quote_tells_worth_here_and_elsewhere(basket_rules: Stub) -> None:
    answer = await basket_rules.QuoteRedemption(
        pb.QuoteRedemptionRequest(
            program_id="worked-basket",
            location_id="linden-1",
            brand_id="LINDEN",
            currency_code="USD",
            occur_time=at("2024-07-06T16:00:00Z"),
        )
    )
    terms = answer.terms
    rate = terms.rate.minor_units_per_point
    assert (rate.numerator, rate.denominator) == (4, 5)
    assert [other.brand_id for other in terms.elsewhere] == ["HARBOR", "NORTH", "PEAK"]
    assert not terms.HasField("start_time")
    assert not terms.HasField("end_time")


async def test_a_quote_checks_all_its_fields_at_once(basket_rules: Stub) -> None:
    with pytest.raises(Refusal) as raised:
        await basket_rules.QuoteRedemption(pb.QuoteRedemptionRequest(program_id="worked-basket", currency_code="USX"))
    assert [violation.field for violation in raised.value.violations] == [
        "location_id",
        "brand_id",
        "currency_code",
        "occur_time",
    ]
