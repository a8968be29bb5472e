"""What is kept of nettings, invoices and disputes."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payment_states import Actor


@dataclass(frozen=True, slots=True)
class NettingRecord:
    """A netting as it was proposed. `document` is canonical JSON, `hash` SHA-256 of it under `netting/1`."""

    netting_id: str
    sequence: int
    period: str
    document: str
    hash: bytes
    actor: Actor
    post_time: datetime


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice; `document` is canonical JSON."""

    number: str
    issuer: str
    recipient: str
    total: Money
    document: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How a dispute ended."""

    actor: Actor
    resolution: str
    time: datetime


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """A dispute of a line. `parent` is the line that a movement was split out of, else empty."""

    dispute_id: str
    line: OpenLine
    parent: str
    reason: str
    actor: Actor
    open_time: datetime
    closing: Closing | None = None
