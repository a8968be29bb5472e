"""Where a command comes from, and what it names so that the store reads it along with the wallet."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.order import DocumentRef
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.domain.scope import SpendingPlace


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The directory entry of a request: `key` is the hash of program, caller and request id; `fingerprint` is a
    keyed hash of what was asked, never of what was resolved."""

    key: bytes
    fingerprint: bytes


class RootHomes(NamedTuple):
    """A wallet, the homes whose accruals it holds, and the state of merges that this was read at."""

    wallet: MemberKey
    homes: tuple[str, ...]
    merge_seq: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command comes from and whose wallet it moves.

    `home` is the member id that was named or pointed to, `wallet` its root, `homes` every member id whose accruals
    the wallet holds, `merge_seq` the state of merges that this was read at. `replay_clock`: the program's post times
    follow `occur_time` (sandbox only). `settlement_policy` and `reserve_entity` are the program's now: what is born of
    the command keeps them. `others` are wallets that the command reaches into besides: points of theirs were spent or
    held together with this wallet's before their members were parted (docs/adr/0056).
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
    settlement_policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""
    others: tuple[RootHomes, ...] = ()

    @property
    def whole(self) -> RootHomes:
        """The command's own wallet."""
        return RootHomes(self.wallet, self.homes, self.merge_seq)

    @property
    def reach(self) -> tuple[RootHomes, ...]:
        """Every wallet whose homes the command may change, its own first."""
        return (self.whole, *self.others)

    @property
    def home_key(self) -> MemberKey:
        """The home of what is earned."""
        return MemberKey(self.program, self.home)

    def place(self, brand: str) -> SpendingPlace:
        """The command's place, for a redemption at one of its brands."""
        return SpendingPlace(brand, self.location_id, self.operator, self.region)


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A key that a command claims in the directory of documents: only one command ever has it.

    `ref` names the document for people, if it is one. `voids`: the entry is a tombstone for a request that has not
    arrived, and is not to be claimed if that has.
    """

    key: bytes
    ref: DocumentRef | None = None
    voids: bool = False


@dataclass(frozen=True, slots=True)
class AwaitedSale:
    """A sale that was not posted when the command was made: its directory entry is left as awaited by a return."""

    key: bytes
    sale: DocumentRef
    return_id: str


@dataclass(frozen=True, slots=True)
class SaleLock:
    """A directory entry of a sale that must still name `home` when the command is applied, and is locked until then:
    a sale of nobody's may be claimed at the same time, from another lane."""

    key: bytes
    home: str


@dataclass(frozen=True, slots=True)
class Touches:
    """What a command names. The store reads it under locks before the command is applied.

    `sales`: (order id, home); with their accruals, what has come back of them, and the redemptions that paid for
    them. `holds` and `redemptions`: ids, with the accruals and burns behind them. `accruals`: (home, accrual id).
    `returns`: (home, return id). `adjustments` and `transfers`: ids, kept with a home of the wallet. `spends`: points
    to be taken in burn order; 0 if none.
    """

    sales: tuple[tuple[str, str], ...] = ()
    holds: tuple[str, ...] = ()
    redemptions: tuple[str, ...] = ()
    accruals: tuple[tuple[str, str], ...] = ()
    returns: tuple[tuple[str, str], ...] = ()
    adjustments: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    spends: int = 0


NOTHING_NAMED = Touches()
