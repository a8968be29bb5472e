"""Directory keys and keyed hashes of what was asked.

A fingerprint covers the intent in one canonical form: lines by number, defaults filled in, never what was resolved
from it. It is keyed (HMAC), since a bare hash of a phone number would be personal data.
"""

from collections.abc import Sequence

from chassis.values.canonical import Plain, fingerprint
from chassis.values.ids import hash_of
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RequestKey, Tender
from ledger_service.domain.order import DocumentRef, OrderDocument, OrderLine, ReturnDocument, ReturnLine
from ledger_service.domain.redemption import redemption_key as redemption_key


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


def authorization_key(program: str, authorization_id: str) -> bytes:
    """The directory key of an authorization."""
    return hash_of("authorization", program, authorization_id)


def announcement_key(program: str, return_id: str) -> bytes:
    """The directory key of an announced return."""
    return hash_of("announcement", program, return_id)


def cancellation_key(program: str, order_id: str) -> bytes:
    """The directory key of the cancellation of a sale."""
    return hash_of("cancellation", program, order_id)


def adjustment_key(program: str, adjustment_id: str) -> bytes:
    """The directory key of an adjustment."""
    return hash_of("adjustment", program, adjustment_id)


def transfer_key(program: str, transfer_id: str) -> bytes:
    """The directory key of a transfer."""
    return hash_of("transfer", program, transfer_id)


def arrival_key(program: str, transfer_id: str) -> bytes:
    """The directory key of a transfer's arrival."""
    return hash_of("arrival", program, transfer_id)


def order_intent(member: Plain, document: OrderDocument, tenders: Sequence[Tender] = ()) -> Plain:
    """What posting a sale asks for. Tenders, payments and attributes are told only where there are some, so that older
    fingerprints stay what they were."""
    payments: list[Plain] = [[one.means, one.amount] for one in document.payments]
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
            *attributes_told(line),
        ]
        for line in document.lines
    ]
    paid: list[Plain] = [[_tender(tender) for tender in tenders]] if tenders else []
    return [
        "order",
        member,
        _ref(document.ref),
        [document.location_id, document.channel, moment(document.occur_time)],
        [document.currency, document.total, *([payments] if payments else [])],
        lines,
        *paid,
    ]


def attributes_told(line: OrderLine) -> list[Plain]:
    """The attributes of a line as one further element, or none if it has none."""
    return [[list(attribute) for attribute in line.attributes]] if line.attributes else []


def _tender(tender: Tender) -> Plain:
    lines: Plain = [[line.line_number, line.points] for line in sorted(tender.lines, key=lambda one: one.line_number)]
    return [tender.authorization_id, tender.redemption_id, tender.points, tender.release_rest, lines]


def return_intent(member: Plain, document: ReturnDocument) -> Plain:
    """What posting a return asks for."""
    place: Plain = [document.location_id, document.channel, moment(document.occur_time)]
    return ["return", member, _ref(document.ref), place, return_lines(document.lines)]


def return_lines(lines: Sequence[ReturnLine]) -> Plain:
    """What the lines of a return ask for."""
    return [
        [
            line.line_number,
            [[_ref(share.sale), share.sale_line, share.basis.value, share.amount] for share in line.shares],
        ]
        for line in lines
    ]


def _ref(ref: DocumentRef) -> Plain:
    return [ref.source, ref.document_id, ref.fulfilment_id]
