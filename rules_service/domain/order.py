"""A sale as far as rules look at it. Well-formedness (ids, signs, distinct line numbers) is proven by the reader."""

from dataclasses import dataclass
from datetime import datetime

from rules_service.domain.member_facts import MemberFacts


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured amount: thousandths of `unit`, at least 0."""

    unit: str
    milli_units: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Minor units, above 0, paid by one means."""

    means: str
    minor_units: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line. `brand_id` and `sku` may be empty; amounts are minor units of the order's currency.

    `paid_minor_units` is None if the caller did not tell it apart from the net. `attributes` are (name, value) by
    name, each name once.
    """

    line_number: int
    brand_id: str
    sku: str
    category_ids: tuple[str, ...]
    quantity: int
    measure: Measure | None
    net_minor_units: int
    paid_minor_units: int | None
    discount_line: bool
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def earn_base(self) -> int:
        """What the line earns on, at least 0: what was paid with money, else the net."""
        paid = self.net_minor_units if self.paid_minor_units is None else self.paid_minor_units
        return max(paid, 0)


@dataclass(frozen=True, slots=True)
class Order:
    """Lines sold at one location, in its currency, at one instant (aware). `payments` name each means once; empty if
    the caller does not tell. `member` is None for a sale of nobody's."""

    location_id: str
    channel: str
    occur_time: datetime
    currency_code: str
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...] = ()
    member: MemberFacts | None = None
