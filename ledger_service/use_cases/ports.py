"""What the use cases and lanes need of the world."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, MemberKey, PointRate
from ledger_service.domain.answers import Answer, LogPosition
from ledger_service.domain.apply.outcome import Applied
from ledger_service.domain.commands import Award, Command, RequestKey
from ledger_service.domain.event import Event
from ledger_service.domain.explanation import RuleOutcome
from ledger_service.domain.facts import NO_PROFILE, NOTHING_READ, FactsRead, MemberFacts, Profile
from ledger_service.domain.integrity import IntegrityCheck, LedgerTotals
from ledger_service.domain.limits import SetLimit
from ledger_service.domain.movement import Movement, MovementKind
from ledger_service.domain.order import OrderDocument, PostedOrder, ReturnedLine
from ledger_service.domain.policies import DEFAULT_POLICIES, Policies
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.refused_order import RefusedFilter, RefusedOrder, RefusedPlace, RefusedTotal
from ledger_service.domain.slice import Need, Slice
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.portion import Portion


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""


# --- peers


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A member as a call names it: by id, or by an identifier (kind as the contract numbers it, and value)."""

    member_id: str = ""
    kind: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a reference leads; see `loyalty.identity.v1.Resolution`."""

    member_id: str
    root: str
    homes: tuple[str, ...]
    merge_seq: int
    home_location_id: str
    profile: Profile = NO_PROFILE


class Members(Protocol):
    """Identity, asked in batches."""

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        """Where the reference leads; Refusal of identity if nowhere."""


@dataclass(frozen=True, slots=True)
class LineEvaluation:
    """What one line earns, and why as a sentence. `outcomes`: what became of the rules of its brand, by ordinal; told
    where it was asked for."""

    line_number: int
    brand: str
    awards: tuple[Award, ...]
    explanation: str
    outcomes: tuple[RuleOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an order earns, decided by one revision; awards in accrual order. `local_day` is the sale's date at its
    place, `read` the facts of the member that the decision rests on."""

    revision: str
    operator: str
    region: str
    time_zone: str
    lines: tuple[LineEvaluation, ...]
    local_day: date
    read: FactsRead = NOTHING_READ

    @property
    def awards(self) -> tuple[Award, ...]:
        """All awards of the order."""
        return tuple(award for line in self.lines for award in line.awards)


class Rules(Protocol):
    """Rules, asked in batches."""

    async def evaluate(
        self, program: str, order: OrderDocument, revision: str | None = None, member: MemberFacts | None = None
    ) -> Evaluation:
        """What the order earns at a revision (None: the live one) if this member bought it (None: nobody known);
        Refusal of rules if it cannot be judged."""

    async def redemption_terms(
        self, program: str, location: str, brand: str, currency: str, occur_time: datetime
    ) -> RedemptionTerms:
        """The terms at a brand and place; Refusal of rules if there are none."""


@dataclass(frozen=True, slots=True)
class Place:
    """A location as the ledger needs it."""

    location_id: str
    operator: str
    region: str
    currency: str
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """A brand as the ledger needs it: the entity that issues its points, and what a point stands for there, by
    currency."""

    entity: str
    liability: Mapping[str, PointRate]


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """What the ledger needs of a program's live revision. `looks_at_members`: what a sale earns may rest on who
    bought it. `limits` are those that the ledger counts, by id."""

    program: str
    revision: str
    replay_clock: bool
    late_upload_days: int
    places: Mapping[str, Place]
    policies: Policies = DEFAULT_POLICIES
    brands: Mapping[str, BrandFacts] = field(default_factory=dict)
    entities: frozenset[str] = frozenset()
    looks_at_members: bool = False
    ladders: tuple[Ladder, ...] = ()
    limits: Mapping[str, SetLimit] = field(default_factory=dict)


class Programs(Protocol):
    """The programs' live revisions, kept in memory."""

    def facts(self, program: str) -> ProgramFacts:
        """The program's; PROGRAM_NOT_FOUND if there is none."""

    def all(self) -> Sequence[ProgramFacts]:
        """Every program's, by id."""


# --- committing


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and whether it is that of an earlier call."""

    answer: Answer
    replayed: bool


class Lanes(Protocol):
    """The serial writers of this process."""

    async def submit(self, command: Command) -> Outcome:
        """Commits a command in its wallet's lane; Refusal if it is refused."""


class Application(NamedTuple):
    """A command of a batch that was applied."""

    command: Command
    applied: Applied


class Refused(NamedTuple):
    """A command of a batch that `apply` refused; `kept` if its retry must be refused again."""

    command: Command
    refusal: Refusal
    kept: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Where an owned lane stands: its epoch, the last position and the hash of the event there."""

    partition: int
    epoch: int
    position: int
    hash: bytes


class HeadMoved(Exception):  # noqa: N818  not a fault: the batch is rolled back and the lane looked at again
    """Another process took the lane or wrote to it, or the database gave the batch up for another's sake."""


class Claims(NamedTuple):
    """What became of a batch's claims: commands whose keys are all ours, in order, and those that were made on what is
    not true any more. The others lost a key to an earlier command."""

    mine: Sequence[Command]
    overtaken: Sequence[Command]


