"""Which fields of an answer leave."""

from typing import Any

import pytest
from loyalty.identity.v1 import person_pb2
from loyalty.ledger.v1 import accrual_pb2, ledger_service_pb2, movement_pb2, order_pb2, redemption_pb2
from loyalty.type.v1 import points_pb2

from chassis.runtime.caller import set_caller
from chassis.runtime.interceptors.visibility import clear, plan_of, visibility
from tests.unit.chassis_runtime.judging import LEDGER, somebody


def accrual() -> accrual_pb2.Accrual:
    return accrual_pb2.Accrual(
        accrual_id="acc_1", granted=10, funders=[points_pb2.Funder(entity_id="north", share_basis_points=10_000)]
    )


async def answer_to(role: str) -> ledger_service_pb2.GetOrderResponse:
    """A sale with one accrual, as a role gets it."""

    async def inner(_request: Any, _context: Any) -> ledger_service_pb2.GetOrderResponse:
        return ledger_service_pb2.GetOrderResponse(order=order_pb2.PostedOrder(accruals=[accrual()]))

    caller = somebody(role)
    set_caller(caller, lambda: caller)
    found: ledger_service_pb2.GetOrderResponse = await visibility(LEDGER["GetOrder"], inner)(None, None)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("role", ["POS", "LOCATION_MANAGER", "OPERATOR", "REGIONAL_ADMIN"])
async def test_a_till_is_not_told_whose_points_they_are(role: str) -> None:
    [seen] = (await answer_to(role)).order.accruals
    assert (seen.granted, list(seen.funders)) == (10, [])


@pytest.mark.parametrize("role", ["HEADQUARTERS_ADMIN", "SERVICE", "POS,HEADQUARTERS_ADMIN"])
async def test_headquarters_is(role: str) -> None:
    assert (await answer_to(role)).order.accruals[0].funders


async def test_a_role_that_may_not_call_shows_nothing_more() -> None:
    """A finance role opens no field of an rpc that finance may not call."""
    assert not (await answer_to("POS,FINANCE")).order.accruals[0].funders


async def test_streams_are_cut_message_by_message() -> None:
    written: list[Any] = []

    class Wire:
        async def write(self, message: Any) -> None:
            written.append(message)

        def code(self) -> str:
            return "passed on"

    async def inner(_request: Any, context: Any) -> None:
        assert context.code() == "passed on"
        response = ledger_service_pb2.StreamEventsResponse()
        response.event.movements.append(movement_pb2.Movement(points=3, accrual=accrual()))
        await context.write(response)

    # Nobody but services and headquarters may call it: seen here by who may call, and would see no funders.
    caller = somebody("POS")
    set_caller(caller, lambda: caller)
    await visibility(LEDGER["StreamEvents"], inner)(None, Wire())  # type: ignore[arg-type]
    [movement] = written[0].event.movements
    assert (movement.points, list(movement.accrual.funders)) == (3, [])


def test_what_has_no_restricted_field_is_not_walked() -> None:
    assert plan_of(redemption_pb2.Redemption.DESCRIPTOR) is None
    assert plan_of(redemption_pb2.QuoteElsewhere.DESCRIPTOR) is None


def test_who_sees_a_field_does_not_see_everything_in_it() -> None:
    person = person_pb2.Person()
    person.identifiers.add(member_id="mem_ana").verification.caller = "till"
    plan = plan_of(person_pb2.Person.DESCRIPTOR)
    assert plan is not None
    clear(person, plan, frozenset({"LOCATION"}))
    assert [(one.member_id, one.verification.caller) for one in person.identifiers] == [("mem_ana", "")]
    clear(person, plan, frozenset({"TILL"}))
    assert not person.identifiers


def test_absent_messages_stay_absent() -> None:
    response = ledger_service_pb2.GetOrderResponse()
    plan = plan_of(ledger_service_pb2.GetOrderResponse.DESCRIPTOR)
    assert plan is not None
    clear(response, plan, frozenset())
    assert not response.HasField("order")
