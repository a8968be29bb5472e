"""What a rule asks of a sale: of the line, of when and where it was sold and how it was paid, of the whole basket.

An empty tuple, or None, asks nothing; everything that is given must be so.
"""

from dataclasses import dataclass
from datetime import date

from chassis.values.money import Money

MINUTES_A_DAY = 1_440


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """The line has one of `values` (at least one) for the attribute `name`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HourWindow:
    """A part of the local day, in minutes after midnight, half-open; one that ends at or before its start passes
    midnight."""

    start_minute: int
    end_minute: int

    def holds(self, minute: int) -> bool:
        """Whether a minute of the local day, 0 to 1,439, is in it."""
        if self.start_minute < self.end_minute:
            return self.start_minute <= minute < self.end_minute
        return minute >= self.start_minute or minute < self.end_minute


@dataclass(frozen=True, slots=True)
class TierChoice:
    """The member has one of `tier_ids` (at least one) on a ladder."""

    ladder_id: str
    tier_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BirthdayWindow:
    """The sale lies from `days_before` to `days_after` the member's birthday, both included, by local date; or, with
    `month`, in its month. A birthday on 29 February is kept on 28 February in other years."""

    month: bool = False
    days_before: int = 0
    days_after: int = 0


@dataclass(frozen=True, slots=True)
class PurchaseChoice:
    """The sale is one of the member's purchases of `numbers` (1 the first, rising), or each `every`-th (else 0):
    purchases of the rule's brand, or of `any_brand`."""

    numbers: tuple[int, ...] = ()
    every: int = 0
    any_brand: bool = False


@dataclass(frozen=True, slots=True)
class MemberSelector:
    """Which members; at least one thing is asked, and a sale of nobody's is never selected. Days are counted from the
    date of enrolment at the place of the sale, which has come; 0: no matter."""

    tiers: tuple[TierChoice, ...] = ()
    segments: tuple[str, ...] = ()
    days_at_least: int = 0
    days_below: int = 0
    birthday: BirthdayWindow | None = None
    purchase: PurchaseChoice | None = None


@dataclass(frozen=True, slots=True)
class Selector:
    """Which lines.

    Dates are local to the location and half-open: `start_date` is in, `end_date` is out; None is open. Weekdays are
    those of the local day of the sale, 1 Monday to 7 Sunday. A category also stands for those below it, also where it
    is excluded. `payment_means`: of an order paid by several means, the rule judges the share that these paid.
    """

    category_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    location_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    start_date: date | None = None
    end_date: date | None = None
    regions: tuple[str, ...] = ()
    operator_entity_ids: tuple[str, ...] = ()
    payment_means: tuple[str, ...] = ()
    attributes: tuple[AttributeChoice, ...] = ()
    weekdays: tuple[int, ...] = ()
    hours: HourWindow | None = None
    excluded_category_ids: tuple[str, ...] = ()
    excluded_skus: tuple[str, ...] = ()
    member: MemberSelector | None = None


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Some lines of a basket. `brand_ids` empty: those of the rule's own brand; `any_brand`: of every brand."""

    brand_ids: tuple[str, ...] = ()
    any_brand: bool = False
    category_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BasketCondition:
    """The lines of the filter were paid with at least `spend_at_least` in the order's currency, and are at least
    `quantity_at_least` pieces. Amounts that name other currencies only are never reached; one amount a currency."""

    lines: LineFilter
    spend_at_least: tuple[Money, ...] = ()
    quantity_at_least: int = 0
