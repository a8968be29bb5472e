"""Whoever commits balances dies between any two statements: the next call finds what was born, and each line's points
are born once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.answers import ImportAnswer, LogPosition
from ledger_service.domain.balance_import import BalanceImport, Header, ImportState, LineKind, StagedLine, Terms, total
from ledger_service.domain.commands import Command, ImportPoints, RequestKey, SetTier
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.commit_balance_import import CommitBalanceImport, CommitRequest
from ledger_service.use_cases.import_ports import Done
from ledger_service.use_cases.office_names import Name
from ledger_service.use_cases.ports import BrandFacts, MemberRef, Outcome, ProgramFacts, Resolution

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEADER = Header("p", "i", "old", False, (Terms("B", Ratio(1, 1), Rounding.FLOOR, "USD", ()),))
LINES = [
    StagedLine(
        n,
        LineKind.POINTS,
        home=f"m{n % 3}",
        brand="B",
        old_points=n,
        new_points=n,
        earn_time=datetime(2025, 1, 1, tzinfo=UTC),
    )
    for n in range(1, 6)
]


class Died(Exception):  # noqa: N818  stands for the end of a process
    """The process is gone."""


@dataclass
class World:
    """Everything outside the use case, in memory; it dies at the `left`th touch."""

    left: int = -1
    state: ImportState = ImportState.STAGED
    done_line: int = 0
    commit_time: datetime | None = None
    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    used: dict[bytes, bytes] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)

    def touch(self) -> None:
        if self.left == 0:
            raise Died
        self.left -= 1

    # Imports
    async def find(self, program: str, import_id: str) -> BalanceImport:
        self.touch()
        return BalanceImport(HEADER, self.state, 5, self.done_line, "F", NOW, self.commit_time, total(LINES))

    async def kept(self, name: Name) -> bool:
        self.touch()
        return self.used.get(name.key.key) == name.key.fingerprint

    async def keep(self, name: Name) -> None:
        self.touch()
        self.used[name.key.key] = name.key.fingerprint

    async def move(
        self,
        found: BalanceImport,
        state: ImportState,
        name: Name | None = None,
        signed_by: str = "",
        commit_time: datetime | None = None,
    ) -> bool:
        self.touch()
        if found.state is not self.state:
            return False
        if name is not None:
            self.used[name.key.key] = name.key.fingerprint
        self.state, self.commit_time = state, self.commit_time or commit_time
        return True

    async def next_lines(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        self.touch()
        return [line for line in LINES if line.number > after][:2]

    async def done(self, header: Header, state: ImportState, up_to: int, done: Sequence[Done]) -> None:
        self.touch()
        self.done_line = max(self.done_line, up_to)

    # The rest of the ledger
    def now(self) -> datetime:
        return NOW

    def facts(self, program: str) -> ProgramFacts:
        brand = BrandFacts("e", {"USD": PointRate("USD", Ratio(1, 100))})
        return ProgramFacts("p", "rev_1", False, 400, {}, brands={"B": brand}, entities=frozenset({"e"}))

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        self.touch()
        return Resolution(member.member_id, member.member_id, (member.member_id,), 0, "")

    async def of_request(self, request: RequestKey, request_id: str) -> Outcome | None:
        self.touch()
        kept = self.outcomes.get(request.key)
        return None if kept is None else replace(kept, replayed=True)

    async def submit(self, command: Command) -> Outcome:
        """A commit: what comes after it may fail, it itself is whole."""
        self.touch()
        assert isinstance(command, ImportPoints)
        key = command.origin.request.key
        if key not in self.outcomes:
            name = f"acc{command.lot.line_number}"
            self.born[name] = self.born.get(name, 0) + command.lot.points
            view: WalletView = None  # type: ignore[assignment]
            answer = ImportAnswer("i", name, command.lot.points, 0, view, LogPosition(0, 1))
            self.outcomes[key] = Outcome(answer, replayed=False)
        outcome = self.outcomes[key]
        self.touch()
        return outcome


def committing(world: World) -> CommitBalanceImport:
    admission = Admission(world, world, Fingerprints(b"k" * 32), world, lambda: "")  # type: ignore[arg-type]
    return CommitBalanceImport(admission, world, world, world, world, world, world)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", range(60))
async def test_every_line_is_born_once_wherever_it_died(left: int) -> None:
    world = World(left)
    request = CommitRequest("p", "c-1", "i", total(LINES), "F")
    try:
        await committing(world)("office", request)
    except Died:
        world.left = -1
        await committing(world)("office", request)
    expected: Mapping[str, int] = {f"acc{line.number}": line.new_points for line in LINES}
    assert world.born == expected
    assert world.state is ImportState.COMMITTED


class Tiers(World):
    """A world whose import has one tier."""

    tier = StagedLine(1, LineKind.TIER, home="m1", ladder_id="club", tier_id="gold", until=date(2027, 3, 31))

    async def find(self, program: str, import_id: str) -> BalanceImport:
        return BalanceImport(HEADER, self.state, 1, self.done_line, "F", NOW, self.commit_time, total([self.tier]))

    async def next_lines(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        return [self.tier] if after == 0 else []

    async def submit(self, command: Command) -> Outcome:
        self.commands.append(command)
        view: WalletView = None  # type: ignore[assignment]
        return Outcome(ImportAnswer("i", "", 0, 0, view, LogPosition(0, 1)), replayed=False)


async def test_a_tier_is_set_by_hand_as_imported_by_whom_the_commit_is_signed() -> None:
    world = Tiers()
    await committing(world)("office", CommitRequest("p", "c-1", "i", total([Tiers.tier]), "F"))
    [command] = world.commands
    assert isinstance(command, SetTier)
    assert (command.ladder_id, command.tier, command.start, command.end) == (
        "club",
        "gold",
        NOW.date(),
        date(2027, 3, 31),
    )
    assert (command.reason, command.approver) == ("imported", "F")
