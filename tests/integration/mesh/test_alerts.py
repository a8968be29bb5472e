"""A member who spends in two regions at once raises an alert, once, and somebody looks at it."""

import asyncio

import pytest
from loyalty.ledger.v1 import alert_pb2, alert_service_pb2
from loyalty.ledger.v1.alert_service_pb2_grpc import AlertServiceStub

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import line, open_till

PROGRAM = "alert-test"
_ALERTS = alert_service_pb2.DESCRIPTOR.services_by_name["AlertService"]


async def test_a_member_in_two_regions_at_once_is_told_of_and_looked_at(stack: LocalStack) -> None:
    token = stack.token("guard", programs=[PROGRAM], roles=["HEADQUARTERS_ADMIN"])
    async with (
        open_till(stack, PROGRAM) as till,
        connect(stack.peer("ledger"), _ALERTS, lambda: token) as channel,
    ):
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        alerts = AlertServiceStub(channel)
        ana = await till.enroll("CARD-ALERT")
        await till.sell(ana, "D-1", "mall-1", [line(1, "NORTH", 10_000)])
        first = await till.redeem(ana, 10, "mall-1", "LINDEN")
        second = await till.redeem(ana, 10, "linden-1", "LINDEN")

        listing = alert_service_pb2.ListAlertsRequest(program_id=PROGRAM)
        for _ in range(100):
            if (await alerts.ListAlerts(listing)).alerts:
                break
            await asyncio.sleep(0.1)
        await till.redeem(ana, 10, "linden-1", "LINDEN")
        [alert] = (await alerts.ListAlerts(listing)).alerts
        assert (alert.kind, alert.member_id, alert.location_id) == (alert_pb2.ALERT_KIND_FAR_APART, ana, "linden-1")
        assert list(alert.evidence) == [first.position, second.position]

        looking = alert_service_pb2.AcknowledgeAlertRequest(
            program_id=PROGRAM, request_id="look-1", alert_id=alert.alert_id
        )
        seen = (await alerts.AcknowledgeAlert(looking)).alert
        assert (seen.state, seen.acknowledged_by) == (alert_pb2.ALERT_STATE_ACKNOWLEDGED, "guard")
        assert (await alerts.AcknowledgeAlert(looking)).alert == seen
        assert not (await alerts.ListAlerts(type(listing)(program_id=PROGRAM, open_only=True))).alerts
        looking.alert_id = "alt_unknown"
        with pytest.raises(Refusal) as refused:
            await alerts.AcknowledgeAlert(looking)
        assert refused.value.reason == "REQUEST_ID_REUSED"
        looking.request_id = "look-2"
        with pytest.raises(Refusal) as refused:
            await alerts.AcknowledgeAlert(looking)
        assert refused.value.reason == "ALERT_NOT_FOUND"
        looking.alert_id = alert.alert_id
        assert (await alerts.AcknowledgeAlert(looking)).alert == seen
