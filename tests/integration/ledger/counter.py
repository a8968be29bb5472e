"""Commands about sales and the returns that wait for them."""

from dataclasses import replace

from ledger_service.domain.commands import AwaitedSale, PostOrder, PostReturn
from ledger_service.domain.fingerprints import order_key
from tests.integration.ledger.house import Shop
from tests.support.pure_returns import Returns, ref, whole


class Counter(Shop):
    """Makes commands whose sales have the directory keys that real ones have."""

    def sale(self, member: str, document: str, *points: int, brand: str = "north", **more: object) -> PostOrder:
        command = super().sale(member, document, *points, brand=brand, **more)
        return replace(command, order=replace(command.order, document_key=key_of(document)))

    def early(self, member: str, document: str, *sales: str, known: str = "") -> PostReturn:
        """A return that waits for sales; `known` has come."""
        counter = Returns(self.pure)
        listed = [*sales, known] if known else [*sales]
        returned = counter.document(document, *(whole(sale, 1) for sale in listed))
        part = self.pure.return_part(returned, {ref(known): member} if known else {})
        part = replace(part, document_key=f"return-{document}".encode())
        awaited = tuple(AwaitedSale(key_of(sale), ref(sale), part.return_id) for sale in sales)
        return PostReturn(self.pure.origin(member), part, awaited)


def key_of(document: str) -> bytes:
    return order_key("prg", ref(document))
