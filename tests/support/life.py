"""A member's life at random on a real engine: earning, spending, holding, returning, lapsing, with a clock that is
moved between the commands. Every kind of movement that commands of one member make comes up sooner or later."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import ON_EVENT, AccrualKind
from ledger_service.domain.commands import (
    ActivatePending,
    AuthorizeRedemption,
    Award,
    CancelPending,
    CaptureRedemption,
    Command,
    ExtendExpiry,
    IncreaseHold,
    PostReturn,
    RedeemPoints,
    RestoreRedemption,
    VoidRedemption,
)
from ledger_service.domain.commands.earn import PendingTarget
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    order_id_of,
)
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy
from tests.support.engine import Engine
from tests.support.pure_ledger import PureLedger, award, sold, terms

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1", "peak": "1"})
DAY = timedelta(days=1)


@dataclass
class Life:
    """One member; `step` does something, which may be refused."""

    engine: Engine
    clock: ManualClock
    chance: Random
    member: str = "ana"
    pure: PureLedger = field(default_factory=PureLedger)
    sales: list[str] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)
    steps: int = 0

    async def step(self) -> None:
        """Lets time pass, then does one thing."""
        self.clock.advance(timedelta(seconds=self.chance.choice((1, 600, 86_400, 4 * 86_400, 15 * 86_400))))
        self.pure.now = self.clock.now()
        self.steps += 1
        doings = [self.sale, self.spend, self.back] * 2 + [self.hold, self.after_hold, self.restore, self.retime]
        command = self.chance.choice(doings)()
        try:
            await self.engine.keeper.submit(command)
        except Refusal:
            return

    def sale(self) -> Command:
        document = f"{self.member}-{self.steps}"
        self.sales.append(document)
        awards = [self._award(line) for line in (1, 2)]
        return self.pure.order_command(
            self.member, document, [sold(1, 1000, "north", 4), sold(2, 500, "harbor", 4)], awards
        )

    def _award(self, line: int) -> Award:
        now, chance = self.clock.now(), self.chance
        expiry = chance.choice((None, now + chance.randint(1, 60) * DAY))
        ready = chance.choice((None, None, now + chance.randint(1, 30) * DAY, ON_EVENT))
        kind = chance.choice(tuple(AccrualKind))
        given = award(
            line,
            chance.randint(1, 60),
            ("north", "harbor")[line - 1],
            kind=kind,
            available_time=ready,
            expire_time=expiry,
        )
        if expiry is not None and chance.random() < 0.4:
            return replace(given, rolling_days=chance.randint(1, 40))
        return given

    def spend(self) -> Command:
        origin = self.pure.origin(self.member)
        redemption_id = f"red-{self.member}-{origin.request_id}"
        self.spent.append(redemption_id)
        return RedeemPoints(origin, redemption_id.encode(), redemption_id, self.chance.randint(2, 90), LINDEN, None)

    def back(self) -> Command:
        sale = self.chance.choice(self.sales[-3:] or ["none"])
        ref, shares = DocumentRef("till", sale), ReturnedShare
        share = shares(ref, self.chance.choice((1, 2)), ReturnBasis.QUANTITY, self.chance.randint(2, 4))
        document = ReturnDocument(
            DocumentRef("till", f"r-{self.steps}"), "shop", "store", self.pure.now, (ReturnLine(1, (share,)),)
        )
        part = self.pure.return_part(document, {ref: self.member} if self.sales else {})
        return PostReturn(self.pure.origin(self.member), part)

    def hold(self) -> Command:
        origin = self.pure.origin(self.member)
        hold_id = f"aut-{self.member}-{origin.request_id}"
        self.holds.append(hold_id)
        seconds = self.chance.choice((300, 90_000, 10 * 86_400))
        points = self.chance.randint(2, 60)
        return AuthorizeRedemption(origin, hold_id.encode(), hold_id, points, LINDEN, None, seconds)

    def after_hold(self) -> Command:
        origin, hold_id = self.pure.origin(self.member), self.chance.choice(self.holds or ["none"])
        match self.chance.randrange(3):
            case 0:
                return VoidRedemption(origin, hold_id, b"")
            case 1:
                return IncreaseHold(origin, hold_id, self.chance.randint(1, 20))
        redemption_id = f"red-{self.member}-{origin.request_id}"
        self.spent.append(redemption_id)
        points = self.chance.choice((0, self.chance.randint(2, 20)))
        return CaptureRedemption(
            origin, redemption_id.encode(), redemption_id, hold_id, points, self.chance.random() < 0.5
        )

    def restore(self) -> Command:
        redemption_id = self.chance.choice(self.spent or ["none"])
        policy = ReturnPolicy(lapsed=self.chance.choice(tuple(LapsedRestore)), grace_days=10)
        points = self.chance.choice((0, self.chance.randint(1, 20)))
        return RestoreRedemption(self.pure.origin(self.member), redemption_id, points, "asked", policy, b"")

    def retime(self) -> Command:
        origin = self.pure.origin(self.member)
        if self.chance.random() < 0.5:
            later = self.clock.now() + self.chance.randint(1, 90) * DAY
            return ExtendExpiry(origin, f"ext-{origin.request_id}", (), later, "kind", "op")
        sale = self.chance.choice(self.sales or ["none"])
        target = self._target(sale)
        if self.chance.random() < 0.7:
            return ActivatePending(origin, f"act-{origin.request_id}", target)
        return CancelPending(origin, f"can-{origin.request_id}", target, "asked")

    def _target(self, sale: str) -> PendingTarget:
        return PendingTarget(order_id_of("prg", DocumentRef("till", sale)), 0, "", self.member)
