"""A stream ends with its caller's token, also when no message passes."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from chassis.runtime.tokens import LEEWAY_SECONDS
from chassis.values.refusal import Refusal
from tests.integration.chassis_runtime.hop import KEY, hop
from tests.unit.chassis_runtime.echo import EchoRequest
from tests.unit.chassis_runtime.keys import SigningKey, write_jwks


async def _silent(_request: Any, _context: Any) -> Any:
    await asyncio.sleep(30)


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.runtime.interceptors.lasting.LOOK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr("chassis.runtime.files.LOOK_EVERY_SECONDS", 0.0)


@pytest.mark.usefixtures("looks_often")
@pytest.mark.parametrize("method", ["Follow", "Write", "Upload", "Talk"])
async def test_a_silent_stream_ends_when_its_token_expires(tmp_path: Path, method: str) -> None:
    token = KEY.token(iat=int(time.time()) - 60, exp=time.time() - LEEWAY_SECONDS + 0.2)
    async with hop(tmp_path, _silent, token=token) as ends:
        call = getattr(ends.stub, method)
        stream = call(EchoRequest(number=2)) if method in ("Follow", "Write") else call()
        with pytest.raises(Refusal) as ended:
            async with asyncio.timeout(10):
                await (stream if method == "Upload" else stream.read())
    assert ended.value.reason == "TOKEN_EXPIRED"


@pytest.mark.usefixtures("looks_often")
async def test_a_silent_stream_ends_when_its_key_is_withdrawn(tmp_path: Path) -> None:
    async with hop(tmp_path, _silent) as ends:
        stream = ends.stub.Follow(EchoRequest(number=2))
        reading = asyncio.ensure_future(stream.read())
        await asyncio.sleep(0.1)
        write_jwks(tmp_path / "jwks.json", SigningKey("another"))
        with pytest.raises(Refusal) as ended:
            async with asyncio.timeout(10):
                await reading
    assert ended.value.reason == "TOKEN_INVALID"


@pytest.mark.usefixtures("looks_often")
async def test_a_stream_with_a_good_token_goes_on(tmp_path: Path) -> None:
    async def slow(request: Any, _context: Any) -> Any:
        await asyncio.sleep(0.05)
        return request

    async with hop(tmp_path, slow) as ends:
        assert [answer.number async for answer in ends.stub.Follow(EchoRequest(number=4))] == [0, 1, 2, 3]
