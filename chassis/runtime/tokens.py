"""Bearer tokens: verifying those of callers against the issuer's keys, and reading our own."""

import hashlib
import json
import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt

from chassis.runtime.caller import Caller
from chassis.runtime.files import WatchedFile
from chassis.runtime.jwks import JwksFile, Key, KeySource
from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import TOKEN_EXPIRED, TOKEN_INVALID
from chassis.runtime.settings import MAX_LIFETIME_SECONDS
from chassis.values.ids import is_id
from chassis.values.refusal import Refusal, refuse

LEEWAY_SECONDS = 5
"""How far the issuer's clock may be from ours."""
MAX_CHARACTERS = 8192
"""A longer text is no token: it is not even looked at."""
CACHED_TOKENS = 10_000

_log = get_logger(__name__)
_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_LATEST = 2**40
_VERIFY = {name: jwt.get_algorithm_by_name(name).verify for name in ("EdDSA", "ES256", "RS256")}

TokenProvider = Callable[[], str]
"""Gives the bearer token of this process."""


class TokenFile:
    """Our own bearer token, kept in a file that somebody else renews."""

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path)
        self._token = ""

    def __call__(self) -> str:
        try:
            text = self._file.changed()
        except (OSError, ValueError) as error:
            _log.error("service token cannot be read", exc_info=error)
            text = None
        if text is not None:
            self._token = text.strip()
        return self._token


class TokenVerifier:
    """Turns a bearer token into a `Caller`. A key decides what algorithm counts, the token's header never does.

    A verified token is remembered by its hash until it expires or the keys change: a signature costs 70 µs.
    """

    def __init__(
        self, keys: KeySource | Path, issuer: str, audience: str, max_lifetime_seconds: float = MAX_LIFETIME_SECONDS
    ) -> None:
        """`keys` may be the path of a JWKS file; raises OSError or ValueError if that cannot be read at first."""
        self._source = JwksFile(keys) if isinstance(keys, Path) else keys
        self._issuer = issuer
        self._audience = audience
        self._max_lifetime_seconds = max_lifetime_seconds
        self._keys: Mapping[str, Key] = {}
        self._known: dict[bytes, tuple[float, Caller]] = {}

    def verify(self, token: str) -> Caller:
        """The caller a token names. Refuses `TOKEN_INVALID` or `TOKEN_EXPIRED`, and `KEYS_UNAVAILABLE` where there are
        no keys to tell by. Says what is wrong with a token, never what is in it."""
        if len(token) > MAX_CHARACTERS or not token.isascii():
            raise _invalid("it is no token")
        keys = self._source.current()
        if keys is not self._keys:
            self._keys = keys
            self._known.clear()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and known[0] > time.time():
            return known[1]
        self._known.pop(digest, None)
        claims = self._signed(token)
        expires = self._in_force(claims)
        caller = _caller_of(claims)
        while len(self._known) >= CACHED_TOKENS:
            del self._known[next(iter(self._known))]
        self._known[digest] = (expires + LEEWAY_SECONDS, caller)
        return caller

    def _signed(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that one of our keys has signed."""
        parts = _SHAPE.fullmatch(token)
        if parts is None:
            raise _invalid("it is no token")
        header, signature = _object(parts[1]), _decoded(parts[3])
        if "crit" in header or "b64" in header:
            raise _invalid("its header asks for what is not understood")
        kind = header.get("typ")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in _TYPES):
            raise _invalid("it is another kind of token")
        # Only looked up: kid never becomes a path, jku, x5u, jwk and x5c in a header are not even read.
        key_id = header.get("kid")
        key = self._keys.get(key_id) if isinstance(key_id, str) else None
        if key is None:
            self._source.missed()
            raise _invalid("its key is not known")
        if header.get("alg") != key.algorithm:
            raise _invalid("its key is for another algorithm")
        if not _VERIFY[key.algorithm](f"{parts[1]}.{parts[2]}".encode(), key.public, signature):
            raise _invalid("its signature does not fit")
        return _object(parts[2])

    def _in_force(self, claims: Mapping[str, Any]) -> float:
        """When it expires, if it is for us and its time is now."""
        if claims.get("iss") != self._issuer:
            raise _invalid("it is another issuer's")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise _invalid("it is for another audience")
        now = time.time()
        issued, expires = _time(claims, "iat"), _time(claims, "exp")
        if expires - issued > self._max_lifetime_seconds:
            raise _invalid("it is good for too long")
        if max(issued, _time(claims, "nbf") if "nbf" in claims else issued) > now + LEEWAY_SECONDS:
            raise _invalid("its time has not begun")
        if expires <= now - LEEWAY_SECONDS:
            raise refuse(TOKEN_EXPIRED, "the token has expired")
        return expires


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    subject = claims.get("sub")
    # It is written down with every change: what no text column takes is refused here, and no line end gets into a log.
    if not isinstance(subject, str) or not subject or not subject.isprintable():
        raise _invalid("claim sub is no name")
    return Caller(
        subject=subject,
        programs=_names(claims, "program", required=True),
        roles=_names(claims, "roles", required=True),
        brands=_names(claims, "brands"),
        regions=_names(claims, "regions"),
        locations=_names(claims, "locations"),
        operators=_names(claims, "operators"),
        members=_member(claims),
    )


def _names(claims: Mapping[str, Any], claim: str, *, required: bool = False) -> frozenset[str]:
    value = claims.get(claim, None if required else [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise _invalid(f"claim {claim} is not a list of names")
    return frozenset(value)


def _member(claims: Mapping[str, Any]) -> frozenset[str]:
    """One member at most: a token is nobody's or somebody's own."""
    value = claims.get("member")
    if value is None:
        return frozenset()
    if not isinstance(value, str) or not is_id(value):
        raise _invalid("claim member is no id")
    return frozenset({value})


def _time(claims: Mapping[str, Any], claim: str) -> float:
    value = claims.get(claim)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise _invalid(f"claim {claim} is no time")
    return float(value)


def _object(part: str) -> Mapping[str, Any]:
    """A JSON object out of base64url."""
    try:
        found = json.loads(_decoded(part).decode(), object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _invalid("it is no token") from None
    if not isinstance(found, dict):
        raise _invalid("it is no token")
    return found


def _decoded(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise _invalid("it is no token") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of one token must not read two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _invalid(why: str) -> Refusal:
    return refuse(TOKEN_INVALID, f"the token is not valid: {why}", {"why": why})
