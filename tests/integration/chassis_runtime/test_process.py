"""A service process from outside: start, readiness, signals, exit status."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.runtime.channel import connect
from chassis.runtime.migrations import migrate
from chassis.runtime.transport import PLAIN
from deploy.local.databases import Database
from deploy.local.ports import free_ports
from tests.integration.chassis_runtime.hop import KEY
from tests.support.collector import collecting
from tests.unit.chassis_runtime.echo import ECHO, EchoRequest, EchoStub
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, write_jwks
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 20.0
IDLE_LIMIT_BYTES = 120 * 1024 * 1024


@dataclass(slots=True)
class House:
    """How to run it, and where it listens."""

    environment: dict[str, str]
    address: str

    async def start(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.integration.chassis_runtime.house",
            *arguments,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}", **self.environment, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @property
    def trace_file(self) -> Path:
        return Path(self.environment["HOUSE_TRACE_FILE"])

    async def migrate(self) -> None:
        """Bring the schema up to date, from within this process."""
        url = self.environment["HOUSE_MIGRATION_DATABASE_URL"]
        await migrate(url, "tests.integration.chassis_runtime.house.migrations", app_role="ledger_app")

    async def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run it to its end; its exit status and what it told on stderr."""
        process = await self.start(*arguments, **environment)
        _out, told = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
        assert process.returncode is not None
        return process.returncode, told.decode()

    @asynccontextmanager
    async def serving(self, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A migrated, serving process; ended at the end if it still runs."""
        await self.migrate()
        process = await self.start(**environment)
        try:
            await self._healthy()
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def _healthy(self) -> None:
        async with grpc.aio.insecure_channel(self.address) as raw, asyncio.timeout(PATIENCE_SECONDS):
            request = health_pb2.HealthCheckRequest(service=ECHO.full_name)
            async for answer in health_pb2_grpc.HealthStub(raw).Watch(request, wait_for_ready=True):
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return

    @asynccontextmanager
    async def stub(self) -> AsyncIterator[Any]:
        async with connect(PLAIN.peer(self.address), ECHO, KEY.token) as channel:
            yield EchoStub(channel)


@pytest.fixture
def house(tmp_path: Path, empty_database: Database) -> House:
    (port,) = free_ports(1)
    address = f"127.0.0.1:{port}"
    environment = {
        "HOUSE_LISTEN_ADDRESS": address,
        "HOUSE_DATABASE_URL": empty_database.url,
        "HOUSE_MIGRATION_DATABASE_URL": empty_database.owner_url,
        "HOUSE_PLAINTEXT": "loopback",
        "HOUSE_JWKS_FILE": str(write_jwks(tmp_path / "jwks.json", KEY)),
        "HOUSE_TOKEN_ISSUER": ISSUER,
        "HOUSE_TOKEN_AUDIENCE": AUDIENCE,
        "HOUSE_TRACE_FILE": str(tmp_path / "trace.jsonl"),
        "HOUSE_DRAIN_SECONDS": "5",
    }
    return House(environment, address)


async def _terminated(process: asyncio.subprocess.Process) -> tuple[int | None, list[str]]:
    """Ask it to stop; its exit status and the lines it printed."""
    process.send_signal(signal.SIGTERM)
    out, _told = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    return process.returncode, out.decode().splitlines()


async def test_migrate_twice_succeeds_twice(house: House) -> None:
    assert [(await house.run("migrate"))[0] for _ in range(2)] == [0, 0]


async def test_sigterm_drains_in_order_and_exits_with_0(house: House) -> None:
    async with house.serving() as process:
        assert await _terminated(process) == (0, ["building", "leaving", "worker stopped", "closed"])


async def test_a_process_that_cannot_hand_over_ends_all_the_same(house: House) -> None:
    async with house.serving(HOUSE_MOOD="leaves_badly") as process:
        assert await _terminated(process) == (0, ["building", "leaving", "worker stopped", "closed"])


async def test_sigint_is_the_same(house: House) -> None:
    async with house.serving() as process:
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
        assert process.returncode == 0


async def test_a_call_under_way_is_answered_before_the_process_ends(house: House) -> None:
    async with house.serving() as process, house.stub() as stub:
        await stub.Read(EchoRequest())  # connected: what is sent now arrives
        call = stub.Read(EchoRequest(text="done", number=1_000))
        await asyncio.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert (await call).text == "done"
        await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
        assert process.returncode == 0


async def test_a_signal_before_the_service_is_built_ends_it(house: House) -> None:
    await house.migrate()
    process = await house.start(HOUSE_MOOD="never_built")
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS)
    assert (await _terminated(process))[0] == 0


async def test_a_worker_that_dies_takes_the_process_down(house: House) -> None:
    await house.migrate()
    status, told = await house.run(HOUSE_MOOD="worker_dies")
    assert status == 1
    assert "worker died" in told


async def test_a_schema_that_is_behind_is_told_and_exits_with_1(house: House) -> None:
    status, told = await house.run()
    assert status == 1
    assert "run migrate first" in told


async def test_bad_settings_exit_with_2(house: House) -> None:
    status, told = await house.run(HOUSE_LISTEN_ADDRESS="nowhere", HOUSE_LOG_LEVEL="loud")
    assert status == 2
    assert "HOUSE_LISTEN_ADDRESS" in told
    assert "HOUSE_LOG_LEVEL" in told


async def test_a_port_in_use_exits_with_1_and_names_the_address(house: House) -> None:
    async with house.serving():
        status, told = await house.run()
    assert status == 1
    assert house.address in told


async def test_every_line_it_logs_is_json(house: House) -> None:
    status, told = await house.run("migrate")
    assert status == 0
    assert {json.loads(line)["service"] for line in told.splitlines()} == {"house"}


async def test_spans_are_written_before_the_process_ends(house: House) -> None:
    async with house.serving() as process, house.stub() as stub:
        await stub.Read(EchoRequest(), metadata=[("traceparent", SAMPLED)])
        await _terminated(process)
    spans = [json.loads(line) for line in house.trace_file.read_text().splitlines()]
    assert [(span["trace_id"], span["name"]) for span in spans] == [(TRACE_ID, "chassistest.v1.EchoService/Read")]


async def test_spans_and_metrics_go_to_a_collector(house: House) -> None:
    async with (
        collecting() as collector,
        house.serving(OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint) as process,
        house.stub() as stub,
    ):
        await stub.Read(EchoRequest())
        assert (await _terminated(process))[0] == 0
    assert collector.span_names == ["chassistest.v1.EchoService/Read"]
    assert "rpc.server.call.duration" in collector.metric_names


async def test_a_collector_that_is_away_does_not_keep_the_process_from_ending(house: House) -> None:
    async with house.serving(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1") as process, house.stub() as stub:
        await stub.Read(EchoRequest())
        async with asyncio.timeout(8.0):
            assert (await _terminated(process))[0] == 0


async def test_an_idle_process_is_small(house: House) -> None:
    async with house.serving() as process:
        assert psutil.Process(process.pid).memory_info().rss < IDLE_LIMIT_BYTES
