"""Goods that come back: posted, announced, parked, resolved, cancelled."""

from dataclasses import dataclass

from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.origin import AwaitedSale, DirectoryEntry, SaleLock, Touches
from ledger_service.domain.order import DocumentRef, ReturnDocument, SaleHomes, order_id_of, return_id_of
from ledger_service.domain.policies import ReturnPolicy


@dataclass(frozen=True, slots=True)
class ReturnPart:
    """A return to be carried out: its document, the homes of the sales it names, and the program's policy.

    `place_entity` is the entity at the place of return, which owes the issuers what it withholds from a refund.
    """

    program: str
    document_key: bytes
    document: ReturnDocument
    sales: SaleHomes
    policy: ReturnPolicy
    place_entity: str

    @property
    def return_id(self) -> str:
        """The return's id."""
        return return_id_of(self.program, self.document.ref)

    @property
    def entry(self) -> DirectoryEntry:
        """Its directory entry."""
        return DirectoryEntry(self.document_key, self.document.ref)

    @property
    def sale_keys(self) -> tuple[tuple[str, str], ...]:
        """The sales as (order id, home)."""
        return tuple((order_id_of(self.program, sale.sale), sale.home) for sale in self.sales)


@dataclass(frozen=True, slots=True)
class PostReturn(BaseCommand):
    """Reverses what the returned lines earned and restores what paid for them; `sales` are all the wallet's own.

    With `awaited` it is parked instead: those sales have not been posted yet. `sale_locks` are directory entries of
    sales that named nobody.
    """

    returned: ReturnPart
    awaited: tuple[AwaitedSale, ...] = ()
    sale_locks: tuple[SaleLock, ...] = ()

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The return's."""
        return (self.returned.entry,)

    @property
    def awaits(self) -> tuple[AwaitedSale, ...]:
        """The sales it waits for."""
        return self.awaited

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """Sales of nobody's."""
        return self.sale_locks

    @property
    def touches(self) -> Touches:
        """The sales, and what was announced of them."""
        return Touches(sales=self.returned.sale_keys, holds=(self.returned.return_id,))


@dataclass(frozen=True, slots=True)
class OpenReturn(BaseCommand):
    """Holds what remains of the accruals of announced lines. `sale_locks` as in PostReturn."""

    directory_key: bytes
    returned: ReturnPart
    sale_locks: tuple[SaleLock, ...] = ()

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The announcement's; the return itself has one of its own."""
        return (DirectoryEntry(self.directory_key, self.returned.document.ref),)

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """Sales of nobody's."""
        return self.sale_locks

    @property
    def touches(self) -> Touches:
        """The sales, and the return itself, which may have come already."""
        returns = tuple((home, self.returned.return_id) for home in self.origin.homes)
        return Touches(sales=self.returned.sale_keys, returns=returns)


@dataclass(frozen=True, slots=True)
class CancelReturn(BaseCommand):
    """Frees what an announced return holds."""

    return_id: str

    @property
    def touches(self) -> Touches:
        """The hold."""
        return Touches(holds=(self.return_id,))


@dataclass(frozen=True, slots=True)
class ResolveParkedReturn(BaseCommand):
    """Ends the waiting of a parked return: rejected for `reject`, or carried out with `corrected` lines."""

    return_id: str
    home: str
    reject: str
    corrected: ReturnPart | None
    operator_id: str

    @property
    def touches(self) -> Touches:
        """The return, what was announced of it, and the sales of its corrected lines."""
        sales = self.corrected.sale_keys if self.corrected else ()
        return Touches(returns=((self.home, self.return_id),), holds=(self.return_id,), sales=sales)


@dataclass(frozen=True, slots=True)
class CancelOrder(BaseCommand):
    """Takes back what is left of a sale."""

    directory_key: bytes
    sale: DocumentRef
    order_id: str
    sale_home: str
    policy: ReturnPolicy
    place_entity: str
    reason: str
    sale_locks: tuple[SaleLock, ...] = ()

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The cancellation's."""
        return (DirectoryEntry(self.directory_key, self.sale),)

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """The sale, if it is nobody's."""
        return self.sale_locks

    @property
    def touches(self) -> Touches:
        """The sale."""
        return Touches(sales=((self.order_id, self.sale_home),))
