"""Random worlds; each is repeated by its seed."""

from collections.abc import Sequence

import pytest

from ledger_service.domain.apply import granting
from ledger_service.use_cases.commit_ports import Application, Head, Refused
from tests.simulation.judge import judge
from tests.simulation.loop import StuckError
from tests.simulation.processes import Faults
from tests.simulation.store import MemoryBatch
from tests.simulation.world import Scenario, World, run_world

CALM = Scenario(cuts=6)
KILLED = Scenario(kills=4, cuts=6)
STOPPED = Scenario(stops=4, processes=3, cuts=6)
CUT = Scenario(faults=Faults(lost=0.05, cut=0.05), cuts=6)
LEASELESS = Scenario(outages=4, losses=3)
ROUGH = Scenario(processes=3, faults=Faults(0.03, 0.03, 0.1), kills=3, stops=3, outages=2, losses=2, cuts=6)
PARTED = Scenario(partitions=4, cuts=40)
"""Periods are cut faster than batches end."""
MERGED = Scenario(partitions=4, members=5, faults=Faults(lost=0.03, cut=0.03), kills=2, merges=40)
"""Members are merged and parted while their tills go on."""


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "scenario",
    [CALM, KILLED, STOPPED, CUT, LEASELESS, ROUGH, PARTED, MERGED],
    ids=["calm", "killed", "stopped", "cut", "leaseless", "rough", "parted", "merged"],
)
def test_whatever_happens_every_answer_stands_and_every_point_is_there(scenario: Scenario, seed: int) -> None:
    judge(run_world(seed, scenario))


def test_a_run_is_repeated_by_its_seed() -> None:
    one, other = run_world(3, ROUGH), run_world(3, ROUGH)
    assert _told(one) == _told(other)


def _told(world: World) -> list[tuple[float, bytes | None]]:
    return [(heard.told, heard.answer) for heard in world.heard]


# --- the judge itself: what is broken on purpose turns it red


async def _blind_write(
    self: MemoryBatch, head: Head, applied: Sequence[Application], refused: Sequence[Refused]
) -> Head:
    """Writes without looking whether the lane is still ours."""
    row = self._database.heads[head.partition]
    row.epoch, row.position = head.epoch, head.position
    return await _write(self, head, applied, refused)


_write = MemoryBatch.write


def test_a_store_that_does_not_look_at_the_head_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryBatch, "write", _blind_write)
    assert any(_is_condemned(seed, STOPPED) for seed in range(20))


def test_a_ledger_that_forgets_what_it_answered_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryBatch, "_request", lambda *_: None)
    monkeypatch.setattr(MemoryBatch, "_entry", lambda *_: None)
    assert any(_is_condemned(seed, CUT) for seed in range(5))


def test_an_answer_before_the_commit_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryBatch, "commit", _lost_commit)
    assert any(_is_condemned(seed, CALM) for seed in range(3))


def _lost_commit(self: MemoryBatch) -> None:
    _commit(self) if self._database.rows.wallets == {} else self.roll_back()


_commit = MemoryBatch.commit


def test_a_sale_that_is_not_judged_again_where_facts_changed_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(granting, "require_facts", lambda *_: None)
    assert any(_is_condemned(seed, CALM) for seed in range(5))


def _is_condemned(seed: int, scenario: Scenario) -> bool:
    try:
        judge(run_world(seed, scenario))
    except (AssertionError, LookupError, StuckError):
        return True
    return False


# --- more of the same, for make soak


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "scenario",
    [KILLED, STOPPED, CUT, LEASELESS, ROUGH, MERGED],
    ids=["killed", "stopped", "cut", "leaseless", "rough", "merged"],
)
def test_many_worlds(scenario: Scenario) -> None:
    for seed in range(1_000, 1_400):
        judge(run_world(seed, scenario))
