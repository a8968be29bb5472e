"""The public keys of the token issuer: a JWKS from a file or from a URL, as they are now.

A key belongs to one algorithm: what its JWK says, and it must fit its kind. Tokens have no say in it. Keys of other
kinds, symmetric ones among them, are left aside.
"""

import asyncio
import json
import random
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chassis.runtime.files import WatchedFile
from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import KEYS_UNAVAILABLE
from chassis.values.refusal import refuse

KEEP_SECONDS = 3600.0
"""How long the keys we have count after the last time that file or URL could be read."""
REFRESH_SECONDS = 60.0
"""How often a URL is asked; a key withdrawn there counts no longer than this."""
AGAIN_SECONDS = 10.0
"""A token of an unknown key has the URL asked out of turn, but never sooner than this after the last time."""
FIRST_PAUSE_SECONDS = 1.0
FETCH_SECONDS = 5.0
MAX_BYTES = 256 * 1024
MOST_KEYS = 100
LEAST_RSA_BITS = 2048

_KINDS = {"EdDSA": ("OKP", "Ed25519"), "ES256": ("EC", "P-256"), "RS256": ("RSA", None)}
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the one algorithm it verifies."""

    algorithm: str
    public: Any


class KeySource(Protocol):
    """Where the keys come from."""

    def current(self) -> Mapping[str, Key]:
        """The keys by id; the same object as long as nothing has changed. Refuses `KEYS_UNAVAILABLE` when they could
        not be read for an hour."""

    def missed(self) -> None:
        """A token names a key that is not there: it may be a new one."""


@dataclass(slots=True)
class _Kept:
    """The keys last read, and until when they count without being read again."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    until: float = 0.0

    def read(self, text: str) -> None:
        keys = keys_of(text)
        if keys != self.keys or not self.until:
            self.keys = keys
        self.confirm()

    def confirm(self) -> None:
        self.until = time.monotonic() + KEEP_SECONDS

    def current(self) -> Mapping[str, Key]:
        if time.monotonic() > self.until:
            raise refuse(KEYS_UNAVAILABLE, "the token issuer's keys cannot be had", retry_after_seconds=AGAIN_SECONDS)
        return self.keys


class JwksFile:
    """Keys in a file, read again within a second of a change."""

    def __init__(self, path: Path) -> None:
        """Raises OSError or ValueError if it cannot be read at first."""
        self._file = WatchedFile(path)
        self._kept = _Kept()
        self._kept.read(self._file.changed() or "")
        self._good = True

    def current(self) -> Mapping[str, Key]:
        if self._good and not self._file.is_due:
            # Every call asks, and what was good a moment ago is.
            return self._kept.keys
        try:
            text = self._file.changed()
            if text is not None:
                self._kept.read(text)
                self._good = True
            elif self._good:
                self._kept.confirm()
        except (OSError, ValueError) as error:
            self._good = False
            self._file.again()
            _log.error("JWKS file cannot be read, the keys before it stay", exc_info=error)
        return self._kept.current()

    def missed(self) -> None:
        """The file is looked at often enough."""


class JwksUrl:
    """Keys behind `https://`, fetched beside the calls: no call waits for them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = _Kept()
        self._asked = asyncio.Event()
        self._fetched = 0.0

    def current(self) -> Mapping[str, Key]:
        return self._kept.current()

    def missed(self) -> None:
        if time.monotonic() - self._fetched >= AGAIN_SECONDS:
            self._asked.set()

    async def fetch(self) -> None:
        """Fetch the keys now. Raises OSError or ValueError; the keys before stay."""
        self._fetched = time.monotonic()
        self._asked.clear()
        self._kept.read(await asyncio.to_thread(_get, self._url))

    async def keep_fetching(self) -> None:
        """Fetches for ever: each minute, sooner for an unknown key, after a failure with a growing pause."""
        pause = REFRESH_SECONDS
        while True:
            await self._pause(pause * random.uniform(0.9, 1.0))
            try:
                await self.fetch()
                pause = REFRESH_SECONDS
            except (OSError, ValueError) as error:
                pause = FIRST_PAUSE_SECONDS if pause == REFRESH_SECONDS else min(REFRESH_SECONDS / 2, 2 * pause)
                _log.error("JWKS cannot be fetched, the keys before it stay", exc_info=error)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        except TimeoutError:
            return


def keys_of(text: str) -> dict[str, Key]:
    """The usable keys of a JWKS by id. Raises ValueError if it is none, if it has too many, or if two keys have one
    id: which of them counts would depend on their order."""
    try:
        listed = json.loads(text)["keys"]
        if not isinstance(listed, list) or len(listed) > MOST_KEYS:
            raise ValueError(f"keys: a list of at most {MOST_KEYS}")
    except (KeyError, TypeError, RecursionError):
        raise ValueError("no JWKS: an object with keys is expected") from None
    found: dict[str, Key] = {}
    for one in listed:
        key_id = one.get("kid") if isinstance(one, dict) else None
        if not isinstance(key_id, str) or not key_id or (key := _key_of(one)) is None:
            continue
        if key_id in found:
            raise ValueError("two keys of the JWKS have the same kid")
        found[key_id] = key
    return found


def _key_of(jwk: Mapping[str, Any]) -> Key | None:
    """None for a key that is not for verifying tokens, or that we do not trust to."""
    algorithm = jwk.get("alg") or next((name for name, kind in _KINDS.items() if kind == _kind(jwk)), None)
    if not isinstance(algorithm, str) or _KINDS.get(algorithm) != _kind(jwk):
        return None
    if jwk.get("use", "sig") != "sig" or "d" in jwk:
        return None
    try:
        public = jwt.PyJWK(dict(jwk), algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if isinstance(public, RSAPublicKey) and public.key_size < LEAST_RSA_BITS:
        return None
    return Key(algorithm, public)


def _kind(jwk: Mapping[str, Any]) -> tuple[Any, Any]:
    return jwk.get("kty"), jwk.get("crv") if jwk.get("kty") != "RSA" else None


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows nobody: whoever can redirect would choose our keys."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _get(url: str) -> str:
    """The body behind a URL, within bounds of size and time. Raises OSError or ValueError."""
    try:
        return _body_of(url).decode()
    except HTTPException as error:
        # Neither of the two: what is no HTTP at all, or ends before its time.
        raise OSError(f"no HTTP answer: {type(error).__name__}") from error


def _body_of(url: str) -> bytearray:
    ends = time.monotonic() + FETCH_SECONDS
    opener = urllib.request.build_opener(_StayHere(), urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    body = bytearray()
    with opener.open(url, timeout=FETCH_SECONDS) as response:
        while chunk := response.read1(65_536):
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError(f"more than {MAX_BYTES} bytes")
            if time.monotonic() > ends:
                raise TimeoutError(f"took longer than {FETCH_SECONDS:g} s")
    return body
