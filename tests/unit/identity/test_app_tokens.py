"""Tokens of apps, made by somebody who means harm or by nobody who knows how: a token or none, and never an error."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.ids import hash_of
from identity_service.domain import proof_secrets as secrets
from identity_service.domain.proof import MOST_CHARACTERS, TOKEN_LIFE, Purpose

PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes_raw()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
AUDIENCE = secrets.audience_of("grove", Purpose.SPEND)
GOOD = {"alg": "EdDSA", "kid": "key_1", "typ": "JWT"}
ABSENT = object()


def claims(**changed: Any) -> dict[str, Any]:
    usual = {"aud": AUDIENCE, "sub": "mem_ann", "iat": NOW, "exp": NOW + 120, "jti": "n" * 32}
    return {name: value for name, value in (usual | changed).items() if value is not ABSENT}


def part(value: bytes | str | dict[str, Any]) -> str:
    raw = json.dumps(value) if isinstance(value, dict) else value
    return base64.urlsafe_b64encode(raw if isinstance(raw, bytes) else raw.encode()).rstrip(b"=").decode()


def signed(header: bytes | str | dict[str, Any], payload: bytes | str | dict[str, Any]) -> str:
    """Whatever it is, signed with the app's own good key."""
    text = f"{part(header)}.{part(payload)}"
    return f"{text}.{part(PRIVATE.sign(text.encode()))}"


def by_public_key(algorithm: str, key: bytes) -> str:
    text = f"{part(GOOD | {'alg': algorithm})}.{part(claims())}"
    return f"{text}.{part(jwt.get_algorithm_by_name(algorithm).sign(text.encode(), key))}"


def read(token: str, now: datetime = NOON) -> secrets.Token | None:
    return secrets.read_token(token, PUBLIC, secrets.key_id_in(token), AUDIENCE, {"mem_ann"}, now)


PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
ATTACKS: dict[str, Callable[[], str]] = {
    "alg none": lambda: f"{part(GOOD | {'alg': 'none'})}.{part(claims())}.",
    "alg none, signed": lambda: signed(GOOD | {"alg": "none"}, claims()),
    "alg missing": lambda: signed({"kid": "key_1"}, claims()),
    "alg a list": lambda: signed(GOOD | {"alg": ["EdDSA"]}, claims()),
    "HS256 under the public key": lambda: by_public_key("HS256", PUBLIC),
    "HS512 under the public key": lambda: by_public_key("HS512", PUBLIC + PUBLIC),
    "another's key": lambda: jwt.encode(claims(), Ed25519PrivateKey.generate(), "EdDSA", {"kid": "key_1"}),
    "crit": lambda: signed(GOOD | {"crit": ["exp"]}, claims()),
    "another audience": lambda: signed(GOOD, claims(aud="loyalty/isle/spend")),
    "another purpose": lambda: signed(GOOD, claims(aud=secrets.audience_of("grove", Purpose.SET_PIN))),
    "two programs": lambda: signed(GOOD, claims(aud=f"{AUDIENCE} loyalty/isle/spend")),
    "audience an object": lambda: signed(GOOD, claims(aud={AUDIENCE: 1})),
    "another member": lambda: signed(GOOD, claims(sub="mem_ben")),
    "members": lambda: signed(GOOD, claims(sub=["mem_ann"])),
    "member with a NUL": lambda: signed(GOOD, claims(sub="mem_ann\x00")),
    "expired": lambda: signed(GOOD, claims(iat=NOW - 200, exp=NOW - 6)),
    "not issued yet": lambda: signed(GOOD, claims(iat=NOW + 6)),
    "good for too long": lambda: signed(GOOD, claims(exp=NOW + int(TOKEN_LIFE.total_seconds()) + 1)),
    "exp at the end of time": lambda: signed(GOOD, claims(exp=253_402_300_799)),
    "iat at its beginning": lambda: signed(GOOD, claims(iat=-62_135_596_800)),
    "exp beyond it": lambda: signed(GOOD, claims(exp=10**30)),
    "exp a fraction": lambda: signed(GOOD, claims(exp=NOW + 0.5)),
    "exp true": lambda: signed(GOOD, claims(exp=True)),
    "exp a text": lambda: signed(GOOD, claims(exp=str(NOW + 60))),
    "NaN": lambda: signed(GOOD, claims(exp=float("nan"))),
    "not before a minute": lambda: signed(GOOD, claims(nbf=NOW + 60)),
    "nbf null": lambda: signed(GOOD, claims(nbf=None)),
    "nbf a text": lambda: signed(GOOD, claims(nbf="now")),
    "nonce short": lambda: signed(GOOD, claims(jti="n" * 15)),
    "nonce long": lambda: signed(GOOD, claims(jti="n" * 129)),
    "nonce a number": lambda: signed(GOOD, claims(jti=10**20)),
    "nonce with half a character": lambda: signed(GOOD, claims(jti="n" * 16 + "\ud800")),
    **{f"no {name}": lambda name=name: signed(GOOD, claims(**{name: ABSENT})) for name in claims()},  # type: ignore[misc]
    "claims a list": lambda: signed(GOOD, "[]"),
    "claims a bomb": lambda: signed(GOOD, "[" * 100_000),
    "header a bomb": lambda: f"{part('[' * 100_000)}.{part('{}')}.{part('x')}",
    "header a list": lambda: signed("[]", claims()),
    "not UTF-8": lambda: signed(GOOD, b'{"sub":"\xff"}'),
    "NUL": lambda: "\x00",
    "64 KB": lambda: "a" * 65_536,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_no_token(attack: str) -> None:
    assert read(ATTACKS[attack]()) is None


@pytest.mark.parametrize("kid", ["key\x00", "key\ud800", "../key", "x" * 2_000, ["key_1"], {}, 7, None])
def test_a_key_id_that_is_none_names_no_key(kid: Any) -> None:
    """What no text column takes is not asked for."""
    assert secrets.key_id_in(signed(GOOD | {"kid": kid}, claims())) == ""


def test_a_good_one_is_good_while_it_lives_and_not_before() -> None:
    token = jwt.encode(claims(nbf=NOW + 60, jti="n" * 16), PRIVATE, "EdDSA", {"kid": "key_1"})
    assert len(token) < MOST_CHARACTERS
    seconds = {second: read(token, NOON + timedelta(seconds=second)) for second in (0, 54, 55, 124, 125)}
    assert [second for second, found in seconds.items() if found] == [55, 124]
    assert {found.nonce for found in seconds.values() if found} == {hash_of("nonce", "key_1", "n" * 16)}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([NOW, "mem_ann"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["aud", "sub", "iat", "exp", "nbf", "jti", "x"]), JSON, max_size=3))
def test_claims_of_any_kind_are_read_or_not(changed: dict[str, Any]) -> None:
    found = read(signed(GOOD, claims(**changed)))
    assert found is None or found.expire_time <= NOON + TOKEN_LIFE + timedelta(seconds=10)


@given(st.text(max_size=60) | st.builds(signed, st.binary(max_size=40), st.binary(max_size=40)))
def test_texts_of_any_kind_are_no_token(text: str) -> None:
    assert read(text) is None
