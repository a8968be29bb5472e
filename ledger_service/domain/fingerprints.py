"""Directory keys and keyed hashes of what was asked.

A fingerprint covers the intent in one canonical form: lines by number, defaults filled in, never what was resolved
from it. It is keyed (HMAC), since a bare hash of a phone number would be personal data.
"""

from chassis.values.canonical import Plain, fingerprint
from chassis.values.ids import hash_of
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.order import DocumentRef, OrderDocument, ReturnDocument


class Fingerprints:
    """Made with the installation's secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def request(self, program: str, caller: str, request_id: str, intent: Plain) -> RequestKey:
        """The directory entry of a request: unique per program and caller."""
        return RequestKey(hash_of("request", program, caller, request_id), fingerprint(self._key, "intent/1", intent))

    def of_key(self) -> bytes:
        """The mark of the key itself, to notice another one."""
        return fingerprint(self._key, "key-mark/1", "ledger")


def order_key(program: str, ref: DocumentRef) -> bytes:
    """The directory key of a sale."""
    return hash_of("order", program, ref.source, ref.document_id, ref.fulfilment_id)


def return_key(program: str, ref: DocumentRef) -> bytes:
    """The directory key of a return."""
    return hash_of("return", program, ref.source, ref.document_id, ref.fulfilment_id)


def order_intent(member: Plain, document: OrderDocument) -> Plain:
    """What posting a sale asks for."""
    lines: Plain = [
        [
            line.line_number,
            line.brand,
            line.sku,
            list(line.categories),
            line.quantity,
            [line.measure.unit, line.measure.milli_units] if line.measure else None,
            line.net,
            line.paid,
            line.discount_line,
        ]
        for line in document.lines
    ]
    return [
        "order",
        member,
        _ref(document.ref),
        [document.location_id, document.channel, moment(document.occur_time)],
        [document.currency, document.total],
        lines,
    ]


def return_intent(member: Plain, document: ReturnDocument) -> Plain:
    """What posting a return asks for."""
    lines: Plain = [
        [
            line.line_number,
            [[_ref(share.sale), share.sale_line, share.basis.value, share.amount] for share in line.shares],
        ]
        for line in document.lines
    ]
    place: Plain = [document.location_id, document.channel, moment(document.occur_time)]
    return ["return", member, _ref(document.ref), place, lines]


def _ref(ref: DocumentRef) -> Plain:
    return [ref.source, ref.document_id, ref.fulfilment_id]
