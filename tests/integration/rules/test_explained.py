"""What rules say of themselves over the wire: breakdowns, outcomes, and the facts of an order they may ask for."""

from typing import Any

import pytest
from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.rules.v1 import program_pb2, rules_service_pb2
from loyalty.type.v1 import money_pb2, order_pb2

from chassis.values.refusal import Refusal
from rules_service.wire.orders import MOST_EXPLAINED
from tests.integration.rules.house import Stub, apply_request, small_program
from tests.integration.rules.test_past_revisions import NOON

MORE = """
  card: {brand: NORTH, when: {payment: [card], attributes: {colour: red}}, multiplier: {factor: 3}, group: best}
  gift: {brand: NORTH, kind: bonus, fixed: {points: 1, per: line}, group: best}
  web: {brand: NORTH, when: {channels: [web]}, per_unit: {points: 1}}
stacking: {best: {mode: best_of}}
"""


def sale(**fields: Any) -> order_pb2.Order:
    """One red thing for 10.00, half of it paid by card."""
    order = order_pb2.Order(
        source="till-1",
        document_id="1",
        location_id="mall",
        occur_time=NOON,
        currency_code="USD",
        total_minor_units=1_000,
        lines=[
            order_pb2.OrderLine(
                line_number=1, brand_id="NORTH", quantity=1, net_minor_units=1_000, attributes={"colour": "red"}
            )
        ],
        payments=[
            order_pb2.Payment(means="card", minor_units=500),
            order_pb2.Payment(means="cash", minor_units=500),
        ],
    )
    order.MergeFrom(order_pb2.Order(**fields))
    return order


async def judged(stub: Stub, order: order_pb2.Order, explain: bool = True) -> rules_service_pb2.EvaluateOrderResult:
    """The sale in the program `explained`."""
    await stub.ApplyProgram(apply_request("explained", small_program("explained", more=MORE)))
    item = rules_service_pb2.EvaluateOrder(program_id="explained", order=order, explain=explain)
    return (await stub.EvaluateOrders(rules_service_pb2.EvaluateOrdersRequest(orders=[item]))).results[0]


async def test_awards_are_broken_down(rules: Stub) -> None:
    (line,) = (await judged(rules, sale(), explain=False)).evaluation.lines
    base, card = line.awards
    rounding = program_pb2.ROUNDING_FLOOR
    assert base.breakdown == pb.Breakdown(
        paid=money_pb2.Money(currency_code="USD", minor_units=1_000),
        rate=money_pb2.Ratio(numerator=1, denominator=100),
        exact_points=money_pb2.Ratio(numerator=10, denominator=1),
        rounding=rounding,
        rounding_scope=program_pb2.ROUNDING_SCOPE_LINE,
    )
    assert card.breakdown == pb.Breakdown(
        base_points=money_pb2.Ratio(numerator=10, denominator=1),
        rate=money_pb2.Ratio(numerator=1, denominator=1),
        exact_points=money_pb2.Ratio(numerator=10, denominator=1),
        rounding=rounding,
        rounding_scope=program_pb2.ROUNDING_SCOPE_LINE,
    )
    assert card.explanation == "×3 card, 0.5 of it by card, adds 10"


async def test_every_rule_of_the_brand_says_what_became_of_it(rules: Stub) -> None:
    (line,) = (await judged(rules, sale())).evaluation.lines
    told = [(outcome.rule_id, outcome.outcome, outcome.points) for outcome in line.outcomes]
    assert told == [
        ("base", pb.OUTCOME_PAID, 10),
        ("web", pb.OUTCOME_NOT_SELECTED, 0),
        ("card", pb.OUTCOME_PAID, 10),
        ("gift", pb.OUTCOME_OUTRANKED, 0),
    ]
    base, web, _, gift = line.outcomes
    assert (web.unmet, web.HasField("exact_points")) == ("when.channels", False)
    assert (gift.preferred_rule_id, gift.exact_points.numerator) == ("card", 1)
    assert base.explanation == line.awards[0].explanation
    assert [outcome.rule_ordinal for outcome in line.outcomes] == [1, 2, 3, 4]
    assert all(outcome.rule_version and outcome.explanation for outcome in line.outcomes)


async def test_without_explain_only_what_awards_do_not_say_is_told(rules: Stub) -> None:
    (line,) = (await judged(rules, sale(), explain=False)).evaluation.lines
    assert [(outcome.rule_id, outcome.outcome) for outcome in line.outcomes] == [("gift", pb.OUTCOME_OUTRANKED)]


async def test_only_some_orders_of_a_call_are_explained(rules: Stub) -> None:
    item = rules_service_pb2.EvaluateOrder(program_id="explained", order=sale(), explain=True)
    await rules.EvaluateOrders(rules_service_pb2.EvaluateOrdersRequest(orders=[item] * MOST_EXPLAINED))
    with pytest.raises(Refusal) as refused:
        await rules.EvaluateOrders(rules_service_pb2.EvaluateOrdersRequest(orders=[item] * (MOST_EXPLAINED + 1)))
    assert [violation.field for violation in refused.value.violations] == ["orders"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"payments": [order_pb2.Payment(means="cash", minor_units=1)]}, "order.payments[2].means"),
        ({"payments": [order_pb2.Payment(means="a b", minor_units=1)]}, "order.payments[2].means"),
        ({"payments": [order_pb2.Payment(means="voucher")]}, "order.payments[2].minor_units"),
        (
            {"payments": [order_pb2.Payment(means=f"m{number}", minor_units=1) for number in range(15)]},
            "order.payments",
        ),
        ({"lines": [order_pb2.OrderLine(line_number=2, attributes={"a b": "c"})]}, "order.lines[1].attributes"),
        ({"lines": [order_pb2.OrderLine(line_number=2, attributes={"a": ""})]}, "order.lines[1].attributes"),
        (
            {"lines": [order_pb2.OrderLine(line_number=2, attributes={f"a{n}": "b" for n in range(17)})]},
            "order.lines[1].attributes",
        ),
    ],
)
async def test_payments_and_attributes_are_well_formed(rules: Stub, more: dict[str, Any], field: str) -> None:
    result = await judged(rules, sale(**more))
    assert [violation.field for violation in result.refusal.violations] == [field]
