"""Whoever gives points back dies between any two statements: the next call goes on, and each line goes back once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger_service.domain import pooling_refusals
from ledger_service.domain.answers import LogPosition, WithdrawalAnswer
from ledger_service.domain.balance_import import LineKind, StagedLine
from ledger_service.domain.commands import Command, RequestKey, WithdrawImport
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases import withdraw_imports
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.ports import MemberRef, Outcome, ProgramFacts, Resolution
from ledger_service.use_cases.withdraw_imports import WithdrawImports

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FACTS = ProgramFacts("p", "rev_1", False, 400, {})
LINES = [
    (name, StagedLine(n, LineKind.POINTS, home=f"m{n}", brand="B", new_points=n, accrual_id=f"{name}{n}"))
    for name in ("i", "j")
    for n in range(1, 4)
]


class Died(Exception):  # noqa: N818  stands for the end of a process
    """The process is gone."""


@dataclass
class World:
    """Everything outside the use case, in memory; it dies at the `left`th touch. Points of `held` are held."""

    left: int = -1
    held: set[str] = field(default_factory=set)
    kept: dict[bytes, Outcome] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    gone: dict[tuple[str, int], int] = field(default_factory=dict)

    def touch(self) -> None:
        if self.left == 0:
            raise Died
        self.left -= 1

    def now(self) -> datetime:
        return NOW

    def facts(self, program: str) -> ProgramFacts:
        return FACTS

    async def withdrawing(
        self, program: str, source: str, after: tuple[str, int], limit: int
    ) -> Sequence[tuple[str, StagedLine]]:
        self.touch()
        open_ones = [one for one in LINES if (one[0], one[1].number) not in self.gone]
        return [one for one in open_ones if (one[0], one[1].number) > after][:2]

    async def withdrawn(self, program: str, lines: Sequence[tuple[str, int, int]]) -> None:
        self.touch()
        self.gone.update({(name, number): points for name, number, points in lines})

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        self.touch()
        return Resolution(member.member_id, member.member_id, (member.member_id,), 0, "")

    async def of_request(self, request: RequestKey, request_id: str) -> Outcome | None:
        self.touch()
        kept = self.kept.get(request.key)
        return None if kept is None else replace(kept, replayed=True)

    async def submit(self, command: Command) -> Outcome:
        """A commit: what comes after it may fail, it itself is whole."""
        self.touch()
        assert isinstance(command, WithdrawImport)
        if command.accrual_id in self.held:
            raise pooling_refusals.source_leaving(command.import_id)
        self.taken.append(command.accrual_id)
        view: WalletView = None  # type: ignore[assignment]
        answer = WithdrawalAnswer(command.import_id, command.accrual_id, command.line_number, view, LogPosition(0, 1))
        outcome = self.kept[command.origin.request.key] = Outcome(answer, replayed=False)
        self.touch()
        return outcome


def withdrawing(world: World) -> WithdrawImports:
    admission = Admission(world, world, Fingerprints(b"k" * 32), world, lambda: "")  # type: ignore[arg-type]
    return WithdrawImports(admission, world, world, world, world)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", range(45))
async def test_every_line_goes_back_once_wherever_it_died(left: int) -> None:
    world = World(left)
    try:
        assert await withdrawing(world)(FACTS, "attic")
    except Died:
        world.left = -1
        assert await withdrawing(world)(FACTS, "attic")
    assert sorted(world.taken) == sorted(line.accrual_id for _, line in LINES)
    assert world.gone == {(name, line.number): line.new_points for name, line in LINES}


async def test_what_is_held_waits_and_everything_else_goes() -> None:
    world = World(held={"i2"})
    assert not await withdrawing(world)(FACTS, "attic")
    assert world.gone.keys() == {(name, line.number) for name, line in LINES} - {("i", 2)}
    world.held.clear()
    assert await withdrawing(world)(FACTS, "attic")
    assert world.gone["i", 2] == 2


async def test_a_call_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdraw_imports, "AT_WORK", timedelta())
    world = World()
    assert not await withdrawing(world)(FACTS, "attic")
    assert world.taken == []
