"""Accruals: points given by one rule to one line of one order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chassis.values.calendar import plus_months
from chassis.values.canonical import Plain
from chassis.values.rounding import Ratio
from ledger_service.domain.limits import CountedLimit
from ledger_service.domain.policies import SettlementPolicy

FULL_SHARE = 10_000
"""The shares of an accrual's funders sum to this many hundredths of a percent."""

NEVER = datetime.max.replace(tzinfo=UTC)
"""Sorts behind every expiry."""

ON_EVENT = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "spendable when somebody says so": pending until ActivatePending."""


class AccrualKind(Enum):
    """Regular earning, or given on top of it."""

    BASE = "base"
    BONUS = "bonus"


class MemberKey(NamedTuple):
    """A member id within its program; names a wallet (if a root) and a home."""

    program: str
    member: str


@dataclass(frozen=True, slots=True)
class Funder:
    """A legal entity that carries `share` hundredths of a percent of an accrual."""

    entity: str
    share: int


@dataclass(frozen=True, slots=True)
class PointRate:
    """What a point stands for: an exact number of minor units of a currency."""

    currency: str
    per_point: Ratio


class BurnKey(NamedTuple):
    """The order in which points are spent: restricted scope, earliest expiry, oldest, accrual order."""

    unrestricted: bool
    expire_time: datetime
    earn_time: datetime
    home: str
    order_id: str
    line_number: int
    rule_ordinal: int
    rule_id: str


@dataclass(frozen=True, slots=True)
class Accrual:
    """An accrual as it stands; all but `remaining`, `held`, `reversed`, `expired` and the times is frozen at birth.

    `remaining` may be negative (points that were spent before their goods came back); `held` never is. `scope` is
    empty where the points may be spent anywhere (`domain.scope`). `rolling_months` or `rolling_days` above 0: the
    expiry follows the wallet's last activity by that span. `corrected` is what corrections added to `granted`;
    `shift` what they would have changed of `reversed`, had they been known before its returns. `origin_id` is the
    accrual it succeeds. `limits` are those it counts against, by id. `settlement_policy` says what is owed when its
    points are spent; under RESERVE `reserve_entity` holds the reserve.
    """

    program: str
    accrual_id: str
    home: str
    order_id: str
    line_number: int
    brand: str
    issuer: str
    rule_id: str
    rule_version: str
    rule_ordinal: int
    kind: AccrualKind
    revision: str
    offer_id: str
    funders: tuple[Funder, ...]
    location_id: str
    operator: str
    region: str
    channel: str
    liability: PointRate
    scope: str
    desired: int
    granted: int
    earn_time: datetime
    available_time: datetime | None
    expire_time: datetime | None
    remaining: int = 0
    held: int = 0
    reversed: int = 0
    expired: int = 0
    rolling_months: int = 0
    rolling_days: int = 0
    corrected: int = 0
    shift: int = 0
    origin_id: str = ""
    limits: tuple[CountedLimit, ...] = ()
    settlement_policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""

    @property
    def home_key(self) -> MemberKey:
        """The home it was born under."""
        return MemberKey(self.program, self.home)

    @property
    def owes_nobody(self) -> bool:
        """True if nothing is ever owed for its points: who redeems them bears them."""
        return self.settlement_policy is SettlementPolicy.NONE

    @property
    def debt(self) -> int:
        """Open debt: max(0, −(remaining + held))."""
        return max(0, -(self.remaining + self.held))

    @property
    def counted(self) -> int:
        """What stands of its grant, for limits: what expired or was spent still does, what came back does not."""
        return max(0, self.granted + self.corrected - self.reversed - self.shift)

    @property
    def accrual_order(self) -> tuple[str, str, int, int, str]:
        """Its place among all accruals of the program (docs/DOMAIN.md §3)."""
        return self.home, self.order_id, self.line_number, self.rule_ordinal, self.rule_id

    @property
    def burn_key(self) -> BurnKey:
        """Its place in the default burn order."""
        return BurnKey(
            not self.scope,
            self.expire_time or NEVER,
            self.earn_time,
            self.home,
            self.order_id,
            self.line_number,
            self.rule_ordinal,
            self.rule_id,
        )

    def lapse_time(self, activity: datetime | None) -> datetime | None:
        """When it lapses if the wallet was last active at `activity`; None: never."""
        if activity is None or self.expire_time is None or not (self.rolling_months or self.rolling_days):
            return self.expire_time
        return max(self.expire_time, rolled(activity, self.rolling_months, self.rolling_days))

    def is_due(self, now: datetime, activity: datetime | None) -> bool:
        """True if what remains has lapsed by `now`; debts never lapse."""
        return self.remaining > 0 and self.has_lapsed(now, activity)

    def has_lapsed(self, now: datetime, activity: datetime | None) -> bool:
        """True if points of it could not be spent any more at `now`."""
        lapse_time = self.lapse_time(activity)
        return lapse_time is not None and lapse_time <= now

    def is_spendable(self, now: datetime, activity: datetime | None) -> bool:
        """True if points of it can be spent at `now`."""
        ready = self.available_time is None or self.available_time <= now
        return self.remaining > 0 and ready and not self.has_lapsed(now, activity)

    def waits(self, now: datetime) -> bool:
        """True if points of it could be spent only later."""
        return self.available_time is not None and self.available_time > now

    def is_pending(self, now: datetime) -> bool:
        """True if its points can be spent only later."""
        return self.remaining > 0 and self.waits(now)

    def birth_facts(self) -> Plain:
        """What is frozen, for the hash of the movement of its birth."""
        rate = self.liability.per_point
        # What came later is told only where it is used, so that older links stay what they were.
        later: list[Plain] = []
        if self.rolling_months or self.rolling_days or self.origin_id:
            later = [[self.rolling_months, self.rolling_days], self.origin_id]
        return [
            self.order_id,
            self.line_number,
            self.brand,
            self.issuer,
            [self.rule_id, self.rule_version, self.rule_ordinal, self.kind.value, self.revision, self.offer_id],
            [[funder.entity, funder.share] for funder in self.funders],
            [self.location_id, self.operator, self.region, self.channel],
            [self.liability.currency, rate.numerator, rate.denominator],
            self.scope,
            [self.desired, self.granted],
            moment(self.earn_time),
            *later,
            *(
                [[[one.limit_id, one.holder.value, one.window, one.counts_money] for one in self.limits]]
                if self.limits
                else []
            ),
            *(
                []
                if self.settlement_policy is SettlementPolicy.REIMBURSE
                else [["settlement", self.settlement_policy.value, self.reserve_entity]]
            ),
        ]


def moment(value: datetime | None) -> str | None:
    """An instant as canonical text: UTC, microseconds."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def rolled(activity: datetime, months: int, days: int) -> datetime:
    """The instant that lies a rolling span after an activity: months first (they clamp), then days, in UTC. The
    statements that read what is due reckon the same."""
    moved = datetime.combine(plus_months(activity.date(), months), activity.timetz()) if months else activity
    return moved + timedelta(days=days)
