"""Parts without which a service goes on: health says how each fares, and the service itself serves on."""

import asyncio
from dataclasses import replace
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.runtime.server import Server
from chassis.runtime.transport import PLAIN
from tests.integration.chassis_runtime.hop import application, verifier

STATUS = health_pb2.HealthCheckResponse


async def test_health_follows_a_component_and_the_service_serves_on(tmp_path: Path) -> None:
    works = [True]
    wired = replace(application(), components={"leases": lambda: works[0]})
    server = Server(wired, verifier(tmp_path))
    port = await server.start("127.0.0.1:0", PLAIN)
    await server.ready()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        probe = health_pb2_grpc.HealthStub(channel)
        assert await _becomes(probe, "leases", STATUS.SERVING)
        works[0] = False
        assert await _becomes(probe, "leases", STATUS.NOT_SERVING)
        assert await _becomes(probe, "", STATUS.SERVING)
    await server.stop(0.5)


async def _becomes(probe: health_pb2_grpc.HealthStub, name: str, wanted: int) -> bool:
    for _ in range(50):
        try:
            if (await probe.Check(health_pb2.HealthCheckRequest(service=name))).status == wanted:
                return True
        except grpc.aio.AioRpcError as error:
            # A name that was not asked about yet is not known yet.
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
        await asyncio.sleep(0.05)
    return False
