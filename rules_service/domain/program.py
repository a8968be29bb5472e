"""A program's configuration as values: who keeps books, who sells where, what points are worth between them."""

from dataclasses import dataclass
from enum import Enum

from chassis.values.calendar import Interval
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.entity_details import NOTHING_KNOWN, EntityDetails
from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.domain.ladders import Ladder
from rules_service.domain.limits import Limit
from rules_service.domain.policies import DEFAULTS, Policies
from rules_service.domain.settlement import NOTHING_SAID, Settlement
from rules_service.domain.stacking import StackingGroup

LATE_UPLOAD_DAYS = 400
"""How many days after the sale an upload is still taken, unless the program says otherwise."""


class ExpiryMode(Enum):
    """Whether points of one program may expire by different policies."""

    UNIFORM = "uniform"
    BRAND_TIERED = "brand_tiered"


@dataclass(frozen=True, slots=True)
class PointRate:
    """What one point is worth, or stands for, in one currency: exact minor units per point."""

    currency_code: str
    minor_units_per_point: Ratio


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """A party that keeps books and can owe money."""

    entity_id: str
    name: str
    details: EntityDetails = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class PointValue:
    """What a point is worth at a brand while `interval` lasts, and why the brand states it (may be empty)."""

    rate: PointRate
    interval: Interval
    reason: str


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """What a brand calls its points while `interval` lasts, and how many of them it shows for one of the program.

    For people alone: what is kept, earned and spent are the program's points.
    """

    name: str
    per_point: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Brand:
    """A division with its own rules and point value; `entity_id` issues its points.

    A redemption here takes at least `minimum_points` and a multiple of `block_points`, both at least 1. At most one
    of `named_points` is in force at any time.
    """

    brand_id: str
    name: str
    entity_id: str
    point_values: tuple[PointValue, ...]
    liability_values: tuple[PointRate, ...]
    minimum_points: int = 1
    block_points: int = 1
    named_points: tuple[NamedPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place of sale: its operator, region, brands sold, currency (ISO 4217) and IANA time zone."""

    location_id: str
    name: str
    operator_entity_id: str
    region: str
    brand_ids: tuple[str, ...]
    currency_code: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of goods; `parent_id` is the category above, empty if there is none."""

    category_id: str
    name: str
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class ShareOfFace:
    """A price as a share of what the points were worth at the redeemer."""

    share: Ratio


@dataclass(frozen=True, slots=True)
class ShareOfLiability:
    """A price as a share of what the points stand for in the issuer's books."""

    share: Ratio


@dataclass(frozen=True, slots=True)
class PricePerPoint:
    """A price per point, one for each currency that points are spent in."""

    rates: tuple[PointRate, ...]


AgreedPrice = ShareOfFace | ShareOfLiability | PricePerPoint


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an issuer pays a redeemer while `interval` lasts; an empty id stands for any entity.

    `fee` comes on top, as a part of the price, 0 to 1; the two together are at most `cap_of_face` of face value
    (None: no matter).
    """

    agreement_id: str
    issuer_entity_id: str
    redeemer_entity_id: str
    price: AgreedPrice
    interval: Interval
    fee: Ratio = ZERO
    cap_of_face: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """The whole configuration of one program. Ids are unique within each list."""

    program_id: str
    name: str
    point_name: str
    sandbox: bool
    replay_clock: bool
    late_upload_days: int
    expiry_mode: ExpiryMode
    entities: tuple[LegalEntity, ...]
    brands: tuple[Brand, ...]
    locations: tuple[Location, ...]
    earn_rules: tuple[EarnRule, ...]
    agreements: tuple[Agreement, ...]
    policies: Policies = DEFAULTS
    categories: tuple[Category, ...] = ()
    stacking_groups: tuple[StackingGroup, ...] = ()
    limits: tuple[Limit, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    settlement: Settlement = NOTHING_SAID
