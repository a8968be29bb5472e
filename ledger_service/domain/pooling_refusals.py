"""Why an existing program does not come into the pool, or go back; protos/loyalty/ledger/v1/error_reason.proto is the
catalogue."""

from datetime import datetime

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

POOLING_STATE = Reason("POOLING_STATE", DOMAIN, Code.FAILED_PRECONDITION)
SHADOW_NOT_ACCEPTED = Reason("SHADOW_NOT_ACCEPTED", DOMAIN, Code.FAILED_PRECONDITION)
IMPORT_NOT_COMMITTED = Reason("IMPORT_NOT_COMMITTED", DOMAIN, Code.FAILED_PRECONDITION)
CROSS_SPEND_HAPPENED = Reason("CROSS_SPEND_HAPPENED", DOMAIN, Code.FAILED_PRECONDITION)
SOURCE_LEAVING = Reason("SOURCE_LEAVING", DOMAIN, Code.ABORTED)

LEAVING_SECONDS = 5.0
"""After so long it is worth asking again."""


def pooling_state(source: str, state: str) -> Refusal:
    """An existing program does not go there from where it is."""
    metadata = {"source_program_id": source, "state": state}
    return refuse(POOLING_STATE, f"program {source} is {state}", metadata)


def shadow_not_accepted(last_item: int, accepted_item: int) -> Refusal:
    """Nobody has accepted what was compared last."""
    message = f"items up to {last_item} were compared, and those up to {accepted_item} accepted"
    return refuse(SHADOW_NOT_ACCEPTED, message, {"last_item": last_item, "accepted_item": accepted_item})


def import_not_committed(source: str) -> Refusal:
    """Balances are missing, or are not all there."""
    message = f"no import of balances of {source} is committed and proven, or one is not ended"
    return refuse(IMPORT_NOT_COMMITTED, message, {"source_program_id": source})


def cross_spend_happened(source: str, redemption_id: str, location: str, when: datetime) -> Refusal:
    """Points have crossed the border of an existing program."""
    metadata = {
        "source_program_id": source,
        "redemption_id": redemption_id,
        "location_id": location,
        "post_time": when.isoformat(),
    }
    return refuse(CROSS_SPEND_HAPPENED, f"points crossed the border of {source} by {redemption_id}", metadata)


def source_leaving(source: str) -> Refusal:
    """An existing program is leaving the pool, or has left it."""
    metadata = {"source_program_id": source}
    return refuse(SOURCE_LEAVING, f"program {source} leaves the pool", metadata, retry_after_seconds=LEAVING_SECONDS)
