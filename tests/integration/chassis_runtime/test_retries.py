"""A call is repeated only where its contract says that repeating changes nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from chassis.runtime.channel import service_config
from chassis.runtime.contract import ServiceContract
from chassis.runtime.reasons import overloaded, unavailable
from chassis.runtime.server import Server
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from tests.integration.chassis_runtime.hop import application, hop, verifier
from tests.unit.chassis_runtime.echo import ECHO, GAP, EchoRequest, EchoResponse


class Flaky:
    """Refuses the first calls, then answers."""

    def __init__(self, *refusals: Refusal) -> None:
        self._refusals = list(refusals)
        self.calls = 0

    async def __call__(self, _request: Any, _context: Any, /) -> Any:
        self.calls += 1
        if self._refusals:
            raise self._refusals.pop()
        return EchoResponse()


@pytest.mark.parametrize("method", ["Read", "Change"])
async def test_unavailable_is_retried_for_declared_methods(tmp_path: Path, method: str) -> None:
    flaky = Flaky(unavailable("x"), unavailable("x"))
    async with hop(tmp_path, flaky) as ends:
        await getattr(ends.stub, method)(EchoRequest())
    assert flaky.calls == 3


async def test_an_undeclared_method_is_called_once(tmp_path: Path) -> None:
    flaky = Flaky(unavailable("x"))
    async with hop(tmp_path, flaky) as ends:
        with pytest.raises(Refusal):
            await ends.stub.Append(EchoRequest())
    assert flaky.calls == 1


async def test_another_refusal_is_not_retried(tmp_path: Path) -> None:
    flaky = Flaky(overloaded("x"))
    async with hop(tmp_path, flaky) as ends:
        with pytest.raises(Refusal):
            await ends.stub.Read(EchoRequest())
    assert flaky.calls == 1


async def test_retries_end(tmp_path: Path) -> None:
    flaky = Flaky(*[unavailable("x")] * 50)
    async with hop(tmp_path, flaky) as ends:
        with pytest.raises(Refusal) as refused:
            await ends.stub.Read(EchoRequest())
    assert (refused.value.reason, flaky.calls) == ("UNAVAILABLE", 4)


async def test_a_channel_finds_its_peer_again_within_seconds(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends:
        await ends.stub.Read(EchoRequest())
        await ends.server.stop(0)
        with pytest.raises(Refusal):
            await ends.stub.Append(EchoRequest())
        again = Server(application(), verifier(tmp_path))
        await again.start(ends.address, PLAIN)
        async with asyncio.timeout(5.0):
            while True:
                try:
                    await ends.stub.Append(EchoRequest())
                    break
                except Refusal:
                    await asyncio.sleep(0.05)
        await again.stop(0)


def test_the_retry_policy_names_the_declared_methods() -> None:
    (config,) = service_config(ServiceContract.of(ECHO))["methodConfig"]
    assert {name["method"] for name in config["name"]} == {"Read", "Change", "Follow", "Write"}


def test_a_service_without_declarations_has_no_retry_policy() -> None:
    assert service_config(ServiceContract.of(GAP)) == {}
