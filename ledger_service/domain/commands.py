"""Commands: what a call asks of the ledger once identity has said who and rules have said what."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger_service.domain.accrual import AccrualKind, Funder, MemberKey, PointRate
from ledger_service.domain.order import OrderDocument, ReturnDocument, SaleHomes, return_id_of
from ledger_service.domain.redemption import RedemptionTerms


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The directory entry of a request: `key` is the hash of program, caller and request id; `fingerprint` is a
    keyed hash of what was asked, never of what was resolved."""

    key: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command comes from and whose wallet it moves.

    `home` is the member id that was named or pointed to, `wallet` its root, `homes` every member id whose accruals
    the wallet holds, `merge_seq` the state of merges that this was read at. `replay_clock`: the program's post times
    follow `occur_time` (sandbox only).
    """

    program: str
    caller: str
    request_id: str
    request: RequestKey
    home: str
    wallet: MemberKey
    homes: tuple[str, ...]
    merge_seq: int
    member_home_location: str
    location_id: str
    operator: str
    region: str
    channel: str
    revision: str
    occur_time: datetime
    replay_clock: bool
    traceparent: str

    @property
    def home_key(self) -> MemberKey:
        """The home of what is earned."""
        return MemberKey(self.program, self.home)


@dataclass(frozen=True, slots=True)
class Award:
    """Points that one rule gives one line."""

    line_number: int
    rule_id: str
    rule_version: str
    rule_ordinal: int
    kind: AccrualKind
    offer_id: str
    brand: str
    issuer: str
    funders: tuple[Funder, ...]
    points: int
    liability: PointRate
    available_time: datetime | None
    expire_time: datetime | None


@dataclass(frozen=True, slots=True)
class PostOrder:
    """Credits a sale's awards, in accrual order, to the home."""

    origin: Origin
    document_key: bytes
    order_id: str
    document: OrderDocument
    awards: tuple[Award, ...]

    guarded: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RedeemPoints:
    """Spends points at one brand on the given terms; `quoted` is what the shopper was told they are worth."""

    origin: Origin
    redemption_id: str
    points: int
    terms: RedemptionTerms
    quoted: int | None

    guarded: ClassVar[bool] = True

    @property
    def document_key(self) -> None:
        """A redemption is no document; its request id alone names it."""
        return


@dataclass(frozen=True, slots=True)
class PostReturn:
    """Reverses what the returned lines earned; `sales` are all the wallet's own."""

    origin: Origin
    document_key: bytes
    document: ReturnDocument
    sales: SaleHomes

    guarded: ClassVar[bool] = False

    @property
    def return_id(self) -> str:
        """The return's id."""
        return return_id_of(self.origin.program, self.document.ref)


Command = PostOrder | RedeemPoints | PostReturn
