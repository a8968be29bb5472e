"""What most use cases need of the world: peers, the lanes, and what was answered before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from ledger_service.domain.accrual import PointRate
from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Award, Command, RequestKey
from ledger_service.domain.explanation import RuleOutcome
from ledger_service.domain.facts import NO_PROFILE, NOTHING_READ, FactsRead, MemberFacts, Profile
from ledger_service.domain.limits import SetLimit
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.policies import DEFAULT_POLICIES, Policies
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.refused_order import RefusedFilter, RefusedOrder, RefusedPlace, RefusedTotal
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.use_cases.portion import Portion


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""


# --- peers


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A member as a call names it: by id, or by an identifier (kind as the contract numbers it, value, and the country
    in which a phone number is written as people dial it there)."""

    member_id: str = ""
    kind: int = 0
    value: str = ""
    region: str = ""


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
    settlement_zone: str = "UTC"


class Programs(Protocol):
    """The programs' live revisions, kept in memory."""

    def facts(self, program: str) -> ProgramFacts:
        """The program's; PROGRAM_NOT_FOUND if there is none."""

    def all(self) -> Sequence[ProgramFacts]:
        """Every program's, by id."""


# --- commands and their outcomes


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and whether it is that of an earlier call."""

    answer: Answer
    replayed: bool


class Lanes(Protocol):
    """The serial writers of this process."""

    async def submit(self, command: Command) -> Outcome:
        """Commits a command in its wallet's lane; Refusal if it is refused."""


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
