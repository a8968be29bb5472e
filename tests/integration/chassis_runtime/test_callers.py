"""Who may call what, over a real hop."""

import time
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chassis.runtime.caller import current_caller
from chassis.values.refusal import Code, Refusal
from tests.integration.chassis_runtime.hop import KEY, hop
from tests.unit.chassis_runtime.echo import ECHO, EchoRequest, EchoResponse
from tests.unit.chassis_runtime.keys import SigningKey


async def _refusal_with(tmp_path: Path, token: str, method: str = "Read") -> Refusal:
    async with hop(tmp_path, token=token) as ends:
        with pytest.raises(Refusal) as refused:
            await getattr(ends.stub, method)(EchoRequest())
    return refused.value


async def test_a_handler_knows_its_caller(tmp_path: Path) -> None:
    async def who(_request: Any, _context: Any) -> Any:
        return EchoResponse(text=current_caller().subject)

    async with hop(tmp_path, who) as ends:
        assert (await ends.stub.Read(EchoRequest())).text == "till-1"


async def test_a_stream_knows_its_caller(tmp_path: Path) -> None:
    async def who(_request: Any, _context: Any) -> Any:
        return EchoResponse(text=current_caller().subject)

    async with hop(tmp_path, who) as ends:
        assert [answer.text async for answer in ends.stub.Follow(EchoRequest(number=2))] == ["till-1"] * 2


async def test_a_call_without_token_is_refused(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends, grpc.aio.insecure_channel(ends.address) as raw:
        call: Any = raw.unary_unary("/chassistest.v1.EchoService/Read")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call(b"")
    assert failed.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert failed.value.details() == "the call carries no bearer token"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", "TOKEN_INVALID"),
        ("rubbish", "TOKEN_INVALID"),
        (SigningKey().token(), "TOKEN_INVALID"),
        (KEY.token(aud="other"), "TOKEN_INVALID"),
        (KEY.token(exp=int(time.time()) - 60), "TOKEN_EXPIRED"),
    ],
    ids=["empty", "rubbish", "another key", "another audience", "expired"],
)
async def test_a_bad_token_is_refused(tmp_path: Path, token: str, reason: str) -> None:
    refusal = await _refusal_with(tmp_path, token)
    assert (refusal.code, refusal.reason) == (Code.UNAUTHENTICATED, reason)


async def test_a_role_the_method_does_not_name_is_refused(tmp_path: Path) -> None:
    refusal = await _refusal_with(tmp_path, KEY.token(roles=["GUEST"]), "Change")
    assert (refusal.code, refusal.reason) == (Code.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    assert refusal.metadata["allowed"] == "KEEPER"


async def test_one_of_the_roles_is_enough(tmp_path: Path) -> None:
    async with hop(tmp_path, token=KEY.token(roles=["OTHER", "GUEST"])) as ends:
        assert (await ends.stub.Read(EchoRequest(number=1))).number == 1


async def test_health_needs_no_token(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends, grpc.aio.insecure_channel(ends.address) as raw:
        stub = health_pb2_grpc.HealthStub(raw)
        for service in ("", ECHO.full_name):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_lists_the_service_without_token(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends, grpc.aio.insecure_channel(ends.address) as raw:
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        stub = reflection_pb2_grpc.ServerReflectionStub(raw)
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([request]))]
    names = {service.name for service in answers[0].list_services_response.service}
    assert names == {ECHO.full_name, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
