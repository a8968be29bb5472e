"""What the tills of a simulation want: sales, redemptions, holds and what becomes of them, returns of each other's
sales, also of sales that have not come, and claims of sales that named nobody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Tender
from ledger_service.domain.hold import authorization_id_of
from ledger_service.domain.order import (
    DocumentRef,
    OrderDocument,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
)
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.ports import MemberRef, Outcome
from ledger_service.use_cases.requests import ClaimRequest, OrderRequest, RedeemRequest, ReturnRequest
from ledger_service.use_cases.restore_redemption import RestoreRequest
from ledger_service.use_cases.return_requests import CancelOrderRequest
from ledger_service.use_cases.spend_requests import AuthorizeRequest, CaptureRequest, VoidRequest
from tests.simulation.service import PROGRAM, Cases, Wish
from tests.support.pure_ledger import sold

Call = Callable[[Cases], Awaitable[Outcome]]


@dataclass
class Shared:
    """What all tills know: the members, and what was asked for so far (as till, request id or document, member)."""

    random: Random
    members: tuple[str, ...]
    now: Callable[[], datetime]
    sales: list[tuple[str, str, int]] = field(default_factory=list)
    nobodys: list[str] = field(default_factory=list)
    holds: list[tuple[str, str, str]] = field(default_factory=list)
    spent: list[tuple[str, str, str]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)


class Intents:
    """One till's next wishes."""

    def __init__(self, shared: Shared, till: str) -> None:
        self._shared = shared
        self._till = till

    @staticmethod
    def shared(random: Random, members: int, now: Callable[[], datetime]) -> Shared:
        """What the tills of one world share."""
        return Shared(random, tuple(f"mem-{number}" for number in range(members)), now)

    def next(self) -> Wish:
        """The next wish."""
        kinds: list[Callable[[str], Wish]] = [
            *(self._sale, self._sale, self._redemption, self._restore, self._authorize, self._authorize),
            *(self._capture, self._void, self._checkout, self._back, self._early, self._cancel),
            *(self._anonymous, self._claim, self._claim),
        ]
        return self._shared.random.choice(kinds)(self._shared.random.choice(self._shared.members))

    # --- selling

    def _sale(self, member: str, tenders: tuple[Tender, ...] = ()) -> Wish:
        document = self._number("sale")
        return self._sell(member, document, tenders)

    def _sell(self, member: str, document: str, tenders: tuple[Tender, ...] = ()) -> Wish:
        random = self._shared.random
        lines = tuple(
            sold(number, 100 * random.randint(1, 60), random.choice(("north", "harbor")), quantity=2)
            for number in range(1, random.randint(1, 3) + 1)
        )
        total = sum(line.net for line in lines)
        order = OrderDocument(DocumentRef("till", document), "shop", "", self._shared.now(), "USD", total, lines)
        self._shared.sales.append((document, member, len(lines)))
        request = OrderRequest(PROGRAM, document, MemberRef(member) if member else None, order, tenders)

        async def call(cases: Cases) -> Outcome:
            [outcome] = await cases.post_orders(self._till, [request])
            if isinstance(outcome, Refusal):
                raise outcome
            return outcome

        return Wish(self._till, document, member, call)

    def _checkout(self, member: str) -> Wish:
        mine = [one for one in self._shared.holds if one[2] == member]
        if not mine:
            return self._sale(member)
        till, request, _ = self._shared.random.choice(mine)
        held = authorization_id_of(PROGRAM, till, request)
        return self._sale(member, (Tender(held, "", 0, True, ()),))

    def _anonymous(self, _member: str) -> Wish:
        document = self._number("nobody")
        self._shared.nobodys.append(document)
        return self._sell("", document)

    def _claim(self, member: str) -> Wish:
        """Anybody may claim what is nobody's, also while it comes back or is sold."""
        if not self._shared.nobodys:
            return self._anonymous(member)
        sale, name = self._shared.random.choice(self._shared.nobodys[-4:]), self._number("claim")
        request = ClaimRequest(PROGRAM, name, MemberRef(member), DocumentRef("till", sale), self._shared.now())
        return Wish(self._till, name, member, lambda cases: cases.claim(self._till, request, _any_brand))

    # --- spending

    def _redemption(self, member: str) -> Wish:
        name, points, now = self._number("spend"), self._shared.random.randint(1, 80), self._shared.now()
        self._shared.spent.append((self._till, name, member))
        request = RedeemRequest(PROGRAM, name, MemberRef(member), "shop", "linden", "", "USD", points, now, None)
        return Wish(self._till, name, member, lambda cases: cases.redeem(self._till, request))

    def _authorize(self, member: str) -> Wish:
        random, name = self._shared.random, self._number("hold")
        points, seconds, now = random.randint(1, 80), random.choice((1, 3, 900)), self._shared.now()
        self._shared.holds.append((self._till, name, member))
        request = AuthorizeRequest(
            PROGRAM, name, MemberRef(member), "shop", "linden", "", "USD", points, now, None, seconds
        )
        return Wish(self._till, name, member, lambda cases: cases.authorize(self._till, request))

    def _capture(self, member: str) -> Wish:
        if not self._shared.holds:
            return self._authorize(member)
        till, original, owner = self._shared.random.choice(self._shared.holds)
        name, points = self._number("capture"), self._shared.random.choice((0, 0, 5, 20))
        held = authorization_id_of(PROGRAM, till, original)
        release = self._shared.random.random() < 0.3
        request = CaptureRequest(PROGRAM, name, held, points, release, self._shared.now())
        return Wish(self._till, name, owner, lambda cases: cases.capture(self._till, request, _covered))

    def _void(self, member: str) -> Wish:
        mine = [one for one in self._shared.holds if one[0] == self._till]
        if not mine:
            return self._authorize(member)
        _, original, owner = self._shared.random.choice(mine)
        name = self._number("void")
        request = VoidRequest(PROGRAM, name, "", original, MemberRef(owner), self._shared.now())
        return Wish(self._till, name, owner, lambda cases: cases.void(self._till, request, _covered))

    def _restore(self, member: str) -> Wish:
        if not self._shared.spent:
            return self._redemption(member)
        till, original, owner = self._shared.random.choice(self._shared.spent)
        name, points = self._number("restore"), self._shared.random.choice((0, 0, 1, 7))
        spent = redemption_id_of(PROGRAM, till, original)
        request = RestoreRequest(PROGRAM, name, spent, "", MemberRef(owner), points, "", self._shared.now())
        return Wish(self._till, name, owner, lambda cases: cases.restore(self._till, request, _covered))

    # --- returning

    def _back(self, member: str) -> Wish:
        if not self._shared.sales:
            return self._sale(member)
        sale, buyer, lines = self._shared.random.choice(self._shared.sales)
        return self._return_of(sale, buyer, self._shared.random.randint(1, lines))

    def _early(self, member: str) -> Wish:
        """A return that comes while nobody has posted its sale; the next sale of this till may be that one."""
        document = self._number("late")
        self._later = self._sell(member, document)
        return self._return_of(document, member, 1)

    _later: Wish | None = None

    def after(self) -> Wish | None:
        """What follows from the last wish: the sale that came too late."""
        later, self._later = self._later, None
        return later

    def _return_of(self, sale: str, buyer: str, line: int) -> Wish:
        name, now = self._number("back"), self._shared.now()
        share = ReturnedShare(
            DocumentRef("till", sale), line, ReturnBasis.QUANTITY, self._shared.random.choice((1, 1, 2))
        )
        back = ReturnDocument(DocumentRef("till", name), "shop", "", now, (ReturnLine(1, (share,)),))
        request = ReturnRequest(PROGRAM, name, MemberRef(buyer) if buyer else None, back)
        return Wish(self._till, name, buyer, lambda cases: cases.post_returns(self._till, request))

    def _cancel(self, member: str) -> Wish:
        if not self._shared.sales:
            return self._sale(member)
        sale, buyer, _ = self._shared.random.choice(self._shared.sales)
        name = self._number("cancel")
        request = CancelOrderRequest(PROGRAM, name, DocumentRef("till", sale), "shop", "", self._shared.now())
        return Wish(self._till, name, buyer, lambda cases: cases.cancel_order(self._till, request))

    def _number(self, what: str) -> str:
        return f"{what}-{next(self._shared.numbers)}"


def _covered(_location: str, _brand: str) -> None:
    """The tills of a simulation may do everything."""


def _any_brand(_brand: str) -> bool:
    """So may those who claim."""
    return True
