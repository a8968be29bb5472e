"""Who may call which rpc about what: the interceptor over the real contracts."""

from typing import Any

import pytest
from google.protobuf.message import Message
from loyalty.ledger.v1 import close_pb2, ledger_service_pb2, read_requests_pb2, return_requests_pb2
from loyalty.settlement.v1 import statement_service_pb2
from loyalty.type.v1 import member_pb2, order_pb2

from chassis.values.refusal import Refusal
from tests.unit.chassis_runtime.judging import admitted, somebody

ANA = member_pb2.MemberRef(member_id="mem_ana")


def wallet(program: str = "p", member: member_pb2.MemberRef = ANA) -> ledger_service_pb2.GetWalletRequest:
    return ledger_service_pb2.GetWalletRequest(program_id=program, member=member)


def sale(location: str, *brands: str) -> ledger_service_pb2.PostOrderRequest:
    lines = [order_pb2.OrderLine(brand_id=brand) for brand in brands]
    return ledger_service_pb2.PostOrderRequest(program_id="p", order=order_pb2.Order(location_id=location, lines=lines))


def parked(location: str = "") -> return_requests_pb2.ListParkedReturnsRequest:
    return return_requests_pb2.ListParkedReturnsRequest(program_id="p", location_id=location)


async def reason(name: str, role: str, request: Message, **claims: Any) -> str:
    """Why a call is refused; `admitted` if it is not."""
    try:
        await admitted(name, somebody(role, **claims), request)
    except Refusal as refusal:
        return refusal.reason
    return "admitted"


@pytest.mark.parametrize(
    ("role", "claims", "outcome"),
    [
        ("ANALYST", {}, "ROLE_NOT_ALLOWED"),
        ("POS", {}, "admitted"),
        ("POS", {"programs": {"q"}}, "PROGRAM_NOT_ALLOWED"),
        ("POS", {"programs": set()}, "PROGRAM_NOT_ALLOWED"),
        ("POS", {"programs": {"*"}}, "admitted"),
        ("MEMBER", {"members": {"mem_ana"}}, "admitted"),
        ("MEMBER", {"members": {"mem_bob"}}, "MEMBER_NOT_ALLOWED"),
        ("MEMBER", {}, "MEMBER_NOT_ALLOWED"),
        ("MEMBER", {"members": {"mem_ana"}, "programs": {"q"}}, "PROGRAM_NOT_ALLOWED"),
    ],
)
async def test_a_wallet(role: str, claims: dict[str, Any], outcome: str) -> None:
    assert await reason("GetWallet", role, wallet(), **claims) == outcome


@pytest.mark.parametrize(
    "named",
    [
        member_pb2.MemberRef(),
        member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value="mem_ana")),
    ],
)
async def test_a_member_names_itself_by_member_id(named: member_pb2.MemberRef) -> None:
    assert await reason("GetWallet", "MEMBER", wallet(member=named), members={"mem_ana"}) == "MEMBER_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("request_", "claims", "outcome"),
    [
        (sale("north-1", "NORTH"), {"locations": {"north-1"}, "brands": {"NORTH"}}, "admitted"),
        (sale("north-1", "NORTH", "PEAK"), {"locations": {"north-1"}, "brands": {"NORTH"}}, "DIVISION_NOT_ALLOWED"),
        (sale("peak-1", "NORTH"), {"locations": {"north-1"}, "brands": {"*"}}, "DIVISION_NOT_ALLOWED"),
        (sale("north-1"), {"locations": {"north-1"}}, "admitted"),
        (sale("north-1", "NORTH"), {}, "DIVISION_NOT_ALLOWED"),
    ],
)
async def test_every_brand_and_the_place_of_a_sale(request_: Message, claims: dict[str, Any], outcome: str) -> None:
    assert await reason("PostOrder", "POS", request_, **claims) == outcome


async def test_without_a_place_every_place_is_meant() -> None:
    assert await reason("ListParkedReturns", "LOCATION_MANAGER", parked(), locations={"a"}) == "DIVISION_NOT_ALLOWED"
    assert await reason("ListParkedReturns", "LOCATION_MANAGER", parked("a"), locations={"a"}) == "admitted"
    assert await reason("ListParkedReturns", "LOCATION_MANAGER", parked(), locations={"*"}) == "admitted"


async def test_a_region_covers_its_locations_in_that_program() -> None:
    acting, _ = await admitted("ListParkedReturns", somebody("REGIONAL_ADMIN", regions={"EAST"}), parked("east-2"))
    assert acting.locations == {"east-1", "east-2"}
    assert (
        await reason("ListParkedReturns", "REGIONAL_ADMIN", parked("west-1"), regions={"EAST"})
        == "DIVISION_NOT_ALLOWED"
    )


