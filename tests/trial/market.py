"""Where members of a trial spend, and how much of a sale points may pay for."""

import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from tests.trial.documents import Call


@dataclass(frozen=True, slots=True)
class Market:
    """One file's shops. No point is worth more than `dearest` minor units at any brand; with `brings_back` members
    bring goods back that the file does not. For each member who spends there are so many `savers` who never do."""

    seed: int
    brands: tuple[str, ...]
    currency: str
    zone: tzinfo
    dearest: Fraction
    brings_back: bool = False
    savers: int = 0

    def spends(self, value: str) -> bool:
        """Whether the member behind a card ever spends."""
        return zlib.crc32(value.encode()) % (self.savers + 1) == 0

    def most_points(self, order: order_pb2.Order) -> int:
        """Points that are never worth more than a tender may be, whichever brand redeems them: a tender pays for the
        lines of its brand, if there are any."""
        of_brand = Counter[str]()
        for line in order.lines:
            of_brand[line.brand_id] += max(line.net_minor_units, 0)
        dues = [due for brand, due in of_brand.items() if brand in self.brands]
        return int(max(0, min([order.total_minor_units, *dues])) / self.dearest)

    def month(self, call: Call) -> str:
        """The month of the shops' calendar in which a document lies, e.g. `2010-12`."""
        return f"{when(call).ToDatetime(tzinfo=self.zone):%Y-%m}"


UCI = Market(20101201, ("HOME", "KITSCH", "VINTAGE", "GIFT"), "GBP", ZoneInfo("Europe/London"), Fraction(1))
CJ = Market(
    20170101,
    ("FRESH", "PANTRY", "CARE", "FUEL"),
    "USD",
    ZoneInfo("America/New_York"),
    Fraction(125, 100),
    brings_back=True,
    savers=3,
)


def when(call: Call) -> Timestamp:
    """The shop's time of a document."""
    if isinstance(call, ledger.PostOrderRequest):
        return call.order.occur_time
    return call.return_document.occur_time if isinstance(call, ledger.PostReturnRequest) else call.occur_time


def where(call: Call) -> str:
    """The place of a document."""
    if isinstance(call, ledger.PostOrderRequest):
        return call.order.location_id
    return call.return_document.location_id if isinstance(call, ledger.PostReturnRequest) else call.location_id
