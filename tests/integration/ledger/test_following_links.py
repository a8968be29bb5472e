"""The ledger follows identity's merges: over restarts of identity, and it ends quietly when it is told to."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from loyalty.identity.v1 import merge_service_pb2
from structlog.testing import capture_logs
from structlog.typing import EventDict

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers, repeating
from deploy.local.stack import LocalStack
from ledger_service.peers.links import IdentityLinks
from ledger_service.use_cases.follow_links import MOST_AT_ONCE, FollowLinks
from ledger_service.use_cases.link_ports import LinkChange, LinkFeed
from ledger_service.use_cases.ports import ProgramFacts
from ledger_service.workers.link_follower import LinkFollower
from tests.integration.identity.calls import card, enroll
from tests.integration.identity.house import House, open_house
from tests.integration.identity.merging.desk import open_desk
from tests.support.servers import Databases

_MERGES = merge_service_pb2.DESCRIPTOR.services_by_name["MergeService"]
PATIENCE_SECONDS = 8.0


@dataclass
class Ledger:
    """How far it has followed; its only program is a replay, so there is no wallet to tell."""

    reached: dict[str, int] = field(default_factory=dict)

    async def read(self) -> Mapping[str, int]:
        """The cursors."""
        return dict(self.reached)

    async def move(self, program: str, position: int) -> None:
        """Moves one on."""
        self.reached[program] = position

    def facts(self, program: str) -> ProgramFacts:
        """The program."""
        return ProgramFacts(program, "rev_1", True, 400, {})

    def following(self, feed: LinkFeed) -> FollowLinks:
        """The use case."""
        unused: Any = None
        return FollowLinks(unused, self, unused, feed, self, unused, unused, lambda: True)  # type: ignore[arg-type]


@dataclass
class Backlog:
    """A feed of many changes that knows whether it was left open."""

    changes_left: int
    opened: int = 0

    async def changes(self, after: Mapping[str, int]) -> AsyncGenerator[LinkChange]:
        """Those behind the cursor."""
        self.opened += 1
        try:
            for position in range(after.get("grove", 0) + 1, self.changes_left + 1):
                yield LinkChange("grove", position, True, "mem_b", "mem_a", datetime(2026, 5, 1, tzinfo=UTC))
        finally:
            self.opened -= 1


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110  what goes on is behind a connection
            await asyncio.sleep(0.01)


async def merge(house: House, name: str) -> None:
    async with house.stub() as till, open_desk(house) as desk:
        one, other = [(await till.EnrollMember(enroll(card(f"{name}{n}")))).member.member_id for n in "AB"]
        await desk.merge(one, other)


@asynccontextmanager
async def followed(servers: LocalStack, address: str, ledger: Ledger) -> AsyncIterator[None]:
    """The worker as the ledger runs it, only more often."""
    token = servers.secrets.mint_token("ledger", programs=["*"], roles=["SERVICE"])
    async with connect(PLAIN.peer(address), _MERGES, lambda: token) as channel:
        step = LinkFollower(ledger.following(IdentityLinks(channel)))
        workers = Workers([repeating("follow-links", step, idle_seconds=0.02, max_backoff_seconds=0.1)])
        yield
        await workers.stop(1)


async def test_it_goes_on_after_identity_was_away_and_ends_without_a_word(
    servers: LocalStack, databases: Databases
) -> None:
    ledger, before = Ledger(), asyncio.all_tasks()
    refused: list[EventDict] = []

    def away() -> bool:
        refused[:] = [entry for entry in logs if entry["event"] == "worker step refused"]
        return bool(refused)

    with capture_logs() as logs:
        async with databases.fresh("identity") as database:
            async with open_house(servers, database, ("grove",)) as house:
                await merge(house, "EARLY")
            async with followed(servers, house.address, ledger):
                await until(away)
                async with open_house(servers, database, ("grove",), listen_address=house.address) as again:
                    await until(lambda: ledger.reached == {"grove": 1})
                    await merge(again, "LATE")
                    await until(lambda: ledger.reached == {"grove": 2})
    mine = [entry for entry in logs if entry.get("worker") == "follow-links"]
    assert {entry["reason"] for entry in refused} == {"UNAVAILABLE"}
    assert {entry["log_level"] for entry in mine} == {"warning"}
    assert {entry["event"] for entry in mine} == {"worker step refused"}
    assert asyncio.all_tasks() - before == set()


async def test_a_long_backlog_is_told_in_rounds_and_no_stream_is_left_open() -> None:
    ledger, feed = Ledger(), Backlog(MOST_AT_ONCE + 5)
    step = LinkFollower(ledger.following(feed))
    assert await step()
    assert (ledger.reached, feed.opened) == ({"grove": MOST_AT_ONCE}, 0)
    assert not await step()
    assert (ledger.reached, feed.opened) == ({"grove": MOST_AT_ONCE + 5}, 0)
