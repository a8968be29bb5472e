"""What nobody calls for any more is gone on with, and only that."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.runtime.reasons import unavailable
from ledger_service.domain.pooling import Pooling, PoolingState
from ledger_service.use_cases.take_up_imports import AT_REST, TakeUpImports


@dataclass
class World:
    """What is on its way, and what was gone on with."""

    time: datetime = datetime(2026, 5, 1, tzinfo=UTC)
    done_line: int = 0
    lines_left: int = 5
    is_away: bool = False
    went_on: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    async def under_way(self) -> list[tuple[str, str, int]]:
        return [("p", "import", self.done_line)]

    async def leaving(self) -> list[tuple[str, str, int]]:
        return [("p", "source", self.lines_left)]

    async def find(self, program: str, source: str) -> Pooling:
        return Pooling(program, source, PoolingState.LEAVING, 4, 0, 0, "")

    async def go_on(self, first: Any, *_: str) -> None:
        if self.is_away:
            raise unavailable("identity")
        self.went_on.append("source" if isinstance(first, Pooling) else "import")


def taking_up(world: World) -> TakeUpImports:
    return TakeUpImports(world, world, world, world, world)  # type: ignore[arg-type]


async def test_what_has_not_moved_for_a_while_is_gone_on_with() -> None:
    world = World()
    take_up = taking_up(world)
    assert await take_up() == (0, ())
    world.time += AT_REST
    world.done_line += 1
    assert await take_up() == (1, ())
    assert world.went_on == ["source"]
    world.time += AT_REST
    world.lines_left -= 1
    assert await take_up() == (1, ())
    assert world.went_on == ["source", "import"]
    world.time += AT_REST - timedelta(seconds=1)
    world.done_line += 1
    assert await take_up() == (0, ())


async def test_one_that_fails_does_not_hold_up_the_others() -> None:
    world = World(is_away=True)
    take_up = taking_up(world)
    await take_up()
    world.time += AT_REST
    assert await take_up() == (0, ("UNAVAILABLE", "UNAVAILABLE"))
    world.is_away = False
    assert await take_up() == (2, ())
