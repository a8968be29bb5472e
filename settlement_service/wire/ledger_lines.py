"""The ledger's exported movements and document totals as values of the domain."""

from collections import defaultdict

from loyalty.ledger.v1 import close_pb2, movement_pb2

from settlement_service.domain.booked_lines import Owed
from settlement_service.domain.line_comparison import LedgerLine
from settlement_service.domain.till_totals import RETURN, SALE, TillDocument
from settlement_service.wire.programs import policy_of

_KINDS: dict[int, str] = {
    number: name.removeprefix("MOVEMENT_KIND_") for name, number in movement_pb2.MovementKind.items()
}


def ledger_line(message: movement_pb2.Movement) -> LedgerLine:
    """A movement of the export. An unknown kind keeps its number as its name: it agrees with nothing."""
    accrual = message.accrual
    liability: Owed = defaultdict(int)
    receivable: Owed = defaultdict(int)
    for change in message.carrying:
        liability[change.entity_id, change.currency_code] += change.liability_minor_units
        receivable[change.entity_id, change.currency_code] += change.receivable_minor_units
    return LedgerLine(
        home=message.home_member_id,
        sequence=message.sequence,
        kind=_kind(message.kind),
        points=message.points,
        outstanding_after=message.remaining_after + message.held_after,
        accrual_id=message.accrual_id,
        brand=accrual.brand_id,
        order_id=accrual.order_id,
        line_number=accrual.line_number,
        policy=policy_of(accrual.settlement_policy).value,
        reserve=accrual.reserve_entity_id,
        debts=tuple(
            (each.debtor_entity_id, each.creditor_entity_id, each.amount.currency_code, each.amount.minor_units)
            for each in message.obligations
        ),
        liability={key: amount for key, amount in liability.items() if amount},
        receivable={key: amount for key, amount in receivable.items() if amount},
    )


def till_document(parts: list[close_pb2.StreamDocumentTotalsResponse]) -> TillDocument:
    """A document from all of its messages, in order."""
    last = parts[-1]
    return TillDocument(
        kind=SALE if last.kind == close_pb2.DOCUMENT_KIND_SALE else RETURN,
        document_id=last.document_id,
        fulfilment_id=last.fulfilment_id,
        currency=last.currency_code,
        minor_units=last.total_minor_units,
        lines={line.line_number: line.minor_units for part in parts for line in part.lines},
        order_id=last.order_id,
    )


def _kind(number: int) -> str:
    return _KINDS.get(number, str(number))
