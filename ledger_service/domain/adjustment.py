"""Points given or taken by a person's word, above a limit only with a second person's."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Funder, PointRate

ADJUSTMENT_RULE = "adjustment"
"""The rule id of points that a person gave."""


class AdjustmentState(Enum):
    """Where an adjustment stands."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class AdjustmentTerms:
    """What is asked: `points` above 0 are given as a new accrual of `brand`, below 0 taken from `accrual_id`, or from
    the brand's spendable points in burn order if that is empty. The place is where it was asked for; it may be
    empty."""

    points: int
    brand: str
    issuer: str
    funders: tuple[Funder, ...]
    liability: PointRate
    accrual_id: str
    accrual_home: str
    expire_time: datetime | None
    reason_code: str
    note: str
    operator_id: str
    location_id: str = ""
    operator: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An adjustment as it stands; kept with the member id that was named or pointed to."""

    program: str
    adjustment_id: str
    home: str
    state: AdjustmentState
    terms: AdjustmentTerms
    caller: str
    decided_by: str
    post_time: datetime


def adjustment_id_of(program: str, caller: str, request_id: str) -> str:
    """The id of the adjustment that a request makes."""
    return made_id("adj", program, caller, request_id)
