"""Conditions from files through the running service."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.integration.rules.house import Stub, apply_request, small_program
from tests.integration.rules.test_decisions import at

BONUS = """
  bonus:
    brand: NORTH
    kind: bonus
    fixed: {points: 7, per: line}
    condition: >-
"""


def program(program_id: str, condition: str) -> str:
    """A program with a base rule, and a bonus of 7 points under the condition."""
    return small_program(program_id, more=f"{BONUS}      {condition}\n")


def sale(*quantities: int, time: Timestamp | None = None, **attributes: str) -> order_pb2.Order:
    """Lines of 5.00 with so many pieces each."""
    return order_pb2.Order(
        source="till-1",
        document_id="1",
        location_id="mall",
        occur_time=time or at("2024-07-06T16:00:00Z"),
        currency_code="USD",
        total_minor_units=500 * len(quantities),
        lines=[
            order_pb2.OrderLine(
                line_number=number, brand_id="NORTH", quantity=many, net_minor_units=500, attributes=attributes
            )
            for number, many in enumerate(quantities, 1)
        ],
    )


async def judged(stub: Stub, program_id: str, *orders: order_pb2.Order) -> list[pb.EvaluateOrderResult]:
    """The orders, in one call."""
    asked = [pb.EvaluateOrder(program_id=program_id, order=order) for order in orders]
    return list((await stub.EvaluateOrders(pb.EvaluateOrdersRequest(orders=asked))).results)


def points(result: pb.EvaluateOrderResult) -> list[list[int]]:
    """Of each line."""
    return [[award.points for award in line.awards] for line in result.evaluation.lines]


async def test_a_rule_pays_where_its_condition_is_so(rules: Stub) -> None:
    condition = "line.quantity >= 3 && line.attributes.size() == 1 && order.weekday == 6 && order.own_lines == 2"
    await rules.ApplyProgram(apply_request("conditions-pay", program("conditions-pay", condition)))
    sunday = sale(3, 2, time=at("2024-07-07T16:00:00Z"), colour="red")
    results = await judged(rules, "conditions-pay", sale(3, 2, colour="red"), sale(3, 2), sunday)
    assert [points(result) for result in results] == [[[5, 7], [5]], [[5], [5]], [[5], [5]]]


async def test_an_order_on_which_a_condition_fails_is_refused_alone_and_names_the_rule(rules: Stub) -> None:
    condition = "12 / (line.quantity - 3) >= 6"
    await rules.ApplyProgram(apply_request("conditions-fail", program("conditions-fail", condition)))
    before, failed, after = await judged(rules, "conditions-fail", sale(5), sale(1, 3), sale(9))
    assert (points(before), points(after)) == ([[5, 7]], [[5]])
    assert failed.WhichOneof("result") == "refusal"
    assert (failed.refusal.reason, failed.refusal.domain) == ("RULE_FAILED", "rules.loyalty")
    assert failed.refusal.metadata["rule_id"] == "bonus"
    assert failed.refusal.metadata["rule_version"]
    assert failed.refusal.metadata["reason"] == "it divides by zero"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("line.price > 50", "column 5: there is no line.price"),
        ("line.sku == 12", "column 10: == cannot be applied to (string, int)"),
        ("line.categories.exists(c, line.categories.exists(d, c == d))", "column 23: may take"),
    ],
)
async def test_a_condition_that_is_none_is_refused_with_file_line_and_column(
    rules: Stub, condition: str, told: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await rules.ApplyProgram(apply_request("conditions-wrong", program("conditions-wrong", condition)))
    assert refused.value.reason == "PROGRAM_INVALID"
    (violation,) = refused.value.violations
    assert violation.field.startswith("0.yaml:")
    assert "earn_rules.bonus.condition" in violation.field
    assert told in violation.description
