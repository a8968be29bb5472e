"""What NettingService reads: every fault at once, and page tokens for one question only."""

import pytest
from loyalty.settlement.v1 import netting_service_pb2 as messages

from chassis.values.refusal import Refusal
from settlement_service.wire import netting_requests as requests
from settlement_service.wire.sealed import seal, text_after

EXPORT = messages.ExportPaymentsRequest(
    program_id="harborside", payment_ids=["PAY-000001"], format=messages.PAYMENT_FILE_FORMAT_CSV
)


def faults(request: messages.ExportPaymentsRequest) -> list[str]:
    with pytest.raises(Refusal, match="MALFORMED") as told:
        requests.export_request(request)
    return [violation.field for violation in told.value.violations]


def changed(**fields: object) -> messages.ExportPaymentsRequest:
    request = messages.ExportPaymentsRequest()
    request.CopyFrom(EXPORT)
    request.MergeFrom(messages.ExportPaymentsRequest(**fields))  # type: ignore[arg-type]
    return request


def test_an_export_without_a_day_is_for_today() -> None:
    assert requests.export_request(EXPORT).day is None


@pytest.mark.parametrize("day", ["2026-02-30", "20261031", "2026-W44-6", "tomorrow", "2026-10-31T00:00:00Z"])
def test_a_day_is_a_date_of_the_calendar(day: str) -> None:
    assert faults(changed(execution_date=day)) == ["execution_date"]


def test_an_export_is_of_a_netting_or_of_named_payments() -> None:
    assert faults(changed(netting_id="NET-000001")) == ["payment_ids"]
    assert faults(messages.ExportPaymentsRequest(program_id="p", format=messages.PAYMENT_FILE_FORMAT_CSV)) == [
        "payment_ids"
    ]


def test_a_file_has_a_known_format() -> None:
    assert faults(messages.ExportPaymentsRequest(program_id="p", netting_id="n")) == ["format"]


@pytest.mark.parametrize("period", ["", "2026-13", "2026-1", "0000-01", "2026-10-01"])
def test_a_period_is_a_month(period: str) -> None:
    with pytest.raises(Refusal, match="MALFORMED"):
        requests.lines_request(messages.ListObligationLinesRequest(program_id="p", period=period))


def test_a_payment_to_submit_is_in_a_currency_with_minor_units() -> None:
    request = messages.SubmitPaymentsRequest(program_id="p", netting_id="n", request_id="r", signed_name="Ann")
    request.payments.add(debtor_entity_id="a", creditor_entity_id="b").amount.currency_code = "XAU"
    with pytest.raises(Refusal, match="MALFORMED") as told:
        requests.submit_request(request, "treasury")
    assert [violation.field for violation in told.value.violations] == ["payments[0].amount.currency_code"]


def test_a_movement_in_dispute_has_a_home_and_a_number() -> None:
    request = messages.OpenDisputeRequest(
        program_id="p", line_id="l", movement_sequence=3, reason="x", request_id="r", signed_name="Ann"
    )
    with pytest.raises(Refusal, match="MALFORMED") as told:
        requests.open_dispute_request(request, "treasury")
    assert [violation.field for violation in told.value.violations] == ["movement_sequence"]


def test_a_page_token_says_where_to_go_on() -> None:
    assert text_after(seal(("PAY-000007",), "payments", "p"), "payments", "p") == "PAY-000007"
    assert text_after("", "payments", "p") == ""


@pytest.mark.parametrize(
    "token", ["x", "????", seal(("PAY-1",), "payments", "q"), seal(("PAY-1",), "payments", "p")[:-2]]
)
def test_a_token_of_another_question_is_refused(token: str) -> None:
    with pytest.raises(Refusal, match="CURSOR_INVALID"):
        text_after(token, "payments", "p")
