"""One member's points under time, recomputed the slow way: months are counted day by day, nothing is remembered but
lots, holds and the last activity. Written from docs/DOMAIN.md §§3–5 and ADR 0023, not from the code."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NEVER = datetime.max.replace(tzinfo=UTC)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month at the same time, in UTC; the last day of that month if it lacks the day."""
    year, month, day = moment.year, moment.month, moment.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 1


@dataclass
class TimedLot:
    """Points of one sale."""

    name: str
    order_id: str
    points: int
    earned: datetime
    own: datetime | None
    months: int
    days: int
    ready: datetime | None
    held: int = 0

    def lapses(self, activity: datetime | None) -> datetime:
        """Its own expiry, or a span after the last activity."""
        if self.own is None:
            return NEVER
        if activity is None or not (self.months or self.days):
            return self.own
        return max(self.own, months_later(activity, self.months) + timedelta(days=self.days))


@dataclass
class TimedMember:
    """A member."""

    lots: list[TimedLot] = field(default_factory=list)
    holds: dict[str, tuple[datetime, list[tuple[TimedLot, int]]]] = field(default_factory=dict)
    activity: datetime | None = None
    expired: int = 0
    unheld: int = 0

    def book(self, now: datetime) -> None:
        """Time-outs of holds, then expiries."""
        self.expired = self.unheld = 0
        for name, (time_out, parts) in sorted(self.holds.items(), key=lambda one: one[1][0]):
            if time_out <= now:
                for lot, points in parts:
                    lot.held -= points
                    lot.points += points
                    self.unheld += points
                del self.holds[name]
        for lot in self.lots:
            if lot.lapses(self.activity) <= now:
                self.expired += lot.points
                lot.points = 0

    def spendable(self, now: datetime) -> list[TimedLot]:
        """In burn order."""
        usable = [lot for lot in self.lots if lot.points > 0 and (lot.ready or now) <= now]
        return sorted(usable, key=lambda lot: (lot.own or NEVER, lot.earned, lot.order_id))

    def take(self, now: datetime, points: int) -> list[tuple[TimedLot, int]]:
        """Points in burn order; none if there are not enough."""
        usable = self.spendable(now)
        if sum(lot.points for lot in usable) < points:
            return []
        parts: list[tuple[TimedLot, int]] = []
        for lot in usable:
            part = min(points, lot.points)
            lot.points -= part
            points -= part
            parts += [(lot, part)] if part else []
        return parts

    def shown(self, now: datetime) -> tuple[int, int, int, int]:
        """Balance, available, pending, held."""
        pending = sum(lot.points for lot in self.lots if (lot.ready or now) > now)
        every = sum(lot.points for lot in self.lots)
        held = sum(lot.held for lot in self.lots)
        return every + held, every - pending, pending, held

    def soon(self, now: datetime, until: datetime) -> tuple[int, datetime | None]:
        """Points that lapse before a time, and when the next do."""
        lapsing = [(lot.lapses(self.activity), lot.points) for lot in self.lots if lot.points > 0]
        times = [time for time, _ in lapsing if time < NEVER]
        return sum(points for time, points in lapsing if now < time < until), min(times, default=None)
