"""Random commands to the state machine and to the model at once; every step is compared, whole.

A `Choose` gives a number of a range: drawn by Hypothesis, so that failures shrink, or by a seeded generator.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import AccrualKind, MemberKey, PointRate
from ledger_service.domain.answers import OrderAnswer, RedemptionAnswer, ReturnAnswer
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Award, Command, PostReturn, RedeemPoints
from ledger_service.domain.order import (
    DocumentRef,
    OrderLine,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    order_id_of,
)
from ledger_service.domain.slice import Slice
from tests.property.ledger.compare import compare_account
from tests.property.ledger.model import Account, Back, Lot, Refused, Shop
from tests.support.pure_ledger import PureLedger, award, sold, terms

Choose = Callable[[int, int], int]
T = TypeVar("T")

MEMBERS = ("ana", "bo", "cy")
BRANDS = ("north", "harbor", "linden", "peak")
FUNDERS: tuple[dict[str, int], ...] = (
    {},
    {"hq": 10_000},
    {"north": 6_500, "harbor": 2_000, "peak": 1_500},
    {"linden": 5_000, "north": 5_000},
    {"peak": 3_333, "hq": 3_333, "harbor": 3_334},
)
RATES = ("4/5", "1", "1/3", "7/3", "0")
WORTHS = ("4/5", "1", "3/2", "1/7", "1/50")
SHARES = ("1", "1", "1/2", "4/5", "1/3")
BASES = (ReturnBasis.QUANTITY, ReturnBasis.AMOUNT, ReturnBasis.WHOLE)


@dataclass(frozen=True)
class Done:
    """A command that was carried out or refused, and when."""

    now: datetime
    command: Command
    applied: Applied | None
    reason: str = ""


@dataclass
class Twin:
    """Both worlds, and what was done in them."""

    choose: Choose
    pure: PureLedger = field(default_factory=PureLedger)
    accounts: dict[str, Account] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    documents: dict[str, list[str]] = field(default_factory=dict)

    def act(self) -> None:
        """One random step: time passes, or one of the commands."""
        self.one_of((self.wait, *(self.command,) * 6))()

    def command(self) -> None:
        """One random command."""
        self.one_of((self.sell, self.redeem, self.give_back))()

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.choose(0, len(things) - 1)]

    def wait(self) -> None:
        """Days or weeks go by."""
        # Whole days, so that what lapses or becomes available is often met at its very instant.
        self.pure.pass_time(timedelta(days=self.one_of((1, 1, 2, 3, 20))))

    # --- sales

    def sell(self) -> None:
        """A sale of one to three lines, each earning under up to two rules."""
        member = self.one_of(MEMBERS)
        document = f"{member}-{len(self.done)}"
        lines = [
            sold(number, self.choose(0, 40) * 10, self.one_of(BRANDS), quantity=self.choose(0, 4))
            for number in range(1, self.choose(1, 3) + 1)
        ]
        awards = [self._award(line, ordinal) for line in lines for ordinal in range(1, self.choose(0, 2) + 1)]
        command = self.pure.order_command(member, document, lines, awards)
        lots = [self._lot(document, given) for given in awards]

        def model(account: Account) -> None:
            counts = {line.line_number: _sold(line) for line in lines}
            account.sell(self.pure.now, document, counts, lots)

        applied = self.run(member, command, model)
        assert applied is not None
        assert isinstance(applied.answer, OrderAnswer)
        self.documents.setdefault(member, []).append(document)

    def _award(self, line: OrderLine, ordinal: int) -> Award:
        days = self.one_of((None, None, None, None, None, -3, 1, 10, 60))
        ready = self.one_of((None, None, None, -1, 1, 3, 30))
        now = self.pure.now
        return award(
            line.line_number,
            self.choose(1, 60),
            line.brand,
            ordinal=ordinal,
            kind=(AccrualKind.BASE, AccrualKind.BONUS)[ordinal - 1],
            funders=self.one_of(FUNDERS),
            rate=PointRate("USD", Ratio.of(self.one_of(RATES))),
            available_time=None if ready is None else now + timedelta(days=ready),
            expire_time=None if days is None else now + timedelta(days=days),
        )

    def _lot(self, document: str, given: Award) -> Lot:
        return Lot(
            order_id=order_id_of(self.pure.program, DocumentRef("till", document)),
            document=document,
            line=given.line_number,
            ordinal=given.rule_ordinal,
            rule=given.rule_id,
            brand=given.brand,
            funders=tuple((funder.entity, funder.share) for funder in given.funders),
            rate=given.liability.per_point.fraction(),
            granted=given.points,
            earned_at=self.pure.now,
            available_at=given.available_time,
            expires_at=given.expire_time,
        )

    # --- redemptions

    def redeem(self) -> None:
        """Some points, or all that can be spent, at some brand; sometimes on terms that lack an entity."""
        member, brand, worth = self.one_of(MEMBERS), self.one_of(BRANDS), self.one_of(WORTHS)
        entities = ("north", "harbor", "linden", "peak", "hq")[: self.one_of((5, 5, 5, 5, 3))]
        shares = {entity: self.one_of(SHARES) for entity in entities}
        available = self.accounts.get(member, Account()).available(self.pure.now)
        points = self.one_of((self.choose(1, 80), max(1, available), max(1, available), available + 1))
        quoted = self.one_of((None, None, None, None, None, 7))
        origin = self.pure.origin(member)
        redemption_id = f"red-{origin.request_id}"
        at = terms(brand, worth, shares)
        command = RedeemPoints(origin, redemption_id.encode(), redemption_id, points, at, quoted)
        shop = Shop(brand, Fraction(worth), {entity: Fraction(share) for entity, share in shares.items()})
        told: list[int] = []
        applied = self.run(member, command, lambda a: told.append(a.redeem(self.pure.now, points, shop, quoted)))
        if applied is not None:
            assert isinstance(applied.answer, RedemptionAnswer)
            assert applied.answer.redemption.value.minor_units == told[0]

    # --- returns

    def give_back(self) -> None:
        """One to three shares of lines of any of the member's sales."""
        member = self.one_of(MEMBERS)
        known = self.documents.get(member)
        if not known:
            return
        backs = [self._back(member, self.one_of(known[-4:])) for _ in range(self.one_of((1, 1, 1, 2, 3)))]
        document = ReturnDocument(
            ref=DocumentRef("till", f"return-{len(self.done)}"),
            location_id="shop",
            channel="store",
            occur_time=self.pure.now,
            lines=tuple(ReturnLine(number, (_share(back),)) for number, back in enumerate(backs, start=1)),
        )
        homes = {DocumentRef("till", back.document): member for back in backs}
        command = PostReturn(self.pure.origin(member), self.pure.return_part(document, homes))
        told: list[int] = []
        applied = self.run(member, command, lambda account: told.append(account.give_back(self.pure.now, backs)))
        if applied is not None:
            assert isinstance(applied.answer, ReturnAnswer)
            assert applied.answer.repaid_points == told[0]

    def _back(self, member: str, document: str) -> Back:
        lines = [line for posted, line in self.accounts[member].sold if posted == document]
        line = self.one_of((*lines, *lines, 9))
        basis, before = self.accounts[member].returned.get((document, line), (self.one_of(BASES).value, 0))
        if self.choose(0, 9) == 0:
            basis = self.one_of(BASES).value
        if basis == "whole":
            return Back(document, line, basis, None)
        left = self.accounts[member].sold.get((document, line), {}).get(basis, 0) - before
        return Back(document, line, basis, self.one_of((1, max(1, left), max(1, left), max(1, left // 2), left + 1)))

    # --- both at once

    def run(self, member: str, command: Command, model: Callable[[Account], object]) -> Applied | None:
        """Carries the command out in both worlds; they agree on everything, refusals included."""
        before, events = snapshot(self.pure.state), len(self.pure.events)
        account = self.accounts.get(member, Account()).copy()
        reason = _reason(lambda: model(account))
        found: list[Applied] = []
        refused = _reason(lambda: found.append(self.pure.run(command)))
        assert refused == reason
        if refused:
            assert snapshot(self.pure.state) == before
            assert len(self.pure.events) == events
            self.done.append(Done(self.pure.now, command, None, reason))
            return None
        [applied] = found
        self.accounts[member] = account
        self.done.append(Done(self.pure.now, command, applied))
        compare_account(self.pure, MemberKey(self.pure.program, member), account, applied)
        return applied


def snapshot(state: Slice) -> dict[str, object]:
    """The slice as it is now: its values are immutable, only its containers are not. What says how much was read
    is left out."""
    read = {"frontier", "due_until", "timed_out_until", "pending_read", "debts_read", "unpaid_read", "payers_read"}
    read |= {"fenced", "homes"}
    names = (each.name for each in fields(Slice) if each.name not in read)
    return {name: _deep(getattr(state, name)) for name in names}


def _deep(container: object) -> object:
    if isinstance(container, dict):
        return {key: _deep(value) for key, value in container.items()}
    return copy(container) if isinstance(container, set) else container


def _reason(work: Callable[[], object]) -> str:
    """Why it is refused, by the one or the other; empty if it is not."""
    try:
        work()
    except Refused as refused:
        return str(refused)
    except Refusal as refusal:
        return refusal.reason
    return ""


def _sold(line: OrderLine) -> dict[str, int]:
    return {"quantity": line.quantity, "amount": line.net, "whole": 1}


def _share(back: Back) -> ReturnedShare:
    return ReturnedShare(DocumentRef("till", back.document), back.line, ReturnBasis(back.basis), back.amount)
