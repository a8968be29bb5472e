"""A journal entry before it has its place: what is posted in one entity's books, and what it stands on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from settlement_service.domain.accounts import Account, PointAccount

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

VOUCHER = "VOUCHER"
"""What `Source.kind` says of an entry that no movement caused."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry. `amount` in minor units: above zero a debit, below a credit, never zero."""

    account: Account
    counterparty: str
    amount: int


@dataclass(frozen=True, slots=True)
class PointPosting:
    """One side of an entry's points. `amount` in whole points, signed and non-zero as in `Posting`."""

    account: PointAccount
    amount: int


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry stands on: a movement with its lineage, or a voucher (then all of the lineage is empty). `brand` is
    the accrual's; `period_sequence` and `post_time` say where figures as of a period or date count it."""

    program: str
    period_sequence: int
    post_time: datetime
    kind: str
    voucher_id: str = ""
    home: str = ""
    movement_sequence: int = 0
    accrual_id: str = ""
    rule_version: str = ""
    order_id: str = ""
    line_number: int = 0
    partition: int = 0
    position: int = 0
    brand: str = ""

    @property
    def post_micros(self) -> int:
        """Microseconds from 1970 to `post_time`."""
        return (self.post_time - _EPOCH) // _MICROSECOND

    @property
    def day(self) -> date:
        """The UTC date of `post_time`."""
        return self.post_time.astimezone(UTC).date()


def voucher_source(program: str, voucher_id: str, period_sequence: int, post_time: datetime) -> Source:
    """What the entries of a voucher stand on."""
    return Source(program, period_sequence, post_time, VOUCHER, voucher_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced entry in one entity's journal, not yet numbered: money in one currency, points (in the issuer's
    books only), or both. `currency` is empty if it is of points alone."""

    source: Source
    entity: str
    currency: str
    postings: tuple[Posting, ...]
    points: tuple[PointPosting, ...] = ()
