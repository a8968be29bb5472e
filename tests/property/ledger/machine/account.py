"""One member: lots, facts about them, and what follows from the facts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chassis.values.calendar import plus_months
from tests.property.ledger.machine.documents import Hold, Proposal, Redemption, Return, Sale, Transfer
from tests.property.ledger.machine.facts import NEVER, Fact, Lot, Place, Shop

DEFAULT_ORDER = ("restricted_scope_first", "earliest_expiry", "oldest")
OF_A_SHOP = ("own_brand_first", "cheapest_settlement")


@dataclass
class Account:
    """A member. Sums are remembered per lot as of its last fact; `recomputed` counts them again from the first."""

    root: str
    program: str = "prg"
    lots: list[Lot] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    of: dict[Lot, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[Lot, tuple[int, int]] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)
    now: datetime = NEVER
    activity: datetime | None = None
    acted: bool = False
    version: int = 0
    merge_seq: int = 0
    sales: dict[str, Sale] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)

    def copy(self) -> "Account":
        """An independent one; facts and lots never change, documents are copied."""
        other = copy(self)
        other.lots, other.facts, other.sums = list(self.lots), list(self.facts), dict(self.sums)
        other.places = Counter(self.places)
        other.of = defaultdict(list, {lot: list(facts) for lot, facts in self.of.items()})
        for name in ("sales", "holds", "redemptions", "returns", "proposals", "transfers"):
            setattr(other, name, {one: document.copy() for one, document in getattr(self, name).items()})
        return other

    # --- facts

    def born(self, lot: Lot, fact: Fact) -> None:
        """A new lot."""
        self.lots.append(lot)
        self.add(fact)

    def add(self, fact: Fact) -> Fact:
        """One more fact."""
        remaining, held = self.sums.get(fact.lot, (0, 0))
        self.places[fact.lot.home] += 1
        fact = replace(fact, at=(self.now, fact.lot.home, self.places[fact.lot.home]))
        self.facts.append(fact)
        self.of[fact.lot].append(fact)
        free, aside = fact.moves
        self.sums[fact.lot] = (remaining + free, held + aside)
        return fact

    def recomputed(self) -> dict[Lot, tuple[int, int]]:
        """What remains and is held of each lot, from all facts."""
        sums: dict[Lot, tuple[int, int]] = dict.fromkeys(self.lots, (0, 0))
        for fact in self.facts:
            remaining, held = sums[fact.lot]
            free, aside = fact.moves
            sums[fact.lot] = (remaining + free, held + aside)
        return sums

    # --- what follows

    def remaining(self, lot: Lot) -> int:
        """Points of it that are free; below zero where more came back than was left."""
        return self.sums[lot][0]

    def held(self, lot: Lot) -> int:
        """Points of it set aside."""
        return self.sums[lot][1]

    def debt_of(self, lot: Lot) -> int:
        """Its open debt."""
        return max(0, -sum(self.sums[lot]))

    def total(self, lot: Lot, kind: str, cause: str = "") -> int:
        """Points of one kind."""
        return sum(fact.points for fact in self.of[lot] if fact.kind == kind and cause in ("", fact.cause))

    @property
    def balance(self) -> int:
        """All points."""
        return sum(self.remaining(lot) + self.held(lot) for lot in self.lots)

    @property
    def all_held(self) -> int:
        """All points set aside."""
        return sum(self.held(lot) for lot in self.lots)

    @property
    def debt(self) -> int:
        """All open debt."""
        return sum(self.debt_of(lot) for lot in self.lots)

    def expiry(self, lot: Lot) -> datetime | None:
        """Its own expiry, as last set."""
        return next((f.expires_at for f in reversed(self.of[lot]) if f.expires_at is not None), lot.expires_at)

    def ready(self, lot: Lot) -> datetime | None:
        """When it can be spent, as last set."""
        return next((f.available_at for f in reversed(self.of[lot]) if f.available_at is not None), lot.available_at)

    def lapse(self, lot: Lot) -> datetime:
        """When it lapses: its own expiry, or a span after the last activity if that is later."""
        own, (months, days) = self.expiry(lot), lot.rolling
        if own is None:
            return NEVER
        if self.activity is None or not (months or days):
            return own
        rolled = datetime.combine(plus_months(self.activity.date(), months), self.activity.timetz())
        return max(own, rolled + timedelta(days=days))

    def is_pending(self, lot: Lot, now: datetime) -> bool:
        """True if it shows and cannot be spent yet."""
        return (self.ready(lot) or now) > now

    def spendable(
        self, now: datetime, place: Place | None = None, shop: Shop | None = None, keys: Sequence[str] = DEFAULT_ORDER
    ) -> list[Lot]:
        """Lots whose points can be spent (there), in burn order: the shop's, or by keys where there is no shop."""
        usable = (
            lot
            for lot in self.lots
            if self.remaining(lot) > 0
            and not self.is_pending(lot, now)
            and now < self.lapse(lot)
            and (place is None or lot.usable_at(place))
        )
        return sorted(usable, key=self.turn(shop, keys))

    def turn(
        self, shop: Shop | None = None, keys: Sequence[str] = DEFAULT_ORDER
    ) -> Callable[[Lot], tuple[object, ...]]:
        """Whose points go first. Without a shop nothing is cheaper or anybody's own."""
        order = shop.burn_order if shop else [key for key in keys if key not in OF_A_SHOP]

        def key(lot: Lot) -> tuple[object, ...]:
            return (*(self._key(lot, one, shop) for one in order), *lot.name)

        return key

    def _key(self, lot: Lot, one: str, shop: Shop | None) -> object:
        match one:
            case "restricted_scope_first":
                return lot.scope == ""
            case "earliest_expiry":
                return self.expiry(lot) or NEVER
            case "oldest":
                return lot.earned_at
            case "own_brand_first":
                return shop is not None and lot.brand != shop.place.brand
            case "cheapest_settlement":
                assert shop is not None
                # Who has no terms cannot be settled with at all, and comes last.
                owed = [
                    (e in shop.shares, share * shop.shares.get(e, 0)) for e, share in lot.funders if e != shop.redeemer
                ]
                return not all(known for known, _ in owed), sum(each for _, each in owed)
        raise ValueError(one)

    def available(self, now: datetime, place: Place | None = None) -> int:
        """What may be asked for."""
        return max(0, sum(self.remaining(lot) for lot in self.spendable(now, place)) - self.debt)

    def pending(self, now: datetime) -> int:
        """What shows and cannot be spent yet."""
        return sum(max(0, self.remaining(lot)) for lot in self.lots if self.is_pending(lot, now))

    # --- time

    def book_due(self, now: datetime) -> None:
        """Holds whose time is over, then what has lapsed."""
        self.now = now
        over = (hold for hold in self.holds.values() if hold.state == "open" and hold.time_out <= now)
        for hold in sorted(over, key=lambda hold: (hold.time_out, hold.hold_id)):
            self.free(now, hold, "timed_out")
        self.expire(now)

    def expire(self, now: datetime, lots: Iterable[Lot] | None = None) -> None:
        """Books what has lapsed of these lots, or of all."""
        for lot in sorted(self.lots if lots is None else lots, key=self.turn()):
            if self.remaining(lot) > 0 and self.lapse(lot) <= now:
                self.add(Fact(lot, "expired", self.remaining(lot), "time"))

    def free(self, now: datetime, hold: Hold, state: str) -> None:
        """Ends a hold; what fell due meanwhile lapses."""
        cause = "authorization" if hold.shop else "return"
        for lot, points in hold.parts:
            self.add(Fact(lot, "unheld", points, cause, hold.hold_id))
            self.expire(now, [lot])
        hold.parts, hold.state = [], state

    # --- grants

    def grant(self, lot: Lot) -> int:
        """Points it should have been given, with what corrections added."""
        return lot.granted + sum(fact.grant for fact in self.of[lot])

    def taken(self, lot: Lot) -> int:
        """What would have been taken back of it, had its grant always been what it is now."""
        return self.total(lot, "reversed") + sum(fact.shift for fact in self.of[lot])

    # --- activity

    def close(self) -> None:
        """A command is over. What it did prolongs what rolls from now on; it never revives what had lapsed."""
        self.activity = self.now if self.acted else self.activity
        self.acted = False

    # --- burns

    def restored(self, burn: Fact) -> tuple[int, int]:
        """Points and cents of a redeemed fact that were given back."""
        found = [fact for fact in self.of[burn.lot] if fact.kind == "restored" and fact.undoes is burn]
        return sum(fact.points for fact in found), -sum(fact.price or 0 for fact in found)

    def repaid(self, burn: Fact) -> tuple[int, int]:
        """Points and cents of a burn that other points, or money, have paid for."""
        found = [fact for fact in self.of[burn.lot] if fact.pays is burn and fact.kind in ("repaid", "adjusted")]
        return sum(fact.points for fact in found), sum(fact.price or 0 for fact in found)

    def burns(self, lot: Lot) -> Sequence[Fact]:
        """What was spent of it, or given away by a transfer or a person, which is owed as if it were spent."""
        return [fact for fact in self.of[lot] if fact.borne]
