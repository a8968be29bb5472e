"""Alerts as messages, and requests about them."""

from typing import NamedTuple

from loyalty.ledger.v1 import alert_pb2
from loyalty.ledger.v1 import alert_service_pb2 as messages
from loyalty.type.v1 import log_position_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.alerts import Alert, AlertKind
from ledger_service.use_cases.alerts import AlertPage
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.wire import pages
from ledger_service.wire.read_requests import DEFAULT_PAGE, LARGEST_PAGE

_KINDS = {
    AlertKind.FAR_APART: alert_pb2.ALERT_KIND_FAR_APART,
    AlertKind.MANY_MEMBERS: alert_pb2.ALERT_KIND_MANY_MEMBERS,
    AlertKind.GUESSED: alert_pb2.ALERT_KIND_GUESSED,
    AlertKind.PROOFS_REFUSED: alert_pb2.ALERT_KIND_PROOFS_REFUSED,
    AlertKind.IDENTIFIER_CHANGED: alert_pb2.ALERT_KIND_IDENTIFIER_CHANGED,
}


class AlertQuestion(NamedTuple):
    """Which alerts: of a program, open ones alone or all, behind a number, and how many."""

    program: str
    open_only: bool
    after: int
    size: int


def alert_question(request: messages.ListAlertsRequest) -> AlertQuestion:
    """What is asked for; CURSOR_INVALID for a token of another question."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    size = reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE
    reader.finish()
    key = pages.page_key(_text(request), request.page_token)
    return AlertQuestion(program, request.open_only, 0 if key is None else key.sequence, size)


def alert_named(request: messages.AcknowledgeAlertRequest) -> tuple[str, str, str]:
    """The program, the request id and the alert."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    request_id = reader.id("request_id", request.request_id)
    alert_id = reader.id("alert_id", request.alert_id)
    reader.finish()
    return program, request_id, alert_id


def alerts_message(request: messages.ListAlertsRequest, page: AlertPage) -> messages.ListAlertsResponse:
    """A page."""
    token = "" if page.next is None else pages.page_token(_text(request), PageKey("", page.next))
    return messages.ListAlertsResponse(alerts=[alert_message(alert) for alert in page.alerts], next_page_token=token)


def alert_message(alert: Alert) -> alert_pb2.Alert:
    """One alert."""
    is_open = alert.acknowledge_time is None
    message = alert_pb2.Alert(
        alert_id=alert.alert_id,
        program_id=alert.program,
        kind=_KINDS[alert.kind],
        member_id=alert.root,
        location_id=alert.location_id,
        caller=alert.caller,
        evidence=[log_position_pb2.LogPosition(partition=p.partition, position=p.position) for p in alert.evidence],
        state=alert_pb2.ALERT_STATE_OPEN if is_open else alert_pb2.ALERT_STATE_ACKNOWLEDGED,
        acknowledged_by=alert.acknowledged_by,
    )
    message.alert_time.FromDatetime(alert.time)
    if alert.acknowledge_time is not None:
        message.acknowledge_time.FromDatetime(alert.acknowledge_time)
    return message


def _text(request: messages.ListAlertsRequest) -> str:
    return f"alerts:{request.program_id}:{request.open_only}"
