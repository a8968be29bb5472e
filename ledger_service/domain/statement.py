"""A member's statement: what was there, what each command did to the balance, and what is there at the end.

Opening and closing are those of `GetWalletAt`: what had lapsed counts as gone although it was not booked. So an expiry
that was booked in the span is told only as far as it had not lapsed before, and one that is not booked yet is told with
the instant at which the points lapsed. Points that were only set aside or given other times move no balance and are
left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ledger_service.domain.answers import LogPosition, RedemptionView
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.wallet import WalletView


class ExpiringPoints(NamedTuple):
    """Points that lapse at one instant."""

    expire_time: datetime
    points: int


class LapsedPoints(NamedTuple):
    """Points of one accrual that had lapsed, which was not booked yet."""

    accrual_id: str
    brand: str
    points: int
    lapse_time: datetime


@dataclass(frozen=True, slots=True)
class PastWallet:
    """A wallet as of an instant, what had lapsed by then without being booked, and what lapses next."""

    view: WalletView
    lapsed: tuple[LapsedPoints, ...]
    expiring: tuple[ExpiringPoints, ...]


class EntryPart(NamedTuple):
    """What movements of one kind did to points of one brand in one command, for one cause; signed as on the
    balance."""

    post_time: datetime
    position: LogPosition
    occur_time: datetime
    cause: Cause
    cause_id: str
    kind: MovementKind
    brand: str
    points: int


class StatementPoints(NamedTuple):
    """Points by kind of movement and brand, signed as on the balance; the brand is empty where it may not be told."""

    kind: MovementKind
    brand: str
    points: int


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """What one command did for one cause, and the balance after it."""

    post_time: datetime
    occur_time: datetime
    cause: Cause
    cause_id: str
    points: tuple[StatementPoints, ...]
    balance: int
    redemption: RedemptionView | None = None

    @property
    def change(self) -> int:
        """What it did to the balance."""
        return sum(part.points for part in self.points)


@dataclass(frozen=True, slots=True)
class Statement:
    """Opening and totals sum to closing, and so do opening and entries."""

    opening: int
    entries: tuple[StatementEntry, ...]
    totals: tuple[StatementPoints, ...]
    closing: int
    expiring: tuple[ExpiringPoints, ...]


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What a statement is made of: parts in order of commit, the accruals of `opening.lapsed` whose expiry was booked
    in the span, and the redemptions behind the parts by id."""

    opening: PastWallet
    closing: PastWallet
    parts: Sequence[EntryPart]
    booked: AbstractSet[str]
    redemptions: Mapping[str, RedemptionView]


def statement_of(facts: StatementFacts) -> Statement:
    """The statement of these facts."""
    balance = facts.opening.view.balance
    entries: list[StatementEntry] = []
    for entry in [*_committed(facts), *_lapsed_since(facts)]:
        balance += entry.change
        entries.append(replace(entry, balance=balance))
    return Statement(
        opening=facts.opening.view.balance,
        entries=tuple(entries),
        totals=_summed(part for entry in entries for part in entry.points),
        closing=facts.closing.view.balance,
        expiring=facts.closing.expiring,
    )


def _committed(facts: StatementFacts) -> Iterable[StatementEntry]:
    for _, parts in groupby(facts.parts, key=lambda part: (part.post_time, part.position)):
        for about in _by_cause(parts):
            first = about[0]
            spent = any(part.kind is MovementKind.REDEEMED and part.cause is Cause.REDEMPTION for part in about)
            yield StatementEntry(
                post_time=first.post_time,
                occur_time=first.occur_time,
                cause=first.cause,
                cause_id=first.cause_id,
                points=_summed(StatementPoints(part.kind, part.brand, part.points) for part in about),
                balance=0,
                redemption=facts.redemptions.get(first.cause_id) if spent else None,
            )


def _by_cause(parts: Iterable[EntryPart]) -> list[list[EntryPart]]:
    """A command's parts by cause. Debts are repaid because of something: that is told with what came before it."""
    found: dict[tuple[Cause, str], list[EntryPart]] = {}
    latest: list[EntryPart] | None = None
    for part in parts:
        if part.cause is not Cause.REPAYMENT or latest is None:
            latest = found.setdefault((part.cause, part.cause_id), [])
        latest.append(part)
    return list(found.values())


def _lapsed_since(facts: StatementFacts) -> Iterable[StatementEntry]:
    """What lapsed in the span and was not booked in it, instant by instant."""
    known = {lapsed.accrual_id: lapsed.points for lapsed in facts.opening.lapsed}
    new = [
        lapsed._replace(points=lapsed.points - known.pop(lapsed.accrual_id, 0))
        if lapsed.accrual_id not in facts.booked
        else lapsed
        for lapsed in facts.closing.lapsed
    ]
    told = sorted((lapsed for lapsed in new if lapsed.points), key=lambda lapsed: (lapsed.lapse_time, lapsed.brand))
    for lapse_time, together in groupby(told, key=lambda lapsed: lapsed.lapse_time):
        points = (StatementPoints(MovementKind.EXPIRED, lapsed.brand, -lapsed.points) for lapsed in together)
        yield StatementEntry(lapse_time, lapse_time, Cause.TIME, "", _summed(points), 0)


def _summed(parts: Iterable[StatementPoints]) -> tuple[StatementPoints, ...]:
    """Sums by kind and brand, in order of first mention."""
    sums: dict[tuple[MovementKind, str], int] = {}
    for part in parts:
        key = (part.kind, part.brand)
        sums[key] = sums.get(key, 0) + part.points
    return tuple(StatementPoints(kind, brand, points) for (kind, brand), points in sums.items())


def seen_by(statement: Statement, sees: AbstractSet[str]) -> Statement:
    """The statement as somebody sees it whom only some brands concern: all sums, but neither which other brand points
    are of nor what was done there."""
    return replace(
        statement,
        entries=tuple(_entry_seen(entry, sees) for entry in statement.entries),
        totals=_blurred(statement.totals, sees),
    )


def _entry_seen(entry: StatementEntry, sees: AbstractSet[str]) -> StatementEntry:
    redemption = entry.redemption
    brands = {part.brand for part in entry.points} if redemption is None else {redemption.brand}
    concerned = bool(brands & sees)
    return replace(
        entry,
        cause_id=entry.cause_id if concerned else "",
        points=_blurred(entry.points, sees),
        redemption=redemption if concerned else None,
    )


def _blurred(parts: Iterable[StatementPoints], sees: AbstractSet[str]) -> tuple[StatementPoints, ...]:
    return _summed(part if part.brand in sees else part._replace(brand="") for part in parts)
