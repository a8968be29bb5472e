"""The sales that a return names: where they were posted, whose they are, and the return as it is to be carried out."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger_service.domain import refusals
from ledger_service.domain.commands import ReturnPart, SaleLock
from ledger_service.domain.commands.earn import sale_locks
from ledger_service.domain.fingerprints import order_key, return_key
from ledger_service.domain.order import DocumentRef, ReturnDocument, SaleHome, SaleHomes, is_anonymous
from ledger_service.use_cases.ports import MemberRef, Members, Outcomes, Place, ProgramFacts, Resolution


class Found(NamedTuple):
    """Sales under the homes they were posted under, and those that have not come."""

    sales: SaleHomes
    missing: tuple[DocumentRef, ...]


class NamedSales:
    """Looks sales up."""

    def __init__(self, outcomes: Outcomes, members: Members) -> None:
        self._outcomes = outcomes
        self._members = members

    async def find(self, program: str, refs: Sequence[DocumentRef]) -> Found:
        """Which of the sales have come, and where they lie."""
        posted = await asyncio.gather(*(self._outcomes.of_document(order_key(program, ref)) for ref in refs))
        both = list(zip(refs, posted, strict=True))
        return Found(
            tuple(SaleHome(ref, one.home) for ref, one in both if one is not None),
            tuple(ref for ref, one in both if one is None),
        )

    async def posted(self, program: str, refs: Sequence[DocumentRef]) -> SaleHomes:
        """The sales, each of which must have come; SALE_NOT_FOUND."""
        found = await self.find(program, refs)
        for ref in found.missing:
            raise refusals.sale_not_found(ref)
        return found.sales

    async def owner(self, program: str, member: MemberRef | None, sales: SaleHomes) -> Resolution:
        """Whose wallet the sales lie in: one root for all of them, and that of the member if one is named.
        OTHER_MEMBERS_ORDER. A sale that is nobody's may be brought back by anybody."""
        first = await self.wallet_of(program, sales[0].home)
        named = None if member is None else await self._members.resolve(program, member)
        await self.check(program, sales, first.root if named is None or is_anonymous(first.root) else named.root)
        return first

    async def member(self, program: str, member: MemberRef, sales: SaleHomes) -> Resolution:
        """The named member, whose wallet the sales must lie in; OTHER_MEMBERS_ORDER."""
        named = await self._members.resolve(program, member)
        await self.check(program, sales, named.root)
        return named

    async def check(self, program: str, sales: Iterable[SaleHome], root: str) -> None:
        """Refuses sales that do not lie in the root's wallet."""
        for sale in sales:
            if (await self.wallet_of(program, sale.home)).root != root:
                raise refusals.other_members_order(sale.sale)

    async def wallet_of(self, program: str, home: str) -> Resolution:
        """The wallet that a home belongs to; a sale that is nobody's has one of its own."""
        if is_anonymous(home):
            return nobodys(home)
        return await self._members.resolve(program, MemberRef(member_id=home))


def nobodys(home: str) -> Resolution:
    """The wallet of a sale that is nobody's: its own home."""
    return Resolution(home, home, (home,), merge_seq=0, home_location_id="")


def place_of(facts: ProgramFacts, location_id: str) -> Place:
    """A location of the program; LOCATION_NOT_FOUND."""
    place = facts.places.get(location_id)
    if place is None:
        raise refusals.location_not_found(facts.program, location_id)
    return place


def return_part(facts: ProgramFacts, document: ReturnDocument, sales: SaleHomes) -> ReturnPart:
    """The return by the program's policy, at a place that it must have; LOCATION_NOT_FOUND."""
    return ReturnPart(
        program=facts.program,
        document_key=return_key(facts.program, document.ref),
        document=document,
        sales=sales,
        policy=facts.policies.returns,
        place_entity=place_of(facts, document.location_id).operator,
    )


def locks_of(program: str, sales: SaleHomes) -> tuple[SaleLock, ...]:
    """Locks of those sales that are nobody's: they may be claimed at the same time, in another lane."""
    return sale_locks(tuple((order_key(program, sale.sale), sale.home) for sale in sales))
