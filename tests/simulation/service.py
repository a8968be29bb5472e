"""The ledger's use cases over simulated parts: what a call does below the servicer, and a world around it that is
always the same: members are who they say, a line earns a point for each dollar, every second purchase five more, Linden
takes points."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import cast

from ledger_service.domain.accrual import Accrual, AccrualKind, MemberKey
from ledger_service.domain.commands import Command
from ledger_service.domain.facts import NOTHING_READ, FactsRead, History, MemberFacts, PurchasesRead
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.hold import Hold
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.redemption import Redemption, RedemptionTerms
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.authorize_redemption import AuthorizeRedemptionAtBrand
from ledger_service.use_cases.cancel_order import CancelOrders
from ledger_service.use_cases.capture_redemption import CaptureAnAuthorization
from ledger_service.use_cases.claim_order import ClaimAnonymousOrder
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.named_sales import NamedSales
from ledger_service.use_cases.ports import (
    Clock,
    Evaluation,
    Lanes,
    LineEvaluation,
    MemberRef,
    Outcome,
    Place,
    ProgramFacts,
    Resolution,
)
from ledger_service.use_cases.post_orders import PostOrders
from ledger_service.use_cases.post_returns import PostReturns
from ledger_service.use_cases.reaching_lanes import ReachingLanes
from ledger_service.use_cases.read_ports import OrderView, Reader, every_sale
from ledger_service.use_cases.redeem_points import RedeemPointsAtBrand
from ledger_service.use_cases.restore_redemption import RestoreARedemption
from ledger_service.use_cases.spend_ports import Proofs, Span
from ledger_service.use_cases.spending_proofs import SpendingProofs
from ledger_service.use_cases.spends import Spends
from ledger_service.use_cases.stale_facts import FactLanes
from ledger_service.use_cases.void_redemption import VoidARedemption
from tests.simulation.database import MemoryDatabase, Moment
from tests.simulation.lookups import MemoryOutcomes
from tests.support.pure_ledger import award, terms

PROGRAM = "prg"
AT_LINDEN = terms("linden", "0.8", {"north": "1", "harbor": "0.9"})
FACTS = ProgramFacts(
    PROGRAM,
    "rev_test",
    False,
    400,
    MappingProxyType({"shop": Place("shop", "linden", "west", "USD", "UTC")}),
    looks_at_members=True,
)
KEYS = Fingerprints(b"simulation")


@dataclass(frozen=True)
class World:
    """Peers that never fail: what breaks is the ledger's own."""

    database: MemoryDatabase
    moment: Moment
    remembered: dict[str, tuple[float, Resolution]] = field(default_factory=dict)

    def facts(self, _program: str) -> ProgramFacts:
        """The program's."""
        return FACTS

    def all(self) -> Sequence[ProgramFacts]:
        """The only program's."""
        return (FACTS,)

    async def resolve(self, _program: str, member: MemberRef) -> Resolution:
        """As identity says now, or said at most a second ago."""
        now = asyncio.get_running_loop().time()
        known = self.remembered.get(member.member_id)
        if known is None or now - known[0] >= 1:
            await self.moment("identity")
            known = self.remembered[member.member_id] = (now, self.database.links.of(member.member_id))
        return known[1]

    def forget(self, _program: str, homes: Iterable[str]) -> None:
        """Remembers nothing any more that leads to one of these homes."""
        moved = set(homes)
        for member, (_, found) in list(self.remembered.items()):
            if not moved.isdisjoint(found.homes):
                del self.remembered[member]

    async def evaluate(
        self,
        _program: str,
        order: OrderDocument,
        _revision: str | None = None,
        member: MemberFacts | None = None,
    ) -> Evaluation:
        """A point for each dollar, and five for every second purchase."""
        lines = [
            LineEvaluation(line.line_number, line.brand, (award(line.line_number, line.net // 100, line.brand),), "")
            for line in order.lines
        ]
        read = NOTHING_READ
        if member is not None:
            before = member.history.purchases
            read = FactsRead(purchases=(PurchasesRead("", before, before, before),))
            if before % 2:
                first = lines[0]
                bonus = award(first.line_number, 5, first.brand, ordinal=2, kind=AccrualKind.BONUS)
                lines[0] = replace(first, awards=(*first.awards, bonus))
        return Evaluation("rev_test", "linden", "west", "UTC", tuple(lines), order.occur_time.date(), read)

    async def history(self, wallet: MemberKey, homes: Sequence[str], _ladders: Sequence[Ladder], _day: date) -> History:
        """How often the member has bought."""
        await self.moment("look up")
        known = self.database.purchases(wallet, homes)
        return History({}, known.orders, known.brands)

    async def redemption_terms(
        self, _program: str, _location: str, _brand: str, _currency: str, _occur_time: datetime
    ) -> RedemptionTerms:
        """Linden's."""
        return AT_LINDEN


@dataclass(frozen=True)
class MemorySpendReader:
    """See `use_cases.spend_ports.SpendReader`."""

    database: MemoryDatabase
    moment: Moment

    async def hold(self, _wallet: MemberKey, _homes: Sequence[str], hold_id: str) -> Hold | None:
        """A hold, as it was left by the last command."""
        await self.moment("look up")
        return self.database.rows.holds.get(hold_id)

    async def redemption(self, _wallet: MemberKey, _homes: Sequence[str], redemption_id: str) -> Redemption | None:
        """A redemption."""
        await self.moment("look up")
        return self.database.rows.redemptions.get(redemption_id)

    async def spent_since(
        self, _wallet: MemberKey, _homes: Sequence[str], _currency: str, _span: Span, _but_hold: str
    ) -> int:
        """Nobody has to prove who spends here."""
        return 0

    async def restricted(self, _wallet: MemberKey, _homes: Sequence[str], _as_of: datetime) -> dict[str, int]:
        """Nothing is restricted here."""
        return {}

    async def spendable(
        self, _wallet: MemberKey, _homes: Sequence[str], _points: int, _as_of: datetime
    ) -> Sequence[Accrual]:
        """Nobody asks for quotes here."""
        return ()


@dataclass(frozen=True)
class MemoryOrders:
    """See `use_cases.read_ports.StoredOrders`."""

    database: MemoryDatabase
    moment: Moment

    async def order(
        self, program: str, home: str, order_id: str, sees: Callable[[OrderDocument], bool] = every_sale
    ) -> OrderView | None:
        """A posted sale, as long as it lies under that home."""
        await self.moment("look up")
        order = self.database.rows.orders.get((program, order_id))
        if order is None or order.home != home or not sees(order.document):
            return None
        return OrderView(order, (), ())


@dataclass
class Recorder:
    """Lanes that remember what was made of each request."""

    lanes: Lanes
    made: dict[tuple[str, str], list[Command]]

    async def submit(self, command: Command) -> Outcome:
        """Commits a command."""
        self.made.setdefault((command.origin.caller, command.origin.request_id), []).append(command)
        return await self.lanes.submit(command)


@dataclass(frozen=True)
class Cases:
    """The use cases of one process."""

    post_orders: PostOrders
    redeem: RedeemPointsAtBrand
    authorize: AuthorizeRedemptionAtBrand
    capture: CaptureAnAuthorization
    void: VoidARedemption
    restore: RestoreARedemption
    post_returns: PostReturns
    cancel_order: CancelOrders
    claim: ClaimAnonymousOrder


def cases_of(
    outcomes: MemoryOutcomes, reader: MemorySpendReader, orders: MemoryOrders, lanes: Recorder, clock: Clock
) -> Cases:
    """The use cases, wired as the ledger wires them."""
    world = World(reader.database, reader.moment)
    reaching = ReachingLanes(lanes, world)
    admission = Admission(outcomes, world, KEYS, clock, str)
    sales, held = NamedSales(outcomes, world), Authorizations(outcomes, world, reader)
    judging, by_facts = Judging(world, world, world), FactLanes(reaching)
    # The program asks for no proof, so that nothing of it is looked up.
    proofs = SpendingProofs(cast(Proofs, world), cast(Reader, reader), reader, clock)
    spends = Spends(admission, world, world, proofs)
    return Cases(
        post_orders=PostOrders(admission, world, judging, by_facts),
        redeem=RedeemPointsAtBrand(admission, spends, reaching),
        authorize=AuthorizeRedemptionAtBrand(admission, spends, reaching),
        capture=CaptureAnAuthorization(admission, held, reaching),
        void=VoidARedemption(admission, outcomes, world, held, reaching),
        restore=RestoreARedemption(admission, outcomes, world, reader, reaching),
        post_returns=PostReturns(admission, sales, reaching),
        cancel_order=CancelOrders(admission, outcomes, sales, reaching),
        claim=ClaimAnonymousOrder(admission, outcomes, orders, world, judging, by_facts),
    )


@dataclass(frozen=True)
class Wish:
    """What a till wants, under one request id: the call is made again, here or elsewhere, until it is answered."""

    caller: str
    request_id: str
    member: str
    call: Callable[[Cases], Awaitable[Outcome]] = field(compare=False)
