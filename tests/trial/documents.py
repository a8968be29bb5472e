"""The trial files' documents as the calls a till would make. A card stands for the file's member id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import member_pb2, order_pb2

from tests.support.mesh import moment

LONDON = ZoneInfo("Europe/London")
POSTED_KINDS = frozenset(("full", "split", "partial"))


@dataclass(frozen=True, slots=True)
class Document:
    """One call: a sale, or a return whose sales were posted before it."""

    document_id: str
    card: str
    call: ledger.PostOrderRequest | ledger.PostReturnRequest

    @property
    def line_count(self) -> int:
        """Lines of the document."""
        if isinstance(self.call, ledger.PostOrderRequest):
            return len(self.call.order.lines)
        return len(self.call.return_document.lines)


def card(value: str) -> member_pb2.MemberRef:
    """A member by card."""
    return member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=value))


def uci_document(program: str, document: Mapping[str, Any]) -> Document | None:
    """A sale, or what of a cancellation names its sales; None if nothing of it does."""
    if document["kind"] == "sale":
        order = _uci_order(document)
        return _sale(program, document["member_id"], order)
    # Six lines called partial name no sale at all.
    lines = [
        _uci_return_line(line) for line in document["lines"] if line["match_kind"] in POSTED_KINDS and line["match"]
    ]
    if not lines:
        return None
    goods = returns.Return(
        source="uci",
        document_id=document["doc"],
        location_id=document["location_id"],
        occur_time=moment(_london(document["ts"])),
        lines=lines,
    )
    call = ledger.PostReturnRequest(
        program_id=program,
        request_id=f"trial:{document['doc']}",
        member=card(document["member_id"]),
        return_document=goods,
    )
    return Document(document["doc"], document["member_id"], call)


def cj_document(program: str, order: Mapping[str, Any]) -> Document:
    """A sale."""
    lines = [
        order_pb2.OrderLine(
            line_number=line["n"],
            brand_id=line["brand"],
            sku=line["sku"],
            category_ids=[_as_id(line["dept"]).lower()] if line["dept"] else [],
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
    return _sale(program, order["member_id"], message)


def _sale(program: str, member: str, order: order_pb2.Order) -> Document:
    request_id = f"trial:{order.document_id}"
    call = ledger.PostOrderRequest(program_id=program, request_id=request_id, member=card(member), order=order)
    return Document(order.document_id, member, call)


def _uci_order(document: Mapping[str, Any]) -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(
            line_number=line["n"],
            brand_id=line["brand"] or "",
            sku=_as_id(line["sku"]),
            quantity=line["qty"],
            net_minor_units=line["amt"],
        )
        for line in document["lines"]
    ]
    return order_pb2.Order(
        source="uci",
        document_id=document["doc"],
        location_id=document["location_id"],
        occur_time=moment(_london(document["ts"])),
        currency_code=document["ccy"],
        total_minor_units=document["total"],
        lines=lines,
    )


def _uci_return_line(line: Mapping[str, Any]) -> returns.ReturnLine:
    shares = [
        returns.ReturnedShare(
            sale_line=returns.SaleLineRef(order=order_pb2.OrderRef(source="uci", document_id=sale), line_number=number),
            quantity=pieces,
        )
        for sale, number, pieces in line["match"]
    ]
    return returns.ReturnLine(line_number=line["n"], sale_lines=shares)


def _london(wall_clock: str) -> datetime:
    return datetime.fromisoformat(wall_clock).replace(tzinfo=LONDON).astimezone(UTC)


def _as_id(text: str) -> str:
    """What an adapter does with a code that is no id, such as BANK CHARGES."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text)
