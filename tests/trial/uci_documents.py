"""The gift shop's file as calls: sales, returns that name their sales or wait for them, corrections of sold lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.type.v1 import order_pb2

from tests.support.mesh import moment
from tests.trial.documents import Call, Document, as_id, card, sale
from tests.trial.uci_plan import Corrected, Raw, Refused, Returned, SaleLine, Step, Waiting, plan

SOURCE = "uci"
LONDON = ZoneInfo("Europe/London")


def uci_documents(program: str, documents: Iterable[Raw], *, early_in_order: bool = False) -> list[Document]:
    """Every line of the file in a call, in the file's order. With `early_in_order` a return that came before its sale
    is posted right after it instead."""
    listed = list(documents)
    writer = _Writer(program, listed)
    calls: list[Document] = []
    deferred: dict[str, list[Document]] = {}
    for document in _with_seconds(listed):
        if document["kind"] == "sale":
            calls.append(writer.sale(document))
            calls += deferred.pop(document["doc"], ())
        for step in writer.steps.get(document["doc"], ()):
            call = writer.of_step(document, step)
            if early_in_order and isinstance(step, Waiting) and step.sale_line:
                deferred.setdefault(step.sale_line[0], []).append(call)
            else:
                calls.append(call)
    return calls


def waiting_id(line: Waiting) -> str:
    """The fulfilment id of a line that waits by itself, so that it waits for nothing but its own sale."""
    return f"{line.kind}-{line.number}"


def _with_seconds(documents: Iterable[Raw]) -> Iterator[Raw]:
    """The file knows minutes only: a member's documents of one minute follow each other by seconds, so that which
    points are oldest does not hang on ids, which differ from program to program."""
    last: dict[str, tuple[str, int]] = {}
    for document in documents:
        minute, place = last.get(document["member_id"], ("", 0))
        place = place + 1 if minute == document["ts"] else 0
        last[document["member_id"]] = (document["ts"], place)
        when = datetime.fromisoformat(document["ts"]) + timedelta(seconds=place)
        yield {**document, "time": moment(when.replace(tzinfo=LONDON).astimezone(UTC))}


def _ref(sale_id: str) -> order_pb2.OrderRef:
    return order_pb2.OrderRef(source=SOURCE, document_id=sale_id)


def _share(sale_line: SaleLine, *, pieces: int = 0, amount: int = 0) -> returns.ReturnedShare:
    named = returns.SaleLineRef(order=_ref(sale_line[0]), line_number=sale_line[1])
    if pieces:
        return returns.ReturnedShare(sale_line=named, quantity=pieces)
    return returns.ReturnedShare(sale_line=named, amount_minor_units=amount)


@dataclass(slots=True)
class _Writer:
    """Writes the calls of one program."""

    program: str
    steps: dict[str, list[Step]]
    _lines: dict[SaleLine, Raw]

    def __init__(self, program: str, documents: list[Raw]) -> None:
        self.program = program
        self.steps = plan(documents)
        self._lines = {(document["doc"], line["n"]): line for document in documents for line in document["lines"]}

    def sale(self, document: Raw) -> Document:
        """A sale."""
        lines = [
            order_pb2.OrderLine(
                line_number=line["n"],
                brand_id=line["brand"] or "",
                sku=as_id(line["sku"]),
                quantity=line["qty"],
                net_minor_units=line["amt"],
            )
            for line in document["lines"]
        ]
        order = order_pb2.Order(
            source=SOURCE,
            document_id=document["doc"],
            location_id=document["location_id"],
            occur_time=document["time"],
            currency_code=document["ccy"],
            total_minor_units=document["total"],
            lines=lines,
        )
        return sale(self.program, document["member_id"], order)

    def of_step(self, document: Raw, step: Step) -> Document:
        """What becomes of one or more lines of a cancellation."""
        return Document(document["doc"], document["member_id"], self._call(document, step))

    def _call(self, document: Raw, step: Step) -> Call:
        match step:
            case Returned(lines):
                goods = [
                    returns.ReturnLine(
                        line_number=n, sale_lines=[_share(line, pieces=pieces) for line, pieces in taken]
                    )
                    for n, taken in lines
                ]
                return self._return(document, "", goods)
            case Waiting(number, kind, pieces, sale_line):
                awaited = sale_line or (f"{kind}-{document['doc']}-{number}", 1)
                line = returns.ReturnLine(line_number=number, sale_lines=[_share(awaited, pieces=pieces)])
                return self._return(document, waiting_id(step), [line])
            case Corrected(number, _, (sold, place), pieces, amount):
                raw = self._lines[sold, place]
                line_after = order_pb2.OrderLine(
                    line_number=place,
                    brand_id=raw["brand"] or "",
                    sku=as_id(raw["sku"]),
                    quantity=pieces,
                    net_minor_units=amount,
                )
                return self._correction(document, number, sold, line_after)
            case Refused():
                return self._refused(document, step)

    def _refused(self, document: Raw, step: Refused) -> Call:
        if step.reason == "NOT_RETURNABLE":
            share = _share(step.sale_line, pieces=step.pieces, amount=step.amount)
            line = returns.ReturnLine(line_number=step.number, sale_lines=[share])
            return self._return(document, f"{step.kind}-{step.number}", [line])
        sold, place = step.sale_line
        discount = order_pb2.OrderLine(
            line_number=place,
            sku=as_id(self._lines[document["doc"], step.number]["sku"]),
            quantity=step.pieces,
            net_minor_units=step.amount,
            discount_line=True,
        )
        return self._correction(document, step.number, sold, discount)

    def _return(self, document: Raw, fulfilment_id: str, lines: list[returns.ReturnLine]) -> ledger.PostReturnRequest:
        goods = returns.Return(
            source=SOURCE,
            document_id=document["doc"],
            fulfilment_id=fulfilment_id,
            location_id=document["location_id"],
            occur_time=document["time"],
            lines=lines,
        )
        return ledger.PostReturnRequest(
            program_id=self.program,
            request_id=f"trial:{document['doc']}:{fulfilment_id}",
            member=card(document["member_id"]),
            return_document=goods,
        )

    def _correction(
        self, document: Raw, number: int, sold: str, line: order_pb2.OrderLine
    ) -> orders.CorrectOrderLineRequest:
        return orders.CorrectOrderLineRequest(
            program_id=self.program,
            request_id=f"trial:{document['doc']}:{number}",
            order=_ref(sold),
            line=line,
            reason=f"cancelled by {document['doc']}",
            operator_id="office",
            location_id=document["location_id"],
            occur_time=document["time"],
        )
