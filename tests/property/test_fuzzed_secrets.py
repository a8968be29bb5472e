"""Tokens and identifiers as nobody should write them: refused in our words or read, never believed, never repeated."""

import base64
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.tokens import TokenVerifier
from chassis.values.refusal import Refusal
from identity_service.domain import proof_secrets
from identity_service.domain.identifiers import IdentifierKind, MalformedIdentifierError, normalized
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey, write_jwks

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
AUDIENCE_OF_APPS = "loyalty/grove/spend"
GENUINE = {
    "aud": AUDIENCE_OF_APPS,
    "sub": "mem_ann",
    "iat": SECONDS,
    "exp": SECONDS + 120,
    "jti": "0123456789abcdef",
}

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
claims = st.dictionaries(
    st.sampled_from(["iss", "aud", "sub", "exp", "iat", "nbf", "jti", "program", "roles", "member", "crit", "b64"]),
    plain | st.lists(plain, max_size=3) | st.dictionaries(st.text(max_size=5), plain, max_size=2),
    max_size=8,
)
headers = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "jwk", "jku", "x5u", "crit", "b64", "zip"]), plain, max_size=5
)


@st.composite
def mangled(draw: st.DrawFn, token: str) -> str:
    """A token with some of its characters replaced, dropped or doubled; never the same."""
    place = draw(st.integers(0, len(token) - 1))
    piece = draw(st.sampled_from(["", ".", "=", "A", "\x00", "é", token[place] * 2, token[:place]]))
    made = token[:place] + piece + token[place + draw(st.integers(1, 4)) :]
    # The last character of a signature holds bits that count for nothing.
    return made if made[:-1] != token[:-1] else ""


def written(header: object, payload: object, signature: bytes) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(payload)}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> tuple[TokenVerifier, SigningKey]:
    key = SigningKey()
    path: Path = write_jwks(tmp_path_factory.mktemp("keys") / "jwks.json", key)
    return TokenVerifier(path, ISSUER, AUDIENCE), key


def refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(Refusal) as raised:
        verifier.verify(token)
    assert raised.value.reason in ("TOKEN_INVALID", "TOKEN_EXPIRED")
    assert len(token) < 12 or token not in str(raised.value)


@given(data=st.data())
def test_a_mangled_token_names_nobody(verifier: tuple[TokenVerifier, SigningKey], data: st.DataObject) -> None:
    trusted, key = verifier
    refused(trusted, data.draw(mangled(key.token())))


@given(header=headers, payload=claims, signature=st.binary(max_size=70))
def test_a_made_up_token_names_nobody(
    verifier: tuple[TokenVerifier, SigningKey], header: Any, payload: Any, signature: bytes
) -> None:
    refused(verifier[0], written({**header, "kid": "key-1"}, payload, signature))


@given(text=st.text(max_size=200))
def test_what_is_no_token_names_nobody(verifier: tuple[TokenVerifier, SigningKey], text: str) -> None:
    refused(verifier[0], text)


@given(payload=claims)
def test_claims_of_any_type_are_read_or_refused(verifier: tuple[TokenVerifier, SigningKey], payload: Any) -> None:
    """Also what our own key has signed, by mistake."""
    trusted, key = verifier
    now = int(time.time())
    genuine = {"iss": ISSUER, "aud": AUDIENCE, "sub": "till", "iat": now, "exp": now + 60, "program": [], "roles": []}
    try:
        token = jwt.encode({**genuine, **payload}, key.private, "EdDSA", headers={"kid": "key-1"})
    except (TypeError, ValueError, jwt.PyJWTError):
        return
    reason = "none"
    try:
        trusted.verify(token)
    except Refusal as refusal:
        reason = refusal.reason
    assert reason in ("none", "TOKEN_INVALID", "TOKEN_EXPIRED")


# --- apps' proofs


def read(token: str) -> proof_secrets.Token | None:
    return proof_secrets.read_token(token, PUBLIC, "key_1", AUDIENCE_OF_APPS, {"mem_ann"}, NOW)


def test_a_genuine_proof_is_read() -> None:
    assert read(jwt.encode(GENUINE, KEY, "EdDSA")) is not None


@given(data=st.data())
def test_a_mangled_proof_proves_nothing(data: st.DataObject) -> None:
    assert read(data.draw(mangled(jwt.encode(GENUINE, KEY, "EdDSA")))) is None


@given(header=headers, payload=claims, signature=st.binary(max_size=70))
def test_a_made_up_proof_proves_nothing(header: Any, payload: Any, signature: bytes) -> None:
    token = written(header, {**GENUINE, **payload}, signature)
    assert read(token) is None
    assert isinstance(proof_secrets.key_id_in(token), str)


@given(payload=claims)
def test_claims_of_any_type_prove_what_they_should_or_nothing(payload: Any) -> None:
    try:
        token = jwt.encode({**GENUINE, **payload}, KEY, "EdDSA")
    except (TypeError, ValueError, jwt.PyJWTError):
        return
    found = read(token)
    assert found is None or {**GENUINE, **payload}["sub"] == "mem_ann"


# --- identifiers


@given(kind=st.sampled_from(IdentifierKind), text=st.text(max_size=300))
def test_any_text_has_one_normal_form_or_none(kind: IdentifierKind, text: str) -> None:
    told = ""
    try:
        found = normalized(kind, text)
    except MalformedIdentifierError as error:
        told = str(error)
    if told:
        assert len(text) < 4 or text not in told
        return
    assert normalized(kind, found.value) == found
    assert found.value.isprintable()


TRICKS = [
    "\x00",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\r\n",
    "а",
    "ı",
    "ﬁ",
    "e\u0301",
    "０",
    "=",
    "'",
    '"',
    "../",
    "%00",
    " ",
]


@given(
    kind=st.sampled_from(IdentifierKind),
    base=st.sampled_from(["4000123412341234", "+14155550123", "ann@example.com", "shop:4711", "app-token-1"]),
    trick=st.sampled_from(TRICKS),
    place=st.integers(0, 10),
)
def test_a_trick_is_refused_or_gone(kind: IdentifierKind, base: str, trick: str, place: int) -> None:
    try:
        found = normalized(kind, base[:place] + trick + base[place:])
    except MalformedIdentifierError:
        return
    assert normalized(kind, found.value) == found
    assert found.value.isascii()
