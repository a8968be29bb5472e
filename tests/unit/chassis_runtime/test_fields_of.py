from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.type.v1 import member_pb2, order_pb2

from chassis.runtime.fields_of import OTHERWISE, values_reader


def sale(*brands: str) -> ledger_service_pb2.PostOrderRequest:
    lines = [order_pb2.OrderLine(brand_id=brand) for brand in brands]
    return ledger_service_pb2.PostOrderRequest(program_id="p", order=order_pb2.Order(lines=lines))


def test_a_field() -> None:
    assert values_reader("program_id")(sale()) == ["p"]


def test_each_value_of_a_repeated_field_once_and_in_order() -> None:
    assert values_reader("order.lines.brand_id")(sale("B", "A", "", "B")) == ["B", "A"]


def test_an_empty_item_of_a_list_may_stand_for_something() -> None:
    assert values_reader("order.lines.brand_id", "*")(sale("B", "", "B")) == ["B", "*"]


def test_what_is_absent_has_no_value() -> None:
    assert values_reader("order.location_id")(ledger_service_pb2.PostOrderRequest()) == []


def test_a_member_is_named_by_its_id() -> None:
    read = values_reader("member")
    assert read(ledger_service_pb2.GetWalletRequest()) == []
    assert read(ledger_service_pb2.GetWalletRequest(member=member_pb2.MemberRef(member_id="mem_a"))) == ["mem_a"]
    card = member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value="1"))
    assert read(ledger_service_pb2.GetWalletRequest(member=card)) == [OTHERWISE]
