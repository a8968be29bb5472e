"""The ledger's state machine over an in-memory slice that holds everything: for tests that need no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import NEVER, AccrualKind, Funder, MemberKey, PointRate
from ledger_service.domain.answers import LogPosition, OrderAnswer, RedemptionAnswer, ReturnAnswer
from ledger_service.domain.apply import Applied, Stamp, apply
from ledger_service.domain.commands import (
    Award,
    Command,
    OrderPart,
    Origin,
    PostOrder,
    PostReturn,
    RedeemPoints,
    RequestKey,
    ReturnPart,
)
from ledger_service.domain.event import Event
from ledger_service.domain.order import (
    DocumentRef,
    OrderDocument,
    OrderLine,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    SaleHome,
    order_id_of,
)
from ledger_service.domain.policies import ReturnPolicy, SettlementPolicy
from ledger_service.domain.purchases import Purchases
from ledger_service.domain.redemption import RedemptionTerms, SettlementTerm, Worth
from ledger_service.domain.slice import Slice
from tests.support.pure_limits import provide

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_DEBT = ReturnPolicy()
CENT_PER_POINT = PointRate("USD", Ratio(1, 1))


def award(
    line_number: int,
    points: int,
    brand: str,
    *,
    rule: str | None = None,
    ordinal: int = 1,
    kind: AccrualKind = AccrualKind.BASE,
    funders: Mapping[str, int] | None = None,
    rate: PointRate = CENT_PER_POINT,
    available_time: datetime | None = None,
    expire_time: datetime | None = None,
    rolling_months: int = 0,
    rolling_days: int = 0,
) -> Award:
    """An award of `points` to a line, funded by the brand's entity of the same name unless told otherwise."""
    return Award(
        line_number=line_number,
        rule_id=rule or f"{brand}-{kind.value}",
        rule_version="v1",
        rule_ordinal=ordinal,
        kind=kind,
        offer_id="",
        brand=brand,
        issuer=brand,
        funders=tuple(Funder(entity, share) for entity, share in (funders or {brand: 10_000}).items()),
        points=points,
        liability=rate,
        available_time=available_time,
        expire_time=expire_time,
        rolling_months=rolling_months,
        rolling_days=rolling_days,
    )


def sold(line_number: int, net: int, brand: str, quantity: int = 1) -> OrderLine:
    """A line of a sale."""
    return OrderLine(line_number, brand, f"sku-{line_number}", (), quantity, None, net, None, False)


def terms(brand: str, per_point: str, issuers: Mapping[str, str], redeemer: str | None = None) -> RedemptionTerms:
    """Terms at `brand`: minor units per point, and per issuing entity the share of face value it owes."""
    return RedemptionTerms(
        revision="rev_test",
        redeemer=redeemer or brand,
        operator=redeemer or brand,
        region="west",
        here=Worth(brand, brand.title(), PointRate("USD", Ratio.of(per_point)), ""),
        settlement={entity: SettlementTerm("agreed", Ratio.of(share)) for entity, share in issuers.items()},
        elsewhere=(),
        start_time=None,
        end_time=None,
        point_name="point",
    )


