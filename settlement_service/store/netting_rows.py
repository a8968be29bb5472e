"""Rows of nettings, payments and disputes as values."""

import json

from chassis.runtime.postgres import Row
from chassis.values.money import Money
from settlement_service.domain.netting.documents import line_from
from settlement_service.domain.netting.payment_states import Actor, PaymentRecord, PaymentState, Step
from settlement_service.domain.netting.records import Closing, DisputeRecord, NettingRecord


def payment_of(row: Row) -> PaymentRecord:
    """A payment with its steps."""
    steps = zip(row["states"], row["callers"], row["signed_names"], row["reasons"], row["step_times"], strict=True)
    return PaymentRecord(
        row["payment_id"],
        row["netting_id"],
        row["debtor"],
        row["creditor"],
        Money(row["currency_code"], row["minor_units"]),
        row["document"],
        tuple(
            Step(PaymentState(state), Actor(caller, name), reason, time) for state, caller, name, reason, time in steps
        ),
    )


def netting_of(row: Row) -> NettingRecord:
    """A netting."""
    return NettingRecord(
        row["netting_id"],
        row["period_sequence"],
        row["period"],
        row["document"],
        row["hash"],
        Actor(row["caller"], row["signed_name"]),
        row["post_time"],
    )


def dispute_of(row: Row) -> DisputeRecord:
    """A dispute."""
    closing = None
    if row["close_time"] is not None:
        closing = Closing(Actor(row["close_caller"], row["close_name"]), row["close_reason"], row["close_time"])
    return DisputeRecord(
        row["dispute_id"],
        line_from(json.loads(row["document"]), row["period_sequence"]),
        row["parent_line"],
        row["reason"],
        Actor(row["caller"], row["signed_name"]),
        row["open_time"],
        closing,
    )
