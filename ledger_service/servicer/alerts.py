"""loyalty.ledger.v1.AlertService."""

from dataclasses import dataclass

from loyalty.ledger.v1 import alert_service_pb2 as messages
from loyalty.ledger.v1 import alert_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY
from ledger_service.servicer.common import admit
from ledger_service.use_cases.alerts import AcknowledgeAlert, ListAlerts
from ledger_service.wire import alerts as wire


@dataclass(frozen=True, slots=True)
class AlertServicer(stubs.AlertServiceServicer):
    """loyalty.ledger.v1.AlertService."""

    list_alerts: ListAlerts
    acknowledge_alert: AcknowledgeAlert

    async def ListAlerts(self, request: messages.ListAlertsRequest, _context: Context) -> messages.ListAlertsResponse:
        """For those who cover every brand: an alert is about spends at any."""
        admit(request.program_id, brand=ANY)
        question = wire.alert_question(request)
        page = await self.list_alerts(question.program, question.open_only, question.after, question.size)
        return wire.alerts_message(request, page)

    async def AcknowledgeAlert(
        self, request: messages.AcknowledgeAlertRequest, _context: Context
    ) -> messages.AcknowledgeAlertResponse:
        """Somebody has looked."""
        caller = admit(request.program_id, brand=ANY)
        alert = await self.acknowledge_alert(*wire.alert_named(request), caller.subject)
        return messages.AcknowledgeAlertResponse(alert=wire.alert_message(alert))
