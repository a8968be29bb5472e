"""A sweep over an engine: identity and rules are left out, everything below them is real."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chassis.runtime.clock import Clock
from chassis.runtime.postgres import Database
from chassis.runtime.reasons import unavailable
from chassis.values.ids import BUCKETS
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.store.due_wallets import PostgresDueWallets
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.ports import Lanes, MemberRef, ProgramFacts, Resolution
from ledger_service.use_cases.sweep_wallets import SweepRound, SweepWallets


@dataclass
class SomePrograms:
    """Programs by id; those named in `replayed` have a replay clock."""

    names: Sequence[str] = ("prg",)
    replayed: Sequence[str] = ()
    ladders: tuple[Ladder, ...] = ()

    def facts(self, program: str) -> ProgramFacts:
        return ProgramFacts(program, "rev_test", program in self.replayed, 400, {}, ladders=self.ladders)

    def all(self) -> Sequence[ProgramFacts]:
        return [self.facts(name) for name in sorted(self.names)]


@dataclass
class Loners:
    """Members of whom nobody was merged, but for those whose root is told; identity does not answer for some."""

    roots: dict[str, str] = field(default_factory=dict)
    silent: Sequence[str] = ()

    async def resolve(self, _program: str, member: MemberRef) -> Resolution:
        if member.member_id in self.silent:
            raise unavailable("identity")
        root = self.roots.get(member.member_id, member.member_id)
        homes = tuple(dict.fromkeys((root, member.member_id)))
        return Resolution(member.member_id, root, homes, len(homes) - 1, "")


def sweeping(
    database: Database,
    lanes: Lanes,
    clock: Clock,
    programs: SomePrograms | None = None,
    members: Loners | None = None,
    buckets: Callable[[], Sequence[int]] = lambda: range(BUCKETS),
) -> SweepWallets:
    """The use case over a database and lanes."""
    known, outcomes = programs or SomePrograms(), PostgresOutcomes(database)
    admission = Admission(outcomes, known, Fingerprints(b"k" * 32), clock, lambda: "")
    return SweepWallets(admission, known, members or Loners(), PostgresDueWallets(database), lanes, clock, buckets)


async def whole_pass(sweep: SweepWallets) -> SweepRound:
    """All rounds of a pass in one sum."""
    total = SweepRound()
    while (done := await sweep()).more:
        total = SweepRound(
            swept=total.swept + done.swept,
            expired_points=total.expired_points + done.expired_points,
            unheld_points=total.unheld_points + done.unheld_points,
            passed_over={**total.passed_over, **done.passed_over},
        )
    return total
