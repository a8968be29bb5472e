"""Bearer tokens: verifying those of callers against a JWKS file, and reading our own."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt

from chassis.runtime.caller import Caller
from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import TOKEN_EXPIRED, TOKEN_INVALID
from chassis.values.refusal import Refusal, refuse

ALGORITHM = "EdDSA"
LEEWAY_SECONDS = 5
CACHED_TOKENS = 10_000
_REQUIRED_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "program", "roles")
_CHECK_FILE_EVERY_SECONDS = 1.0

_log = get_logger(__name__)

TokenProvider = Callable[[], str]
"""Gives the bearer token of this process."""


class WatchedFile:
    """The text of a file, read again when its modification time or size changes; looked at once a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._next_look = 0.0

    def changed(self) -> str | None:
        """The new text if there is one, else None. Raises OSError if the file cannot be read."""
        now = time.monotonic()
        if now < self._next_look:
            return None
        self._next_look = now + _CHECK_FILE_EVERY_SECONDS
        stat = os.stat(self._path)
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen == self._seen:
            return None
        text = self._path.read_text()
        self._seen = seen
        return text


class TokenFile:
    """Our own bearer token, kept in a file that somebody else renews."""

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path)
        self._token = ""

    def __call__(self) -> str:
        try:
            text = self._file.changed()
        except OSError as error:
            _log.error("service token cannot be read", exc_info=error)
            text = None
        if text is not None:
            self._token = text.strip()
        return self._token


class TokenVerifier:
    """Turns a bearer token into a `Caller`. Only EdDSA signatures of keys in the JWKS file count.

    A verified token is remembered by its hash until it expires or the keys change: a signature costs 70 µs.
    """

    def __init__(self, jwks_file: Path, issuer: str, audience: str) -> None:
        """Raises OSError or ValueError if the JWKS file cannot be read at first."""
        self._file = WatchedFile(jwks_file)
        self._issuer = issuer
        self._audience = audience
        self._known: dict[bytes, tuple[float, Caller]] = {}
        text = self._file.changed()
        self._keys = _keys_of(text or "")

    def verify(self, token: str) -> Caller:
        """The caller a token names. Refuses `TOKEN_INVALID` or `TOKEN_EXPIRED`."""
        self._reload()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and known[0] > time.time():
            return known[1]
        self._known.pop(digest, None)
        claims = self._decode(token)
        caller = _caller_of(claims)
        while len(self._known) >= CACHED_TOKENS:
            del self._known[next(iter(self._known))]
        self._known[digest] = (float(claims["exp"]) + LEEWAY_SECONDS, caller)
        return caller

    def _reload(self) -> None:
        try:
            text = self._file.changed()
            if text is None:
                return
            self._keys = _keys_of(text)
            self._known.clear()
        except (OSError, ValueError, jwt.PyJWTError) as error:
            _log.error("JWKS file cannot be read, the keys before it stay", exc_info=error)

    def _decode(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if key is None:
                raise _invalid("its key is not known")
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": list(_REQUIRED_CLAIMS)},
            )
        except jwt.ExpiredSignatureError:
            raise refuse(TOKEN_EXPIRED, "the token has expired") from None
        except (jwt.PyJWTError, ValueError, UnicodeError) as error:
            # The class says what is wrong without quoting the token.
            raise _invalid(type(error).__name__) from None
        return claims


def _keys_of(text: str) -> dict[str, jwt.PyJWK]:
    keys = jwt.PyJWKSet.from_json(text).keys
    return {key.key_id: key for key in keys if key.key_id and key.algorithm_name == ALGORITHM}


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    return Caller(
        subject=claims["sub"],
        programs=_names(claims, "program"),
        roles=_names(claims, "roles"),
        brands=_names(claims, "brands"),
        regions=_names(claims, "regions"),
        locations=_names(claims, "locations"),
    )


def _names(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    value = claims.get(claim, [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise _invalid(f"claim {claim} is not a list of names")
    return frozenset(value)


def _invalid(why: str) -> Refusal:
    return refuse(TOKEN_INVALID, f"the token is not valid: {why}", {"why": why})
