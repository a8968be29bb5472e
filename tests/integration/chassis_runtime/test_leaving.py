"""Who leaves serves on until it stops; and a service whose requests may be larger than those of its process."""

from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.runtime.application import Policies, RegisteredService
from chassis.runtime.channel import connect
from chassis.runtime.server import Server
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from tests.integration.chassis_runtime.hop import KEY, application, hop, verifier
from tests.unit.chassis_runtime.echo import ECHO, EchoRequest, EchoStub

NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def test_who_is_leaving_is_not_ready_and_serves_on(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends:
        await ends.server.leave()
        async with grpc.aio.insecure_channel(ends.address) as channel:
            health = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert health.status == NOT_SERVING
        await ends.stub.Read(EchoRequest())


async def test_a_service_may_have_a_bound_of_its_own(tmp_path: Path) -> None:
    wired = application(policies=Policies(max_request_bytes=100))
    [service] = wired.services
    roomy: list[RegisteredService] = [replace(service, max_request_bytes=1_000)]
    server = Server(replace(wired, services=roomy), verifier(tmp_path))
    address = f"127.0.0.1:{await server.start('127.0.0.1:0', PLAIN)}"
    token = KEY.token()
    async with connect(PLAIN.peer(address), ECHO, lambda: token) as channel:
        await EchoStub(channel).Read(EchoRequest(text="x" * 900))
        with pytest.raises(Refusal) as refused:
            await EchoStub(channel).Read(EchoRequest(text="x" * 1_100))
    await server.stop(0)
    assert refused.value.reason == "MALFORMED"
