"""A tiny loyalty program of our own: lots, burns, debts and repayments, with fractions and no code of the ledger.

It writes the events that a ledger would, so that the books can be tried without one, and keeps the truth the books are
compared with: what every lot stands for and what every entity owes.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from math import floor

from chassis.values.money import Money
from settlement_service.domain.event import Cause, Event, Kind, Movement, Obligation
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
        for (lot, taken), price in zip(pieces, split(value, [taken for _, taken in pieces]), strict=True):
            parts = split(price, [share for _, share in lot.funders])
            owed = [
                (entity, redeemer, part)
                for (entity, _), part in zip(lot.funders, parts, strict=True)
                if entity != redeemer and part
            ]
            self._move(lot, Kind.REDEEMED, taken, Cause.REDEMPTION, f"red_{self._redemptions}", price, owed, currency)
            self.burns.append(Burn(lot, taken, price, owed, redeemer, self._redemptions, currency))
        self._close("POINTS_REDEEMED", redeemer)
        return True

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
            self._move(burn.lot, Kind.RESTORED, burn.points, Cause.RETURN, cause_id, -burn.price, undone, burn.currency)
            self._unwind(burn)
        self._repay()
        self._close("RETURN_POSTED", self._redeemer_of(redemption))

    def granted(self, lot: Lot) -> int:
        """What the lot was born with."""
        born = (each for event in self.events for each in event.movements if each.kind is Kind.EARNED)
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
        price = nearest(Fraction(burn.price * paid_points, burn.points)) - sum(each.price for each in paid)
        owed = walk(payer.funders, burn.lot.funders, price)
        self._both_sides(burn, payer, points, price, owed)
        own = Burn(payer, points, price, owed, burn.lot.issuer, -1, burn.currency)
        self.burns.append(own)
        burn.repayments.append(Repaying(points, price, own))

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
    ) -> None:
        before = lot.stands_for
        takes = kind in (Kind.REDEEMED, Kind.REVERSED, Kind.EXPIRED)
        lot.remaining += -points if takes else points
        after = lot.stands_for
        self._sequence += 1
        for debtor, creditor, amount in owed:
            self.owed[debtor, creditor, currency] += amount
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
            )
        )

    def _close(self, event_type: str, redeemer: str = "") -> None:
        if not self._movements:
            return
        position = len(self.events) + 1
        moment = START + timedelta(minutes=position)
        self._last_hash = sha256(self._last_hash + f"{self.home} {position}".encode()).digest()
        self.events.append(
            Event(
                program=PROGRAM,
                partition=self.partition,
                position=position,
                event_type=event_type,
                subject_id=f"sub_{position}",
                revision="rev_1",
                location_id="loc_1",
                operator="operator",
                region="region",
                channel="store",
                brand="",
                redeemer=redeemer,
                occur_time=moment,
                post_time=moment,
                hash=self._last_hash,
                movements=tuple(self._movements),
            )
        )
        self._movements = []


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
