"""A tiny loyalty program of our own: lots, burns, debts and repayments, with fractions and no code of the ledger.

It writes the events that a ledger would, so that the books can be tried without one, and keeps the truth the books are
compared with: what every lot stands for and what every entity owes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from math import floor

from chassis.values.money import Money
from settlement_service.domain.event import Cause, Event, Kind, Movement, Obligation, SoldLine
from settlement_service.domain.program_facts import SettlementPolicy
from tests.property.settlement.lots import Burn, Lot, Repaying, carrying_changes, nearest, negated, split, walk

PROGRAM = "harborside"
USD = "USD"
START = datetime(2026, 1, 1, tzinfo=UTC)


class World:
    """One member's wallet. Each operation appends one event, or none if there is nothing to do."""

    def __init__(self, home: str = "mem_1", partition: int = 0) -> None:
        self.home = home
        self.partition = partition
        self.lots: list[Lot] = []
        self.burns: list[Burn] = []
        self.events: list[Event] = []
        self.returned: set[str] = set()
        self.cuts = 0
        self.owed: dict[tuple[str, str, str], int] = defaultdict(int)
        self._movements: list[Movement] = []
        self._sequence = 0
        self._redemptions = 0
        self._last_hash = bytes(32)

    def earn(self, *lots: tuple[Lot, int]) -> None:
        """New lots with their points; what is in debt is repaid at once."""
        for lot, points in lots:
            self.lots.append(lot)
            self._move(lot, Kind.EARNED, points, Cause.ORDER, lot.facts().order_id)
        self._repay()
        self._close("ORDER_POSTED")

    def earn_once(self) -> list[Event]:
        """A small order at North; the event it makes."""
        lot = Lot(f"{self.home}-{len(self.lots)}", "north", "north", (("north", 10_000),), Fraction(4, 5), USD)
        self.earn((lot, 10))
        return self.events[-1:]

    def redeem(self, redeemer: str, points: int, face: Fraction, currency: str = USD) -> bool:
        """Spends points, oldest lots first; False if there are not enough, or they are worth nothing."""
        spendable = [lot for lot in self.lots if lot.remaining > 0]
        value = floor(points * face)
        if points <= 0 or sum(lot.remaining for lot in self.lots) < points or value == 0:
            return False
        pieces: list[tuple[Lot, int]] = []
        for lot in spendable:
            taken = min(points - sum(piece for _, piece in pieces), lot.remaining)
            if taken:
                pieces.append((lot, taken))
        self._redemptions += 1
        for (lot, taken), worth in zip(pieces, split(value, [taken for _, taken in pieces]), strict=True):
            price = 0 if lot.policy is SettlementPolicy.NONE else worth
            parts = split(price, [share for _, share in lot.funders])
            owed = [
                (entity, redeemer, part)
                for (entity, _), part in zip(lot.funders, parts, strict=True)
                if entity != redeemer and part
            ]
            self._spend(lot, taken, worth, price, owed, redeemer, currency)
        self._close("POINTS_REDEEMED", redeemer)
        return True

    def _spend(
        self, lot: Lot, points: int, worth: int, price: int, owed: list[tuple[str, str, int]], at: str, currency: str
    ) -> None:
        burn = Burn(lot, points, price, owed, at, self._redemptions, currency, worth)
        self.burns.append(burn)
        cause_id = f"red_{self._redemptions}"
        self._move(lot, Kind.REDEEMED, points, Cause.REDEMPTION, cause_id, price, owed, currency, spent=burn)
        self._owe_itself(burn, 1)

    def _owe_itself(self, burn: Burn, sign: int) -> None:
        """Under RESERVE also what the redeemer funds itself goes to the reserve and back."""
        own = burn.price - sum(amount for _, _, amount in burn.obligations)
        if burn.lot.reserve and burn.redeemer != burn.lot.reserve:
            self.owed[burn.redeemer, burn.lot.reserve, burn.currency] += sign * own
            self.owed[burn.lot.reserve, burn.redeemer, burn.currency] += sign * own

    def transfer(self, lot: Lot, points: int) -> None:
        """Points go to another accrual of the same facts, as if to another member."""
        taken = min(points, lot.remaining)
        if taken > 0:
            name = f"{lot.lot_id}t{len(self.lots)}"
            self._move(lot, Kind.TRANSFERRED_OUT, taken, Cause.TRANSFER, f"trf_{name}")
            self._close("TRANSFER_SENT")
            successor = replace(lot, lot_id=name, remaining=0)
            self.lots.append(successor)
            self._move(successor, Kind.TRANSFERRED_IN, taken, Cause.TRANSFER, f"trf_{name}")
            self._repay()
            self._close("TRANSFER_RECEIVED")

    def cut(self) -> None:
        """A period of the program ends."""
        self.cuts += 1
        year, month = divmod(self.cuts - 1, 12)
        self._append("PERIOD_CUT", f"{2026 + year}-{month + 1:02}")

    def give_back(self, lot: Lot, points: int) -> None:
        """Goods are returned: reverses points of the lot, which may fall below zero."""
        self._move(lot, Kind.REVERSED, points, Cause.RETURN, "ret_1")
        self._repay()
        self._close("RETURN_POSTED")

    def expire(self, lot: Lot) -> None:
        """What remains lapses."""
        if lot.remaining > 0:
            self._move(lot, Kind.EXPIRED, lot.remaining, Cause.TIME, "")
            self._close("ORDER_POSTED")

    def restore(self, redemption: int) -> None:
        """Undoes a redemption whole: points go back, and what was repaid for it is unwound, newest first."""
        for burn in [each for each in self.burns if each.redemption == redemption and not each.restored]:
            undone = negated(burn.obligations)
            cause_id = f"red_{redemption}"
            self._move(
                burn.lot,
                Kind.RESTORED,
                burn.points,
                Cause.RETURN,
                cause_id,
                -burn.price,
                undone,
                burn.currency,
                spent=burn,
            )
            self._owe_itself(burn, -1)
            self._unwind(burn)
        self._repay()
        self._close("RETURN_POSTED", self._redeemer_of(redemption))

    def granted(self, lot: Lot) -> int:
        """What the lot was born with."""
        births = (Kind.EARNED, Kind.TRANSFERRED_IN)
        born = (each for event in self.events for each in event.movements if each.kind in births)
        return next(each.points for each in born if each.accrual.accrual_id == lot.lot_id)

    def _redeemer_of(self, redemption: int) -> str:
        return next(burn.redeemer for burn in self.burns if burn.redemption == redemption)

    def _repay(self) -> None:
        while True:
            debtor = next((lot for lot in self.lots if lot.remaining < 0), None)
            payer = next((lot for lot in self.lots if lot.remaining > 0), None)
            if debtor is None or payer is None:
                return
            burn = next((each for each in reversed(self.burns) if each.lot is debtor and each.unpaid > 0), None)
            if burn is None:
                return
            self._pay(burn, payer, min(-debtor.remaining, payer.remaining, burn.unpaid))

    def _pay(self, burn: Burn, payer: Lot, points: int) -> None:
        paid = [each for each in burn.repayments if not each.undone]
        paid_points = sum(each.points for each in paid) + points
        share = nearest(Fraction(burn.price * paid_points, burn.points)) - sum(each.share for each in paid)
        price = 0 if payer.policy is SettlementPolicy.NONE else share
        owed = walk(payer.funders, burn.lot.funders, price)
        self._both_sides(burn, payer, points, price, owed)
        own = Burn(payer, points, price, owed, burn.lot.issuer, -1, burn.currency)
        self.burns.append(own)
        burn.repayments.append(Repaying(points, share, price, own))

    def _unwind(self, burn: Burn) -> None:
        """The burn is restored: what was paid for it goes back to the payers, newest first, and so on from there."""
        burn.restored = True
        for repaying in reversed(burn.repayments):
            if not repaying.undone:
                repaying.undone = True
                undone = negated(repaying.own.obligations)
                self._both_sides(burn, repaying.own.lot, -repaying.points, -repaying.price, undone)
                self._unwind(repaying.own)

    def _both_sides(self, burn: Burn, payer: Lot, points: int, price: int, owed: list[tuple[str, str, int]]) -> None:
        kind = Kind.REDEEMED if points > 0 else Kind.RESTORED
        self._move(payer, kind, abs(points), Cause.REPAYMENT, burn.lot.lot_id, price, owed, burn.currency)
        self._move(burn.lot, Kind.REPAID, points, Cause.REPAYMENT, payer.lot_id, price, (), burn.currency)

    def _move(
        self,
        lot: Lot,
        kind: Kind,
        points: int,
        cause: Cause,
        cause_id: str,
        price: int | None = None,
        owed: Sequence[tuple[str, str, int]] = (),
        currency: str = USD,
        spent: Burn | None = None,
    ) -> None:
        before = lot.stands_for
        takes = kind in (Kind.REDEEMED, Kind.REVERSED, Kind.EXPIRED, Kind.TRANSFERRED_OUT)
        lot.remaining += -points if takes else points
        after = lot.stands_for
        self._sequence += 1
        for debtor, creditor, amount in owed:
            stops = [debtor, *([lot.reserve] if lot.reserve not in (debtor, creditor) else []), creditor]
            for first, second in pairwise(stops if lot.reserve else [debtor, creditor]):
                self.owed[first, second, currency] += amount
        self._movements.append(
            Movement(
                home=self.home,
                sequence=self._sequence,
                kind=kind,
                cause=cause,
                cause_id=cause_id,
                points=points,
                outstanding_after=lot.remaining,
                price=None if price is None else Money(currency, price),
                obligations=tuple(Obligation(d, c, Money(currency, amount), "agr_1") for d, c, amount in owed),
                carrying=carrying_changes(lot, before, after),
                accrual=lot.facts(),
                place_entity=spent.redeemer if spent else "",
                place_brand=spent.redeemer if spent else "",
                value=Money(currency, spent.value) if spent else None,
                line=1,
            )
        )

    def _close(self, event_type: str, redeemer: str = "") -> None:
        if self._movements:
            self._append(event_type, f"sub_{len(self.events) + 1}", redeemer)

    def _append(self, event_type: str, subject: str, redeemer: str = "") -> None:
        position = len(self.events) + 1
        moment = START + timedelta(minutes=position, days=position // 4)
        self._last_hash = sha256(self._last_hash + f"{self.home} {position}".encode()).digest()
        self.events.append(
            Event(
                program=PROGRAM,
                partition=self.partition,
                position=position,
                event_type=event_type,
                subject_id=subject,
                revision="rev_1",
                location_id=f"shop_{redeemer}" if redeemer else "loc_1",
                operator=redeemer or "operator",
                region="region",
                channel="store",
                brand=redeemer if event_type == "POINTS_REDEEMED" else "",
                redeemer=redeemer,
                occur_time=moment,
                post_time=moment,
                hash=self._last_hash,
                movements=tuple(self._movements),
                sold_lines=self._sold() if event_type == "ORDER_POSTED" else (),
            )
        )
        self._movements = []

    def _sold(self) -> tuple[SoldLine, ...]:
        earned = (each.accrual for each in self._movements if each.kind is Kind.EARNED)
        return tuple(SoldLine(of.line_number, of.brand, Money(of.currency, 1_000)) for of in earned)


def worked_basket() -> World:
    """docs/DOMAIN.md §11 up to the next order, event by event: earned, redeemed, returned, earned again."""
    rate = Fraction(4, 5)
    world = World("mem_shopper")
    north = Lot("north-40", "north", "north", (("north", 10_000),), rate, USD)
    harbor = Lot("harbor-196", "harbor", "harbor", (("harbor", 10_000),), rate, USD)
    peak = Lot("peak-60", "peak", "peak", (("peak", 10_000),), rate, USD)
    bonus = Lot("peak-120", "peak", "peak", (("peak", 10_000),), rate, USD)
    world.earn((north, 40), (harbor, 196), (peak, 60), (bonus, 120))
    world.redeem("linden", 300, Fraction(4, 5))
    world.give_back(harbor, 196)
    world.earn((Lot("north-100", "north", "north", (("north", 10_000),), rate, USD), 100))
    return world


def basket_under_every_policy() -> World:
    """The worked basket with a period's end after its redemption, and then points under RESERVE and NONE that are spent
    at Linden too."""
    whole = worked_basket()
    rate = Fraction(4, 5)
    world = World("mem_shopper")
    *basket, later = whole.lots
    granted = (40, 196, 60, 120)
    world.earn(*[(replace(lot, remaining=0), points) for lot, points in zip(basket, granted, strict=True)])
    world.redeem("linden", 300, rate)
    world.cut()
    world.give_back(world.lots[1], 196)
    world.earn((replace(later, remaining=0), 100))
    reserve = Lot("peak-r", "peak", "peak", (("peak", 10_000),), rate, USD, 0, SettlementPolicy.RESERVE, "hq")
    none = Lot("north-n", "north", "north", (("north", 10_000),), rate, USD, 0, SettlementPolicy.NONE)
    world.earn((none, 50), (reserve, 50))
    world.redeem("linden", 100, rate)
    return world