class Batch(Protocol):
    """One transaction of a lane. Lock order is always keys, wallets, head, each sorted."""

    async def claim(self, commands: Sequence[Command]) -> "Claims":
        """Claims request keys and directory entries, and locks what else the commands name there. Those that lose a
        key leave none of their own behind."""

    async def load(self, commands: Sequence[Command]) -> Slice:
        """Locks the commands' wallets and reads what their kind is known to need."""

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""

    async def write(self, head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> Head:
        """Writes the difference, the events, what became of the keys, and moves the lane's head to where it says.

        Raises HeadMoved if the head is no longer where `head` says: nothing of it may be committed.
        """


class BatchStore(Protocol):
    """Opens batches."""

    def begin(self) -> AbstractAsyncContextManager[Batch]:
        """A transaction: commits at the end of the block, rolls back if it raises."""


class Outcomes(Protocol):
    """The directories of requests and documents."""

    async def of_request(self, request: RequestKey, request_id: str) -> Outcome | None:
        """The kept outcome of a request id, None if it was never used; raises the kept refusal, or
        REQUEST_ID_REUSED if it was used for another intent."""

    async def of_document(self, key: bytes) -> "PostedDocument | None":
        """A posted document."""


@dataclass(frozen=True, slots=True)
class PostedDocument:
    """A directory entry: what was asked, under which home, and the first answer. `voided`: it is the tombstone of a
    request that had not arrived."""

    fingerprint: bytes
    program: str
    home: str
    answer: Answer | None
    voided: bool = False


class RefusedOrders(Protocol):
    """Refused uploads that were kept aside."""

    async def keep(self, refused: RefusedOrder) -> None:
        """Keeps one aside, over what was kept of the same sale before: one more try since then."""

    async def page(self, wanted: RefusedFilter, after: RefusedPlace | None, limit: int) -> Portion[RefusedOrder]:
        """At most `limit` of those that were not posted since, oldest first, after a place."""

    async def totals(self, wanted: RefusedFilter) -> Sequence[RefusedTotal]:
        """The same summed up by reason and currency."""


# --- reading


@dataclass(frozen=True, slots=True)
class OrderView:
    """A posted sale with its accruals and what has come back."""

    order: PostedOrder
    accruals: tuple[Accrual, ...]
    returned: tuple[ReturnedLine, ...]


@dataclass(frozen=True, slots=True)
class MovementView:
    """A movement with its accrual as it left it."""

    movement: Movement
    accrual: Accrual


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements are asked for; what is empty or None filters nothing. Committed from `start` and before `end`."""

    kinds: tuple[MovementKind, ...] = ()
    brands: tuple[str, ...] = ()
    accrual_id: str = ""
    cause_id: str = ""
    start: datetime | None = None
    end: datetime | None = None


EVERY_MOVEMENT = MovementFilter()


class AccrualHome(NamedTuple):
    """Under which home an accrual lies, and whose points it is of."""

    home: str
    brand: str


class StoredOrders(Protocol):
    """Posted sales."""

    async def order(self, program: str, home: str, order_id: str) -> OrderView | None:
        """A posted sale."""


class Reader(StoredOrders, Protocol):
    """Reads outside any lane."""

    async def wallet(
        self, wallet: MemberKey, homes: Sequence[str], now: datetime, replay_clock: bool, soon_days: int = 0
    ) -> WalletView:
        """The wallet at `now`, whether or not a sweep has run; at its last command if that is later, or if the
        program's clock is the replay of its orders. What lapses within `soon_days`, and next, is told if they are
        above 0."""

    async def accrual_homes(self, program: str, homes: Sequence[str], ids: Sequence[str]) -> Mapping[str, AccrualHome]:
        """Under which of some homes accruals lie, by id; those that lie elsewhere are left out."""

    async def movements(
        self, home: MemberKey, after: int, limit: int, wanted: MovementFilter = EVERY_MOVEMENT
    ) -> Sequence[MovementView]:
        """Movements of a home after a sequence, oldest first, as far as they are wanted."""


class DueWallet(NamedTuple):
    """A wallet in which something may be due since `due_time`, and its version."""

    root: str
    version: int
    due_time: datetime


class DueWallets(Protocol):
    """Finds what a sweep is for."""

    async def due(
        self, program: str, buckets: Sequence[int], now: datetime, after: tuple[datetime, str], limit: int
    ) -> Sequence[DueWallet]:
        """At most `limit` wallets of some buckets in which something may be due at `now`, the longest overdue first,
        behind (due time, root) of the page before."""


class StoredEvent(NamedTuple):
    """An event with its link in the partition's chain."""

    event: Event
    hash: bytes


class Log(Protocol):
    """The event log."""

    async def heads(self) -> Sequence[LogPosition]:
        """Where every partition stands."""

    async def read(
        self, partition: int, after: int, up_to: int, programs: Sequence[str] | None, limit: int
    ) -> Sequence[StoredEvent]:
        """Events of a partition in order; of all programs if `programs` is None."""

    async def appended(self, timeout_seconds: float) -> None:
        """Returns when something may have been appended, or after the timeout."""


class Auditor(Protocol):
    """Checkers and sums over the whole history."""

    def checks(self, program: str) -> AsyncIterator[IntegrityCheck]:
        """Runs every checker, one after another."""

    async def totals(self, program: str, up_to: Sequence[LogPosition]) -> LedgerTotals:
        """Totals up to a cursor."""
