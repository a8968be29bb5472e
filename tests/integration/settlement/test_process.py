"""The service as a process of its own: killed at any moment, told to end, and traced."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from deploy.local.databases import Database
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.process import CHECKOUT
from deploy.local.stack import LocalStack
from tests.integration.settlement.house import SETTLEMENT, House, neighbours, sql
from tests.integration.settlement.ledger import FakeLedger
from tests.property.settlement.model import PROGRAM, World, worked_basket
from tests.unit.settlement.messages import event_message

KILLS = 6
_BOOKED = "SELECT count(*) FROM booked_event"


@asynccontextmanager
async def running(
    servers: LocalStack, books: Database, peers: str, port: int, trace_file: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process; killed if it still runs at the end."""
    settings = {
        "SETTLEMENT_LISTEN_ADDRESS": f"{LOOPBACK}:{port}",
        "SETTLEMENT_DATABASE_URL": books.url,
        "SETTLEMENT_LEDGER_ADDRESS": peers,
        "SETTLEMENT_RULES_ADDRESS": peers,
        "SETTLEMENT_PLAINTEXT": "loopback",
        "SETTLEMENT_JWKS_FILE": str(servers.secrets.jwks_file),
        "SETTLEMENT_SERVICE_TOKEN_FILE": str(servers.secrets.service_token_file("settlement")),
        "SETTLEMENT_TRACE_FILE": str(trace_file),
        "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "gen"))),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "settlement_service", env={**os.environ, **settings}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_service_killed_again_and_again_books_each_event_once(
    servers: LocalStack, books: Database, tmp_path: Path
) -> None:
    ledger, port, worlds = FakeLedger(), Ports.free().settlement, [World(f"mem_{number}", 1) for number in range(40)]
    async with neighbours(servers, ledger) as peers:
        for _ in range(KILLS):
            async with running(servers, books, peers, port, tmp_path / "trace.jsonl"):
                await _grow_and_be_killed(ledger, worlds, books)
        async with running(servers, books, peers, port, tmp_path / "trace.jsonl"):
            house = House(f"{LOOPBACK}:{port}", ledger, books, servers)
            await _until_booked(house)
            assert {check.violations for check in await house.checks()} == {0}
    async with sql(books) as connection:
        assert await connection.fetchval(_BOOKED) == len(ledger.log[1])


async def test_a_service_told_to_end_exits_in_good_order_and_leaves_the_traces(
    servers: LocalStack, books: Database, tmp_path: Path
) -> None:
    ledger, port, trace_file = FakeLedger(), Ports.free().settlement, tmp_path / "trace.jsonl"
    commands = [f"{number:032x}" for number in range(1, 5)]
    ledger.add(
        event_message(event, f"00-{trace_id}-00000000000000aa-01")
        for event, trace_id in zip(worked_basket().events, commands, strict=True)
    )
    async with neighbours(servers, ledger) as peers, running(servers, books, peers, port, trace_file) as process:
        await _until_booked(House(f"{LOOPBACK}:{port}", ledger, books, servers))
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    spans = [json.loads(line) for line in trace_file.read_text().splitlines()]
    booked = [span for span in spans if span["name"] == "book events"]
    assert {span["trace_id"]: span["parent_id"] for span in booked} == dict.fromkeys(commands, "00000000000000aa")


async def _grow_and_be_killed(ledger: FakeLedger, worlds: list[World], books: Database) -> None:
    """Events keep coming while the process starts; some time after it has booked more it is killed."""
    async with sql(books) as connection, asyncio.timeout(60):
        before = await connection.fetchval(_BOOKED)
        while await connection.fetchval(_BOOKED) == before:
            await asyncio.sleep(0.01)
            _commit(ledger, random.choice(worlds))
    for _ in range(random.randint(0, 60)):
        _commit(ledger, random.choice(worlds))
        await asyncio.sleep(0.001)


def _commit(ledger: FakeLedger, world: World) -> None:
    """One more order of a member, at the next position of its partition."""
    [event] = world.earn_once()
    message = event_message(event)
    message.position.position = len(ledger.log[1]) + 1
    message.hash = random.randbytes(32)
    ledger.add([message])


async def _until_booked(house: House) -> None:
    """Waits for the process to serve and to have booked the whole log."""
    token = house.servers.secrets.mint_token("office", programs=[PROGRAM], roles=["FINANCE"])
    request = messages.GetPositionsRequest(program_id=PROGRAM, at_least=house.ledger.head)
    async with connect(PLAIN.peer(house.address), SETTLEMENT, lambda: token, timeout_seconds=20) as channel:
        await SettlementServiceStub(channel).GetPositions(request, wait_for_ready=True)
