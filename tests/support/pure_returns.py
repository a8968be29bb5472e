"""Everything that brings goods back, over the in-memory ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_service.domain.answers import (
    AnnouncedAnswer,
    CancelledReturnAnswer,
    ExchangeAnswer,
    ResolvedReturnAnswer,
    ReturnAnswer,
)
from ledger_service.domain.commands import (
    AwaitedSale,
    CancelOrder,
    CancelReturn,
    ExchangeOrder,
    OpenReturn,
    PostOrder,
    PostReturn,
    ResolveParkedReturn,
    ReturnPart,
)
from ledger_service.domain.fingerprints import announcement_key, cancellation_key, order_key
from ledger_service.domain.order import (
    DocumentRef,
    PostedOrder,
    PostedReturn,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    order_id_of,
    return_id_of,
)
from ledger_service.domain.policies import ReturnPolicy
from tests.support.pure_ledger import PureLedger

DEBT = ReturnPolicy()


def ref(document_id: str) -> DocumentRef:
    """A document of the till."""
    return DocumentRef("till", document_id)


def pieces(sale: str, line: int, count: int) -> ReturnedShare:
    """Some pieces of a sale's line."""
    return ReturnedShare(ref(sale), line, ReturnBasis.QUANTITY, count)


def amount(sale: str, line: int, minor_units: int) -> ReturnedShare:
    """A part of a line's amount."""
    return ReturnedShare(ref(sale), line, ReturnBasis.AMOUNT, minor_units)


def whole(sale: str, line: int) -> ReturnedShare:
    """A line, or what is left of it."""
    return ReturnedShare(ref(sale), line, ReturnBasis.WHOLE, None)


@dataclass
class Returns:
    """The counter where goods come back. Sales that were not posted are waited for."""

    ledger: PureLedger

    def bring(self, member: str, document_id: str, *shares: ReturnedShare, policy: ReturnPolicy = DEBT) -> ReturnAnswer:
        """Posts a return, or parks it if a sale of it has not come."""
        answer = self.ledger.run(self.return_command(member, document_id, *shares, policy=policy)).answer
        assert isinstance(answer, ReturnAnswer)
        return answer

    def return_command(
        self, member: str, document_id: str, *shares: ReturnedShare, policy: ReturnPolicy = DEBT
    ) -> PostReturn:
        """The command of a return, as the use case makes it. The sales it waits for will find it."""
        document = self.document(document_id, *shares)
        part = self.part(document, policy)
        missing = [sale for sale in document.sales if self.order(sale) is None]
        for sale in missing:
            order_id = order_id_of(self.ledger.program, sale)
            waiting = (*self.ledger.state.parked.get(order_id, ()), part.return_id)
            self.ledger.state.parked[order_id] = waiting
        awaited = tuple(AwaitedSale(order_key(self.ledger.program, sale), sale, part.return_id) for sale in missing)
        return PostReturn(self.ledger.origin(member), part, awaited)

    def announce(
        self, member: str, document_id: str, *shares: ReturnedShare, policy: ReturnPolicy = DEBT
    ) -> AnnouncedAnswer:
        """Announces a return."""
        part = self.part(self.document(document_id, *shares), policy)
        key = announcement_key(self.ledger.program, part.return_id)
        answer = self.ledger.run(OpenReturn(self.ledger.origin(member), key, part)).answer
        assert isinstance(answer, AnnouncedAnswer)
        return answer

    def cancel(self, member: str, document_id: str) -> CancelledReturnAnswer:
        """Cancels an announced return."""
        return_id = return_id_of(self.ledger.program, ref(document_id))
        answer = self.ledger.run(CancelReturn(self.ledger.origin(member), return_id)).answer
        assert isinstance(answer, CancelledReturnAnswer)
        return answer

    def reject(self, member: str, document_id: str, why: str = "nobody knows it") -> ResolvedReturnAnswer:
        """A person rejects a parked return."""
        return self._resolve(member, document_id, why, None)

    def correct(self, member: str, document_id: str, *shares: ReturnedShare) -> ResolvedReturnAnswer:
        """A person names the right lines of a parked return."""
        return self._resolve(member, document_id, "", self.part(self.document(document_id, *shares), DEBT))

    def _resolve(
        self, member: str, document_id: str, reject: str, corrected: ReturnPart | None
    ) -> ResolvedReturnAnswer:
        return_id = return_id_of(self.ledger.program, ref(document_id))
        origin = self.ledger.origin(member)
        answer = self.ledger.run(ResolveParkedReturn(origin, return_id, member, reject, corrected, "kim")).answer
        assert isinstance(answer, ResolvedReturnAnswer)
        return answer

    def cancel_sale(self, member: str, sale: str, policy: ReturnPolicy = DEBT) -> ReturnAnswer:
        """Takes a whole sale back."""
        order_id = order_id_of(self.ledger.program, ref(sale))
        key = cancellation_key(self.ledger.program, order_id)
        command = CancelOrder(
            self.ledger.origin(member), key, ref(sale), order_id, member, policy, "shop-entity", "changed her mind"
        )
        answer = self.ledger.run(command).answer
        assert isinstance(answer, ReturnAnswer)
        return answer

    def exchange(self, document_id: str, shares: Mapping[int, ReturnedShare], sold: PostOrder) -> ExchangeAnswer:
        """Takes goods back and sells others, as the sale's command says."""
        part = self.part(self.document(document_id, *shares.values()), DEBT)
        answer = self.ledger.run(ExchangeOrder(sold.origin, part, sold.order)).answer
        assert isinstance(answer, ExchangeAnswer)
        return answer

    def document(self, document_id: str, *shares: ReturnedShare) -> ReturnDocument:
        """A return with each share on a line of its own."""
        lines = tuple(ReturnLine(number, (share,)) for number, share in enumerate(shares, start=1))
        return ReturnDocument(ref(document_id), "shop", "store", self.ledger.now, lines)

    def part(self, document: ReturnDocument, policy: ReturnPolicy = DEBT) -> ReturnPart:
        """The return of the sales that have come."""
        known = ((sale, self.order(sale)) for sale in document.sales)
        return self.ledger.return_part(document, {sale: order.home for sale, order in known if order}, policy)

    def order(self, sale: DocumentRef) -> PostedOrder | None:
        """A sale that was posted."""
        return self.ledger.state.orders.get((self.ledger.program, order_id_of(self.ledger.program, sale)))

    def known(self, document_id: str) -> PostedReturn:
        """A return as it is kept."""
        return self.ledger.state.returns[return_id_of(self.ledger.program, ref(document_id))]
