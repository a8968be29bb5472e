"""The documents of trial files as the calls a till would make. A card stands for a file's member id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.type.v1 import member_pb2, order_pb2

from tests.support.mesh import moment

Call = ledger.PostOrderRequest | ledger.PostReturnRequest | orders.CorrectOrderLineRequest


@dataclass(frozen=True, slots=True)
class Document:
    """One call of a member's: a sale, a return, or the correction of a sold line. `document_id` is the file's."""

    document_id: str
    card: str
    call: Call

    @property
    def line_count(self) -> int:
        """Lines of the file that the call carries."""
        if isinstance(self.call, ledger.PostOrderRequest):
            return len(self.call.order.lines)
        if isinstance(self.call, ledger.PostReturnRequest):
            return len(self.call.return_document.lines)
        return 1


def card(value: str) -> member_pb2.MemberRef:
    """A member by card."""
    return member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=value))


def as_id(text: str) -> str:
    """What an adapter does with a code that is no id, such as BANK CHARGES."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text)


def sale(program: str, member: str, order: order_pb2.Order) -> Document:
    """A sale of a member."""
    request_id = f"trial:{order.document_id}"
    call = ledger.PostOrderRequest(program_id=program, request_id=request_id, member=card(member), order=order)
    return Document(order.document_id, member, call)


def cj_document(program: str, order: Mapping[str, Any]) -> Document:
    """A sale of the real-shaped file."""
    lines = [
        order_pb2.OrderLine(
            line_number=line["n"],
            brand_id=line["brand"],
            sku=line["sku"],
            category_ids=[as_id(line["dept"]).lower()] if line["dept"] else [],
            quantity=line["qty"],
            net_minor_units=line["net"],
            paid_minor_units=line["paid"],
        )
        for line in order["lines"]
    ]
    message = order_pb2.Order(
        source="cj",
        document_id=order["order_id"],
        location_id=order["location_id"],
        occur_time=moment(datetime.fromisoformat(order["ts"])),
        currency_code=order["ccy"],
        total_minor_units=order["net"],
        lines=lines,
    )
    return sale(program, order["member_id"], message)
