"""Sales that name nobody, and their claims, over a pure ledger."""

from dataclasses import replace
from datetime import datetime

from ledger_service.domain.answers import ClaimAnswer
from ledger_service.domain.commands import Award, ClaimOrder, OrderPart, PostOrder
from ledger_service.domain.order import DocumentRef, OrderLine, ReturnBasis, anonymous_home, order_id_of
from tests.support.pure_ledger import PureLedger

CLAIM_DAYS = 90


def nobody(document_id: str, program: str = "prg") -> str:
    """The home of a sale that named nobody."""
    return anonymous_home(program, DocumentRef("till", document_id))


def anonymous_sale(ledger: PureLedger, document_id: str, lines: list[OrderLine]) -> PostOrder:
    """The command of a sale that names nobody."""
    return ledger.order_command(nobody(document_id), document_id, lines, [])


def claim(ledger: PureLedger, member: str, document_id: str, awards: list[Award]) -> ClaimOrder:
    """The command of a claim, judged on the sale as it stands."""
    order_id = order_id_of(ledger.program, DocumentRef("till", document_id))
    document = ledger.state.orders[ledger.program, order_id].document
    part = OrderPart(document_id.encode(), order_id, document, tuple(awards))
    return ClaimOrder(ledger.origin(member), document_id.encode(), part, CLAIM_DAYS)


def claimed(ledger: PureLedger, member: str, document_id: str, awards: list[Award]) -> ClaimAnswer:
    """What a claim is answered."""
    answer = ledger.run(claim(ledger, member, document_id, awards)).answer
    assert isinstance(answer, ClaimAnswer)
    return answer


def give_back(ledger: PureLedger, document_id: str, sale: str, line: int, pieces: int | None = None) -> None:
    """Pieces (None: all) of a line of a sale that named nobody come back."""
    basis = ReturnBasis.WHOLE if pieces is None else ReturnBasis.QUANTITY
    ledger.give_back(nobody(sale), document_id, sale, {line: (basis, pieces)})


def at(command: ClaimOrder, when: datetime) -> ClaimOrder:
    """A claim made at another time by the caller's clock."""
    return replace(command, origin=replace(command.origin, occur_time=when))
