"""On what terms points are spent at a brand and place, as values."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.calendar import Interval
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.policies import BurnKey
from rules_service.domain.program import Location, NamedPoint, PointValue, ShareOfFace, ShareOfLiability


@dataclass(frozen=True, slots=True)
class TermsQuestion:
    """Where, at which brand, in which currency and when points would be spent."""

    location_id: str
    brand_id: str
    currency_code: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class PointPrice:
    """A price in minor units of the redemption's currency per point, exact."""

    minor_units_per_point: Ratio


TermPrice = ShareOfFace | ShareOfLiability | PointPrice


@dataclass(frozen=True, slots=True)
class SettlementTerm:
    """What an entity pays when its points are spent there; `agreement_id` is empty for the redeemer itself.

    `fee` is a part of the price; price and fee are at most `cap_of_face` of face value (None: no matter).
    """

    issuer_entity_id: str
    agreement_id: str
    price: TermPrice
    fee: Ratio = ZERO
    cap_of_face: Ratio | None = None


@dataclass(frozen=True, slots=True)
class CurrencyTerm:
    """What another currency is in the redemption's: `minor_units` of that for one of the other, by a rate."""

    currency_code: str
    rate_id: str
    minor_units: Ratio


@dataclass(frozen=True, slots=True)
class WorthElsewhere:
    """What a point is worth at another brand at the same time."""

    brand_id: str
    brand_name: str
    value: PointValue


@dataclass(frozen=True, slots=True)
class RedemptionTerms:
    """The terms. An entity without a term has no agreement in force; they hold for the whole `interval`.

    A redemption takes at least `minimum_points` and a multiple of `block_points`; `burn_order` decides which points.
    `named_point` is what the brand calls its points then, None if it has no name of its own for them.
    `currency_terms` are the rates, by currency, that prices by liability value may need.
    """

    revision: str
    brand_id: str
    brand_name: str
    redeemer_entity_id: str
    location: Location
    value: PointValue
    settlement_terms: tuple[SettlementTerm, ...]
    elsewhere: tuple[WorthElsewhere, ...]
    interval: Interval
    point_name: str
    minimum_points: int
    block_points: int
    burn_order: tuple[BurnKey, ...]
    named_point: NamedPoint | None = None
    currency_terms: tuple[CurrencyTerm, ...] = ()