@dataclass
class PureLedger:
    """One partition in memory. Everything is always at hand, so `apply` never needs more."""

    program: str = "prg"
    state: Slice = field(default_factory=Slice)
    events: list[Event] = field(default_factory=list)
    now: datetime = NOON
    requests: int = 0
    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve: str = ""

    def post_order(self, member: str, document_id: str, lines: list[OrderLine], awards: list[Award]) -> OrderAnswer:
        """Posts a sale."""
        answer = self.run(self.order_command(member, document_id, lines, awards)).answer
        assert isinstance(answer, OrderAnswer)
        return answer

    def order_command(self, member: str, document_id: str, lines: list[OrderLine], awards: list[Award]) -> PostOrder:
        """The command of a sale."""
        document = OrderDocument(
            ref=DocumentRef("till", document_id),
            location_id="shop",
            channel="store",
            occur_time=self.now,
            currency="USD",
            total=sum(line.net for line in lines),
            lines=tuple(lines),
        )
        order_id = order_id_of(self.program, document.ref)
        return PostOrder(self.origin(member), OrderPart(document_id.encode(), order_id, document, tuple(awards)))

    def redeem(self, member: str, points: int, at: RedemptionTerms, quoted: int | None = None) -> RedemptionAnswer:
        """Spends points."""
        origin = self.origin(member)
        redemption_id = f"red-{origin.request_id}"
        command = RedeemPoints(origin, redemption_id.encode(), redemption_id, points, at, quoted)
        answer = self.run(command).answer
        assert isinstance(answer, RedemptionAnswer)
        return answer

    def give_back(
        self, member: str, document_id: str, sale: str, lines: Mapping[int, tuple[ReturnBasis, int | None]]
    ) -> ReturnAnswer:
        """Returns lines of one sale: basis and amount per line."""
        ref = DocumentRef("till", sale)
        document = ReturnDocument(
            ref=DocumentRef("till", document_id),
            location_id="shop",
            channel="store",
            occur_time=self.now,
            lines=tuple(
                ReturnLine(number, (ReturnedShare(ref, line, basis, amount),))
                for number, (line, (basis, amount)) in enumerate(lines.items(), start=1)
            ),
        )
        answer = self.run(PostReturn(self.origin(member), self.return_part(document, {ref: member}))).answer
        assert isinstance(answer, ReturnAnswer)
        return answer

    def return_part(
        self, document: ReturnDocument, homes: Mapping[DocumentRef, str], policy: ReturnPolicy = _DEBT
    ) -> ReturnPart:
        """A return of sales, each posted under a home."""
        sales = tuple(SaleHome(ref, home) for ref, home in homes.items())
        key = document.ref.document_id.encode()
        return ReturnPart(self.program, key, document, sales, policy, "shop-entity")

    def run(self, command: Command) -> Applied:
        """Applies a command and keeps what it did."""
        wallet = command.origin.wallet
        self.state.frontier[wallet] = None
        self.state.pending_read.add(wallet)
        self.state.due_until[wallet] = self.now + timedelta(days=36500)
        self.state.timed_out_until[wallet] = NEVER
        self.state.unpaid_read.update(self.state.accruals)
        self.state.payers_read.update(self.state.accruals)
        self.state.purchases.setdefault(wallet, Purchases())
        provide(self.state, command)
        applied = apply(self.state, command, Stamp(self.now, LogPosition(0, len(self.events) + 1)))
        self.state.merge(applied.changes)
        self.events.append(applied.event)
        return applied

    def origin(self, member: str) -> Origin:
        """The origin of the member's next command."""
        self.requests += 1
        return Origin(
            program=self.program,
            caller="till",
            request_id=f"req-{self.requests}",
            request=RequestKey(str(self.requests).encode(), b""),
            home=member,
            wallet=MemberKey(self.program, member),
            homes=(member,),
            merge_seq=0,
            member_home_location="",
            location_id="shop",
            operator="operator",
            region="west",
            channel="store",
            revision="rev_test",
            occur_time=self.now,
            replay_clock=False,
            traceparent="",
            settlement_policy=self.policy,
            reserve_entity=self.reserve,
        )

    def pass_time(self, amount: timedelta) -> None:
        """Moves the clock."""
        self.now += amount

    def at(self, when: datetime) -> None:
        """Sets the clock."""
        self.now = when

    def accrual_of(self, document_id: str, line_number: int, kind: AccrualKind = AccrualKind.BASE) -> tuple[int, int]:
        """Remaining and held of one accrual of a sale."""
        for accrual in self.state.accruals.values():
            order = self.state.orders[(self.program, accrual.order_id)]
            found = (order.document.ref.document_id, accrual.line_number, accrual.kind)
            if found == (document_id, line_number, kind):
                return accrual.remaining, accrual.held
        raise LookupError((document_id, line_number, kind))

    def positions(self) -> dict[str, int]:
        """Net position of each entity: what it is owed less what it owes, in minor units."""
        net: dict[str, int] = {}
        for event in self.events:
            for recorded in event.movements:
                for owed in recorded.movement.settlement.obligations:
                    net[owed.debtor] = net.get(owed.debtor, 0) - owed.amount.minor_units
                    net[owed.creditor] = net.get(owed.creditor, 0) + owed.amount.minor_units
        return net

    def copy(self) -> "PureLedger":
        """An independent copy, to try things on."""
        state = Slice()
        for name in Slice.__slots__:
            value = getattr(self.state, name)
            setattr(state, name, type(value)(value))
        state.of_wallet = {key: set(ids) for key, ids in self.state.of_wallet.items()}
        state.burns_of = {key: set(refs) for key, refs in self.state.burns_of.items()}
        state.payers_of = {key: set(refs) for key, refs in self.state.payers_of.items()}
        return replace(self, state=state, events=list(self.events))
