"""What settlement needs of a program's live revision, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from chassis.values.calendar import Interval, local_date, start_of_day, start_of_next_month, zone
from chassis.values.rounding import ZERO, Ratio


class SettlementPolicy(Enum):
    """What is owed when points are spent elsewhere (docs/DOMAIN.md §9); frozen on each accrual."""

    REIMBURSE = "REIMBURSE"
    RESERVE = "RESERVE"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """A legal entity as invoices and payments need it; all but id and name may be empty."""

    entity_id: str
    name: str
    legal_name: str = ""
    tax_id: str = ""
    country: str = ""
    address: tuple[str, ...] = ()
    iban: str = ""
    account_number: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class PointValue:
    """What a point is worth at a brand: minor units per point, while `interval` lasts."""

    currency: str
    rate: Ratio
    interval: Interval


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """A brand: the entity that issues its points, what they are worth there, and what they stand for in the issuer's
    books by currency (minor units per point)."""

    brand_id: str
    name: str
    entity: str
    point_values: tuple[PointValue, ...] = ()
    liability: Mapping[str, Ratio] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A location: who runs it and where."""

    location_id: str
    name: str
    operator: str
    region: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What `issuer` owes `redeemer` (empty: anyone) for points spent there: exactly one of `share_of_face`,
    `share_of_liability` and `price_per_point` (minor units per point by currency) is set."""

    agreement_id: str
    issuer: str
    redeemer: str
    interval: Interval
    share_of_face: Ratio | None = None
    share_of_liability: Ratio | None = None
    price_per_point: Mapping[str, Ratio] = field(default_factory=dict)
    fee: Ratio = ZERO
    cap_of_face: Ratio | None = None


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """`ratio` minor units of `target` for one of `source`, from the local date `start` until before `end`."""

    rate_id: str
    source: str
    target: str
    ratio: Ratio
    start: date | None
    end: date | None

    def holds_on(self, day: date) -> bool:
        """True if it is in force on that local date."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class AccountName:
    """What an account is called in the chart of accounts of a program."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class InvoiceTax:
    """How invoices between entities are taxed: code, rate in basis points, and why."""

    code: str
    rate_basis_points: int
    reason: str


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """How the entities of a program settle. `voucher_share_of_face` belongs to NONE, `reserve_entity` to RESERVE;
    `settlement_currency` empty: each currency by itself. `breakage` is the share expected never to be redeemed, by
    brand, under "" for all others. `accounts` are by account value where they are not the default."""

    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""
    voucher_share_of_face: Ratio | None = None
    multilateral: bool = True
    settlement_currency: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: zone("UTC"))
    breakage: Mapping[str, Ratio] = field(default_factory=dict)
    accounts: Mapping[str, AccountName] = field(default_factory=dict)
    invoice_tax: InvoiceTax | None = None

    def breakage_of(self, brand: str) -> Ratio:
        """The share of a brand's points that is expected never to be redeemed; 0 where nobody says."""
        return self.breakage.get(brand, self.breakage.get("", ZERO))


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """A program's live revision. Brands, entities and places are by id."""

    program: str
    revision: str = ""
    name: str = ""
    point_name: str = ""
    replay_clock: bool = False
    brands: Mapping[str, BrandFacts] = field(default_factory=dict)
    entities: Mapping[str, EntityFacts] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    settlement: SettlementTerms = field(default_factory=SettlementTerms)

    def month_of(self, instant: datetime) -> str:
        """The month, such as `2026-10`, that an instant lies in by the program's calendar."""
        return local_date(instant, self.settlement.time_zone).isoformat()[:7]

    def month_bounds(self, month: str) -> tuple[datetime, datetime]:
        """The instants between which a month, such as `2026-10`, lies by the program's calendar."""
        first = date.fromisoformat(f"{month}-01")
        calendar = self.settlement.time_zone
        return start_of_day(first, calendar), start_of_day(start_of_next_month(first), calendar)

    def rate_between(self, source: str, target: str, day: date) -> ExchangeRate | None:
        """The rate in force on a local date, None if there is none."""
        return next(
            (
                rate
                for rate in self.exchange_rates
                if (rate.source, rate.target) == (source, target) and rate.holds_on(day)
            ),
            None,
        )