async def test_a_region_covers_nothing_for_other_roles() -> None:
    """A till's token that names regions is for its locations alone."""
    assert (
        await reason("ListParkedReturns", "LOCATION_MANAGER", parked("east-1"), regions={"EAST"})
        == "DIVISION_NOT_ALLOWED"
    )


async def test_an_operator_covers_what_it_runs_and_no_more() -> None:
    claims = {"operators": {"ann"}, "locations": {"east-2"}}
    assert await reason("ListParkedReturns", "OPERATOR", parked("west-1"), **claims) == "admitted"
    assert await reason("ListParkedReturns", "OPERATOR", parked("east-2"), **claims) == "DIVISION_NOT_ALLOWED"
    totals = close_pb2.StreamDocumentTotalsRequest(program_id="p", location_id="east-1")
    assert await reason("StreamDocumentTotals", "OPERATOR", totals, **claims) == "admitted"


@pytest.mark.parametrize(
    ("entity", "outcome"), [("ann", "admitted"), ("bob", "DIVISION_NOT_ALLOWED"), ("", "DIVISION_NOT_ALLOWED")]
)
async def test_an_operator_reads_the_statement_of_its_own_entity(entity: str, outcome: str) -> None:
    request = statement_service_pb2.GetStatementRequest(program_id="p", entity_id=entity)
    assert await reason("GetStatement", "OPERATOR", request, operators={"ann"}) == outcome


async def test_the_books_of_an_entity_are_for_tokens_that_cover_everything() -> None:
    request = statement_service_pb2.GetStatementRequest(program_id="p", entity_id="ann")
    whole = {"brands": {"*"}, "regions": {"*"}, "locations": {"*"}}
    assert await reason("GetStatement", "FINANCE", request, **whole) == "admitted"
    for kind in whole:
        assert await reason("GetStatement", "FINANCE", request, **(whole | {kind: {"some"}})) == "DIVISION_NOT_ALLOWED"


async def test_who_has_two_roles_passes_by_either() -> None:
    both = {"members": {"mem_ana"}}
    assert await reason("GetWallet", "MEMBER,POS", wallet(), **both) == "admitted"
    assert (
        await reason("GetWallet", "MEMBER,POS", wallet(member=member_pb2.MemberRef(member_id="b")), **both)
        == "admitted"
    )
    assert await reason("GetWallet", "MEMBER,ANALYST", wallet(member=member_pb2.MemberRef(member_id="b")), **both) == (
        "MEMBER_NOT_ALLOWED"
    )


async def test_a_member_sees_its_own_wherever_it_was() -> None:
    acting, scope = await admitted("GetWallet", somebody("MEMBER", members={"mem_ana"}), wallet())
    assert acting.brands == acting.locations == acting.regions == {"*"}
    assert (scope.programs, scope.brands) == ("p", "*")


async def test_rows_are_shown_of_the_named_program_alone() -> None:
    _, scope = await admitted("GetWallet", somebody("POS", programs={"*"}), wallet())
    assert scope.programs == "p"


async def test_rows_are_cut_where_the_answer_is() -> None:
    till = somebody("POS", brands={"NORTH"}, locations={"north-1"})
    _, scope = await admitted("GetOrder", till, ledger_service_pb2.GetOrderRequest(program_id="p"))
    assert (scope.brands, scope.locations) == ("NORTH", "*")
    office = somebody("OPERATOR", operators={"ann"}, brands={"NORTH"})
    acting, scope = await admitted("GetOrder", office, ledger_service_pb2.GetOrderRequest(program_id="p"))
    assert (scope.brands, scope.locations) == ("NORTH", "east-1,west-1")
    assert not acting.sees_location_of_thing("east-2")


async def test_books_are_cut_to_the_operators_own_entities() -> None:
    request = statement_service_pb2.GetStatementRequest(program_id="p", entity_id="ann")
    _, scope = await admitted("GetStatement", somebody("OPERATOR", operators={"ann", "bob"}), request)
    assert scope.entities == "ann,bob"
    everything = somebody("FINANCE", brands={"*"}, regions={"*"}, locations={"*"})
    _, scope = await admitted("GetStatement", everything, request)
    assert scope.entities == "*"


async def test_sums_are_told_whole() -> None:
    request = read_requests_pb2.GetMemberStatementRequest(program_id="p", member=ANA)
    _, scope = await admitted("GetMemberStatement", somebody("LOCATION_MANAGER", brands={"NORTH"}), request)
    assert scope.brands == "*"


@pytest.mark.parametrize("text", ["x" * 70_000, "a\x00b", "=1+1", "name surname"])
async def test_what_is_no_id_is_left_to_the_handler_and_shows_nothing(text: str) -> None:
    """It says MALFORMED with everything else that is wrong; no row has such a name."""
    _, scope = await admitted("GetWallet", somebody("POS"), wallet(text))
    assert scope.programs == ""
