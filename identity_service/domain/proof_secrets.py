"""How PINs, codes and apps' tokens are checked. Whoever reads the database has neither PIN nor code: both need the
installation's key as well, and a PIN some tens of milliseconds a guess besides."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.values.canonical import fingerprint
from chassis.values.ids import hash_of, is_id
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import TOKEN_LIFE, Purpose

SALT_BYTES = 16
KEY_BYTES = 32
NO_SALT = bytes(SALT_BYTES)
"""Of a member without a PIN or code: the work is done all the same."""
CODE_DIGITS = 8
_SCRYPT_COST, _SCRYPT_BLOCK = 2**14, 8
"""16 MiB and about 40 ms a guess."""
_LEEWAY = timedelta(seconds=5)
_NONCE_CHARACTERS = range(16, 129)
_NO_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""What reading something raises that was made to be no token. UnicodeError is a ValueError."""
_NOBODYS_KEYS = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0" + "d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f" + "2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""The points of small order of the curve, also as they are written otherwise; without the bit of the sign."""


def pin_verifier(key: bytes, member: MemberKey, pin: str, salt: bytes) -> bytes:
    """What a PIN is checked by, 32 bytes. Slow on purpose; call it off the event loop."""
    stretched = hashlib.scrypt(pin.encode(), salt=salt, n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, dklen=32)
    return fingerprint(key, "identity.pin/1", [member.program_id, member.member_id, stretched.hex()])


def code_of(key: bytes, member: MemberKey, purpose: Purpose, salt: bytes) -> str:
    """The code made from a salt: eight digits."""
    return _digits(
        fingerprint(key, "identity.code/1", [member.program_id, member.member_id, purpose.value, salt.hex()])
    )


def identifier_code_of(key: bytes, identifier: bytes, salt: bytes) -> str:
    """The code made from a salt to verify an identifier of this fingerprint: eight digits."""
    return _digits(fingerprint(key, "identity.identifier_code/1", [identifier.hex(), salt.hex()]))


def _digits(digest: bytes) -> str:
    return f"{int.from_bytes(digest[:16], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def same(left: str, right: str) -> bool:
    """Whether two secrets are the same text, in a time that does not tell."""
    return hmac.compare_digest(left.encode(), right.encode())


@dataclass(frozen=True, slots=True)
class Token:
    """An app's token that is genuine and in time. `nonce` is a hash by which it is used once."""

    nonce: bytes
    expire_time: datetime


def audience_of(program_id: str, purpose: Purpose) -> str:
    """The audience of a token: it is good in one program and for one purpose."""
    return f"loyalty/{program_id}/{purpose.name.lower()}"


def is_a_key(public_key: bytes) -> bool:
    """True if only who holds its other half can sign for it: 32 bytes that are none of the points for which anybody
    can."""
    return len(public_key) == KEY_BYTES and bytes([*public_key[:-1], public_key[-1] & 0x7F]) not in _NOBODYS_KEYS


def key_id_in(token: str) -> str:
    """The key that a token says it was signed with; empty if it says none that could be, or is no token."""
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
    except _NO_TOKEN:
        return ""
    return key_id if isinstance(key_id, str) and is_id(key_id) else ""


def read_token(
    token: str, public_key: bytes, key_id: str, audience: str, members: Collection[str], now: datetime
) -> Token | None:
    """The token if the key signed it for the audience and one of the member's ids, it lives now, and no longer than an
    app's token may; else None."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(public_key),
            algorithms=["EdDSA"],
            audience=audience,
            # Time is the service's clock, not the library's.
            options={
                "require": ["aud", "sub", "iat", "exp", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        nonce, subject = claims["jti"], claims["sub"]
        if (
            not _lives(claims, now)
            or subject not in members
            or not isinstance(nonce, str)
            or len(nonce) not in _NONCE_CHARACTERS
        ):
            return None
        return Token(hash_of("nonce", key_id, nonce), _moment(claims["exp"]) + _LEEWAY)
    except _NO_TOKEN:
        return None


def _lives(claims: Mapping[str, Any], now: datetime) -> bool:
    """Whether its time is now, and no longer than an app's token may have."""
    issue_time, expire_time = _moment(claims["iat"]), _moment(claims["exp"])
    begin = max(issue_time, _moment(claims["nbf"])) if "nbf" in claims else issue_time
    return begin - _LEEWAY <= now < expire_time + _LEEWAY and expire_time - issue_time <= TOKEN_LIFE


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise TypeError("a moment is whole seconds")
    return datetime.fromtimestamp(seconds, UTC)
