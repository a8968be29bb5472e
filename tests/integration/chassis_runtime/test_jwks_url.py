"""Keys fetched from a URL: within bounds, kept while it is away, withdrawn when it says so."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chassis.runtime import jwks
from chassis.runtime.jwks import JwksUrl
from chassis.runtime.tokens import TokenVerifier
from chassis.values.refusal import Refusal
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey

FIRST, SECOND = SigningKey("first"), SigningKey("second")


class Issuer:
    """What the URL answers, and how often it was asked."""

    def __init__(self) -> None:
        self.keys = [FIRST]
        self.manner = "well"
        self.asked = 0
        self.url = ""

    def body(self) -> bytes:
        return json.dumps({"keys": [key.jwk() for key in self.keys]}).encode()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            match issuer.manner:
                case "error":
                    self.send_error(503)
                case "elsewhere" if self.path != "/keys":
                    self.send_response(302)
                    self.send_header("Location", "/keys")
                    self.end_headers()
                case "huge":
                    self._answer(b'{"keys": []}' + b" " * jwks.MAX_BYTES)
                case "rubbish":
                    self._answer(b"<html>")
                case "no http":
                    self.wfile.write(b"SMTP 220 at your service\r\n\r\n")
                case "slow":
                    self._answer(b"", length=100)
                    for _ in range(200):
                        self.wfile.write(b" ")
                        time.sleep(0.05)
                case _:
                    self._answer(issuer.body())

        def _answer(self, body: bytes, length: int | None = None) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield issuer
    server.shutdown()
    server.server_close()


def reason(verifier: TokenVerifier, key: SigningKey) -> str | None:
    try:
        verifier.verify(key.token())
    except Refusal as refusal:
        return refusal.reason
    return None


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_keys_rotate_with_overlap_and_a_withdrawn_one_counts_no_more(issuer: Issuer) -> None:
    keys = JwksUrl(issuer.url)
    verifier = TokenVerifier(keys, ISSUER, AUDIENCE)
    for published, expected in [
        ([FIRST], (None, "TOKEN_INVALID")),
        ([FIRST, SECOND], (None, None)),
        ([SECOND], ("TOKEN_INVALID", None)),
        ([], ("TOKEN_INVALID", "TOKEN_INVALID")),
    ]:
        issuer.keys = published
        await keys.fetch()
        assert (reason(verifier, FIRST), reason(verifier, SECOND)) == expected


@pytest.mark.parametrize("manner", ["error", "elsewhere", "huge", "rubbish", "no http", "slow"])
async def test_what_is_not_fetched_well_changes_nothing(
    issuer: Issuer, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = JwksUrl(issuer.url)
    await keys.fetch()
    monkeypatch.setattr(jwks, "FETCH_SECONDS", 0.3)
    issuer.manner, issuer.keys = manner, [SECOND]
    began = time.monotonic()
    with pytest.raises((OSError, ValueError)):
        await keys.fetch()
    assert time.monotonic() - began < 5.0
    assert reason(TokenVerifier(keys, ISSUER, AUDIENCE), FIRST) is None


async def test_keys_that_could_not_be_read_for_too_long_are_unavailable(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "KEEP_SECONDS", 0.05)
    keys = JwksUrl(issuer.url)
    verifier = TokenVerifier(keys, ISSUER, AUDIENCE)
    assert reason(verifier, FIRST) == "KEYS_UNAVAILABLE"
    await keys.fetch()
    assert reason(verifier, FIRST) is None
    await asyncio.sleep(0.1)
    assert reason(verifier, FIRST) == "KEYS_UNAVAILABLE"


async def test_an_unknown_key_has_them_fetched_but_not_again_and_again(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "AGAIN_SECONDS", 0.2)
    keys = JwksUrl(issuer.url)
    await keys.fetch()
    verifier = TokenVerifier(keys, ISSUER, AUDIENCE)
    fetching = asyncio.create_task(keys.keep_fetching())
    try:
        issuer.keys = [FIRST, SECOND]
        assert reason(verifier, SECOND) == "TOKEN_INVALID"
        await asyncio.sleep(0.05)
        assert issuer.asked == 1
        await asyncio.sleep(0.2)
        for _ in range(50):
            reason(verifier, SigningKey("none"))
        await until(lambda: reason(verifier, SECOND) is None)
        for _ in range(50):
            reason(verifier, SigningKey("none"))
        await asyncio.sleep(0.05)
        assert issuer.asked == 2
    finally:
        fetching.cancel()


async def test_fetching_goes_on_after_a_failure(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "REFRESH_SECONDS", 0.02)
    monkeypatch.setattr(jwks, "FIRST_PAUSE_SECONDS", 0.02)
    keys = JwksUrl(issuer.url)
    await keys.fetch()
    issuer.manner = "error"
    fetching = asyncio.create_task(keys.keep_fetching())
    try:
        await until(lambda: issuer.asked >= 3)
        issuer.manner, issuer.keys = "well", [SECOND]
        await until(lambda: reason(TokenVerifier(keys, ISSUER, AUDIENCE), SECOND) is None)
    finally:
        fetching.cancel()
