"""Nettings, payments, disputes and invoices as messages. Documents are stored in the words of the contract: names of
fields, whole numbers, text, truth. So a message takes one as it is, in compiled code; the reader of protobuf's JSON is
Python, and a netting of forty entities has sixteen thousand messages."""

import json
from datetime import datetime
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.settlement.v1 import netting_pb2 as pb
from loyalty.type.v1.money_pb2 import Money

from settlement_service.domain.netting.documents import line_document
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payment_states import PaymentRecord, Step
from settlement_service.domain.netting.records import DisputeRecord, NettingRecord


def summary_message(netting: NettingRecord) -> pb.NettingSummary:
    """A netting in short."""
    return pb.NettingSummary(
        netting_id=netting.netting_id,
        period=netting.period,
        hash=netting.hash,
        signed_name=netting.actor.signed_name,
        caller=netting.actor.caller,
        post_time=_stamp(netting.post_time),
    )


def document_message(netting: NettingRecord) -> pb.NettingDocument:
    """A netting step by step."""
    return pb.NettingDocument(**json.loads(netting.document))


def line_message(line: OpenLine) -> pb.ObligationLine:
    """A line."""
    return pb.ObligationLine(**cast(Any, line_document(line)))


def payment_message(payment: PaymentRecord) -> pb.Payment:
    """A payment as it stands."""
    message = pb.Payment(**json.loads(payment.document))
    message.payment_id = payment.payment_id
    message.netting_id = payment.netting_id
    message.debtor_entity_id = payment.debtor
    message.creditor_entity_id = payment.creditor
    message.amount.CopyFrom(Money(currency_code=payment.amount.currency_code, minor_units=payment.amount.minor_units))
    message.state = pb.PaymentState.Value(f"PAYMENT_STATE_{payment.state.value}")
    message.steps.extend(map(_step, payment.steps))
    return message


def dispute_message(dispute: DisputeRecord) -> pb.Dispute:
    """A dispute; its line says whether it is still kept out."""
    message = pb.Dispute(
        dispute_id=dispute.dispute_id,
        line=line_message(dispute.line),
        reason=dispute.reason,
        signed_name=dispute.actor.signed_name,
        open_time=_stamp(dispute.open_time),
    )
    if (closing := dispute.closing) is not None:
        message.line.disputed = False
        message.resolution = closing.resolution
        message.closed_name = closing.actor.signed_name
        message.close_time.CopyFrom(_stamp(closing.time))
    return message


def invoice_message(document: str) -> pb.Invoice:
    """An invoice."""
    return pb.Invoice(**json.loads(document))


def _step(step: Step) -> pb.PaymentStep:
    return pb.PaymentStep(
        state=pb.PaymentState.Value(f"PAYMENT_STATE_{step.state.value}"),
        signed_name=step.actor.signed_name,
        caller=step.actor.caller,
        reason=step.reason,
        step_time=_stamp(step.time),
    )


def _stamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
