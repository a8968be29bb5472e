"""Every rpc says who may call it and what a repeat does."""

import pytest
from loyalty.type.v1 import role_pb2

from tests.support.reference import Rpc, meant_by, rpcs

BY_ITEM = {"BatchPostOrders": "PostOrder", "StreamOrders": "PostOrder"}
"""Batches and streams whose items each have the request id of the rpc they repeat."""

BY_CONTENT = ("SubmitCommands", "YieldLane", "MoveLane")
"""Between ledger processes: commands carry the request ids they came in with, and a lane is where it is."""

BY_PERIOD = ("CutPeriod", "BeginClose")
"""A period of a program is ended once, so its name is the request's."""


def named(rpc: Rpc) -> str:
    return f"{rpc.service}.{rpc.name}"


@pytest.fixture(params=rpcs(), ids=named)
def rpc(request: pytest.FixtureRequest) -> Rpc:
    found: Rpc = request.param
    return found


def test_an_rpc_may_be_called_by_some_role(rpc: Rpc) -> None:
    assert rpc.roles
    assert "ROLE_UNSPECIFIED" not in rpc.roles
    assert len(set(rpc.roles)) == len(rpc.roles)


def test_an_rpc_declares_what_it_is_judged_by(rpc: Rpc) -> None:
    """`option (loyalty.type.v1.divisions) = {attribute: ATTRIBUTE_PROGRAM field: "program_id"};` at least."""
    assert rpc.divisions
    for division in rpc.divisions:
        assert division.attribute != role_pb2.ATTRIBUTE_UNSPECIFIED
        assert not (set(division.only) & set(division.but))


def test_an_rpc_about_a_program_is_judged_by_it(rpc: Rpc) -> None:
    judged = {division.field for division in rpc.divisions if division.attribute == role_pb2.ATTRIBUTE_PROGRAM}
    programs = {field.name for field in rpc.request.field} & {"program_id", "program_ids"}
    assert programs <= judged


def test_a_member_may_call_what_is_judged_by_its_own_member_alone(rpc: Rpc) -> None:
    own = [division.field for division in rpc.divisions if division.attribute == role_pb2.ATTRIBUTE_MEMBER]
    assert bool(own) == ("ROLE_MEMBER" in rpc.roles)
    assert all(own)


def test_an_operator_may_call_what_is_judged_by_its_places_or_its_entity(rpc: Rpc) -> None:
    if "ROLE_OPERATOR" in rpc.roles:
        judged = {division.attribute for division in rpc.divisions if role_pb2.ROLE_OPERATOR not in division.but}
        assert judged & {role_pb2.ATTRIBUTE_LOCATION, role_pb2.ATTRIBUTE_OPERATOR}


def test_an_rpc_declares_what_a_repeat_does(rpc: Rpc) -> None:
    assert rpc.idempotency in ("NO_SIDE_EFFECTS", "IDEMPOTENT")


def test_an_rpc_that_changes_something_has_a_request_id(rpc: Rpc) -> None:
    if rpc.idempotency == "NO_SIDE_EFFECTS":
        assert "request_id" not in {field.name for field in rpc.request.field}
        return
    if rpc.name in BY_CONTENT:
        assert rpc.service == "LaneService"
        return
    if rpc.name in BY_PERIOD:
        assert "period" in {field.name for field in rpc.request.field}
        return
    if rpc.name not in BY_ITEM:
        assert "request_id" in {field.name for field in rpc.request.field}
        return
    [item] = [other.request for other in rpcs() if other.name == BY_ITEM[rpc.name]]
    assert [field.type_name.endswith(f".{item.name}") for field in rpc.request.field].count(True) == 1
    assert "request_id" in {field.name for field in item.field}


def test_the_reasons_an_rpc_names_are_catalogued(rpc: Rpc) -> None:
    assert [name for name in rpc.reasons if meant_by(rpc, name) is None] == []


def test_an_rpc_has_messages_of_its_own(rpc: Rpc) -> None:
    assert rpc.request.name == f"{rpc.name}Request"
    assert [other.name for other in rpcs() if other.request == rpc.request] == [rpc.name]
