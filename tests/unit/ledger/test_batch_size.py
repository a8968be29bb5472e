"""A batch is bounded by its sales and by their lines in all: reading one must not hold up everybody else's calls."""

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from ledger_service.wire.requests import order_requests


def _batch(orders: int, lines: int) -> messages.BatchPostOrdersRequest:
    order = order_pb2.Order(lines=[order_pb2.OrderLine() for _ in range(lines)])
    return messages.BatchPostOrdersRequest(orders=[messages.PostOrderRequest(order=order) for _ in range(orders)])


@pytest.mark.parametrize(("orders", "lines"), [(0, 0), (501, 1), (11, 2_000)])
def test_too_much_at_once_is_refused_as_a_whole(orders: int, lines: int) -> None:
    with pytest.raises(Refusal, match="MALFORMED"):
        order_requests(_batch(orders, lines))


def test_each_sale_has_its_own_refusal() -> None:
    assert [isinstance(read, Refusal) for read in order_requests(_batch(3, 1))] == [True, True, True]
