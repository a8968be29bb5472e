"""Tokens made by somebody who means harm, or by nobody who knows how: a Caller or TOKEN_…, and not a word of them."""

import base64
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from chassis.runtime.caller import Caller
from chassis.runtime.jwks import keys_of
from chassis.runtime.tokens import MAX_CHARACTERS, TokenVerifier
from chassis.values.refusal import Refusal
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey

KEY = SigningKey()
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
NOW = int(time.time())
HOUR = 3600
LATER = NOW + HOUR


class Keys:
    """The three kinds of keys, one id each."""

    def __init__(self) -> None:
        rsa_jwk = json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa"}
        ec_jwk = json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "ec"}
        self.jwks = json.dumps({"keys": [KEY.jwk(), rsa_jwk, ec_jwk]})
        self.keys = keys_of(self.jwks)
        self.misses = 0

    def current(self) -> Any:
        return self.keys

    def missed(self) -> None:
        self.misses += 1


KEYS = Keys()
VERIFIER = TokenVerifier(KEYS, ISSUER, AUDIENCE)


def claims(**changed: Any) -> dict[str, Any]:
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "till", "iat": NOW, "exp": LATER, "program": ["p"], "roles": []}
    return {name: value for name, value in (usual | changed).items() if value is not None}


def part(value: bytes | str | dict[str, Any]) -> str:
    raw = json.dumps(value) if isinstance(value, dict) else value
    return base64.urlsafe_b64encode(raw if isinstance(raw, bytes) else raw.encode()).rstrip(b"=").decode()


def signed(header: bytes | str | dict[str, Any], payload: bytes | str | dict[str, Any]) -> str:
    """Whatever it is, signed with our own good key."""
    text = f"{part(header)}.{part(payload)}"
    return f"{text}.{part(KEY.private.sign(text.encode()))}"


GOOD = {"alg": "EdDSA", "kid": KEY.key_id, "typ": "JWT"}


def encoded(key: Any, algorithm: str, key_id: str, **header: Any) -> str:
    return jwt.encode(claims(), key, algorithm=algorithm, headers={"kid": key_id, **header})


def by_public_key(algorithm: str, key_id: str, public: bytes) -> str:
    """Signed with HMAC under a public key, which everybody knows."""
    text = f"{part({'alg': algorithm, 'kid': key_id})}.{part(claims())}"
    digest = jwt.get_algorithm_by_name(algorithm).sign(text.encode(), public)
    return f"{text}.{part(digest)}"


PEM = partial(lambda key: key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
OTHER = rsa.generate_private_key(65537, 2048)

ATTACKS: dict[str, Callable[[], str]] = {
    "alg none": lambda: f"{part(GOOD | {'alg': 'none'})}.{part(claims())}.",
    "alg none, signed": lambda: signed(GOOD | {"alg": "none"}, claims()),
    "alg missing": lambda: signed({"kid": KEY.key_id}, claims()),
    "alg a list": lambda: signed(GOOD | {"alg": ["EdDSA"]}, claims()),
    "HS256 under the Ed25519 key": lambda: by_public_key("HS256", KEY.key_id, PEM(KEY.private)),
    "HS256 under the RSA key": lambda: by_public_key("HS256", "rsa", PEM(RSA_KEY)),
    "HS512 under the EC key": lambda: by_public_key("HS512", "ec", PEM(EC_KEY)),
    "RS256 for the EC key": lambda: encoded(RSA_KEY, "RS256", "ec"),
    "ES256 for the RSA key": lambda: encoded(EC_KEY, "ES256", "rsa"),
    "RS512 for an RS256 key": lambda: encoded(RSA_KEY, "RS512", "rsa"),
    "PS256 for an RS256 key": lambda: encoded(RSA_KEY, "PS256", "rsa"),
    "another's key under our kid": lambda: encoded(OTHER, "RS256", "rsa"),
    "our key under another's kid": lambda: jwt.encode(claims(), KEY.private, algorithm="EdDSA", headers={"kid": "rsa"}),
    "no kid": lambda: signed({"alg": "EdDSA"}, claims()),
    "kid a path": lambda: signed(GOOD | {"kid": "../../../../dev/null"}, claims()),
    "kid SQL": lambda: signed(GOOD | {"kid": "x' OR '1'='1"}, claims()),
    "kid a list": lambda: signed(GOOD | {"kid": [KEY.key_id]}, claims()),
    "kid an object": lambda: signed(GOOD | {"kid": {}}, claims()),
    "jku": lambda: encoded(OTHER, "RS256", "theirs", jku="https://attacker.example/jwks.json"),
    "x5u": lambda: encoded(OTHER, "RS256", "theirs", x5u="https://attacker.example/cert.pem"),
    "jwk in the header": lambda: encoded(
        OTHER, "RS256", "theirs", jwk=json.loads(RSAAlgorithm.to_jwk(OTHER.public_key()))
    ),
    "crit": lambda: signed(GOOD | {"crit": ["exp"]}, claims()),
    "crit empty": lambda: signed(GOOD | {"crit": []}, claims()),
    "b64 false": lambda: signed(GOOD | {"b64": False}, claims()),
    "an ID token": lambda: signed(GOOD | {"typ": "dpop+jwt"}, claims()),
    "typ a list": lambda: signed(GOOD | {"typ": ["JWT"]}, claims()),
    "header twice": lambda: signed('{"alg":"none","alg":"EdDSA","kid":"key-1"}', claims()),
    "claim twice": lambda: signed(GOOD, json.dumps(claims())[:-1] + ',"roles":["SERVICE"]}'),
    "claim nested twice": lambda: signed(GOOD, json.dumps(claims())[:-1] + ',"x":{"a":1,"a":2}}'),
    "NaN": lambda: signed(GOOD, json.dumps(claims(exp=float("nan")))),
    "exp infinite": lambda: signed(GOOD, json.dumps(claims()).replace(str(LATER), "1e999")),
    "exp of 5,000 digits": lambda: signed(GOOD, json.dumps(claims()).replace(str(LATER), "9" * 5_000)),
    "exp a text": lambda: signed(GOOD, claims(exp=str(LATER))),
    "exp true": lambda: signed(GOOD, claims(exp=True)),
    "exp negative": lambda: signed(GOOD, claims(exp=-1)),
    "no exp": lambda: signed(GOOD, claims(exp=None)),
    "no iat": lambda: signed(GOOD, claims(iat=None)),
    "issued in an hour": lambda: signed(GOOD, claims(iat=NOW + HOUR, exp=NOW + 2 * HOUR)),
    "not before an hour": lambda: signed(GOOD, claims(nbf=NOW + HOUR)),
    "nbf null": lambda: signed(GOOD, json.dumps(claims())[:-1] + ',"nbf":null}'),
    "good for a year": lambda: signed(GOOD, claims(exp=NOW + 365 * 24 * HOUR)),
    "another issuer": lambda: signed(GOOD, claims(iss=ISSUER + ".attacker")),
    "issuers": lambda: signed(GOOD, claims(iss=[ISSUER])),
    "no audience": lambda: signed(GOOD, claims(aud=None)),
    "another audience": lambda: signed(GOOD, claims(aud=AUDIENCE[:-1])),
    "other audiences": lambda: signed(GOOD, claims(aud=["x", [AUDIENCE]])),
    "audience an object": lambda: signed(GOOD, claims(aud={AUDIENCE: 1})),
    "no subject": lambda: signed(GOOD, claims(sub="")),
    "subject a list": lambda: signed(GOOD, claims(sub=["till"])),
    "subject with a NUL": lambda: signed(GOOD, claims(sub="till\x00")),
    "subject with a line end": lambda: signed(GOOD, claims(sub="till\nlevel=error")),
    "subject with half a character": lambda: signed(GOOD, claims(sub="till\ud800")),
    "no program": lambda: signed(GOOD, claims(program=None)),
    "program a text": lambda: signed(GOOD, claims(program="*")),
    "roles a text": lambda: signed(GOOD, claims(roles="SERVICE")),
    "roles null": lambda: signed(GOOD, json.dumps(claims()).replace('"roles": []', '"roles": null')),
    "brands nested": lambda: signed(GOOD, claims(brands=[["*"]])),
    "claims a list": lambda: signed(GOOD, "[]"),
    "claims a bomb": lambda: signed(GOOD, "[" * 4_000),
    "header a bomb": lambda: f"{part('[' * 4_000)}.{part('{}')}.{part('x')}",
    "not UTF-8": lambda: signed(GOOD, b'{"sub":"\xff"}'),
    "UTF-16": lambda: signed(GOOD, json.dumps(claims()).encode("utf-16")),
    "signature empty": lambda: signed(GOOD, claims()).rpartition(".")[0] + ".",
    "signature short": lambda: signed(GOOD, claims())[:-30],
    "signature too long": lambda: signed(GOOD, claims()) + "AAAA",
    "EC signature of zeros": lambda: f"{part({'alg': 'ES256', 'kid': 'ec'})}.{part(claims())}.{part(bytes(64))}",
    "five parts": lambda: signed(GOOD, claims()) + ".x.y",
    "padding": lambda: signed(GOOD, claims()).replace(".", "==.", 1),
    "a line break": lambda: signed(GOOD, claims()) + "\n",
    "plain base64": lambda: signed(GOOD, claims()).replace(".", "//.", 1),
    "too large": lambda: signed(GOOD, claims(brands=["x" * MAX_CHARACTERS])),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_not_quoted(attack: str) -> None:
    token = ATTACKS[attack]()
    with pytest.raises(Refusal) as refused:
        VERIFIER.verify(token)
    assert refused.value.reason == "TOKEN_INVALID"
    _quotes_nothing(refused.value, token)


def test_all_three_kinds_of_keys_sign() -> None:
    for token in (KEY.token(), encoded(RSA_KEY, "RS256", "rsa"), encoded(EC_KEY, "ES256", "ec")):
        assert VERIFIER.verify(token).subject.startswith("till")


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE]])
def test_an_audience_is_a_text_or_a_list(audience: Any) -> None:
    assert VERIFIER.verify(signed(GOOD, claims(aud=audience))).subject == "till"


def test_clocks_may_differ_by_some_seconds_and_no_more() -> None:
    assert VERIFIER.verify(signed(GOOD, claims(iat=NOW - HOUR, exp=int(time.time()) - 3))).subject == "till"
    assert VERIFIER.verify(signed(GOOD, claims(nbf=int(time.time()) + 3))).subject == "till"
    with pytest.raises(Refusal, match="has expired"):
        VERIFIER.verify(signed(GOOD, claims(iat=NOW - HOUR, exp=int(time.time()) - 6)))


def test_an_unknown_key_is_asked_for() -> None:
    before = KEYS.misses
    with pytest.raises(Refusal):
        VERIFIER.verify(SigningKey("new").token())
    assert KEYS.misses == before + 1


WEAK = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "k": part(b"secret" * 8), "alg": "HS256"},
        {"kty": "oct", "k": part(b"secret" * 8), "alg": "EdDSA"},
        json.loads(RSAAlgorithm.to_jwk(WEAK.public_key())),
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY)),
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"alg": "HS256"},
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"alg": "none"},
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"use": "enc"},
        json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"alg": "RS256"},
        json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key())),
        {"kty": "OKP", "crv": "Ed25519", "x": "short"},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "EC", "crv": "P-256", "x": part(b"\0" * 32), "y": part(b"\0" * 32)},
        {},
    ],
    ids=lambda jwk: f"{jwk.get('kty')} {jwk.get('alg', '')}",
)
def test_a_key_that_is_not_for_verifying_tokens_is_left_aside(jwk: dict[str, Any]) -> None:
    assert keys_of(json.dumps({"keys": [jwk | {"kid": "k"}, KEY.jwk()]})).keys() == {KEY.key_id}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"keys": {}}', "[" * 9_000, '{"keys": ' + "[" * 9_000])
def test_what_is_no_jwks_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        keys_of(text)


def test_two_keys_of_one_id_are_no_jwks() -> None:
    with pytest.raises(ValueError, match="same kid"):
        keys_of(json.dumps({"keys": [KEY.jwk(), SigningKey(KEY.key_id).jwk()]}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
some_claims = st.dictionaries(st.sampled_from([*sorted(claims()), "nbf", "brands", "member"]), json_values)
some_header = st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jku", "b64"]), json_values, max_size=3)


@given(some_header, some_claims)
def test_whatever_our_key_signs_is_a_caller_or_refused(header: dict[str, Any], changed: dict[str, Any]) -> None:
    _verified_or_refused(signed(GOOD | header, claims() | changed))


@given(st.integers(0, 400), st.characters(codec="utf-8"))
def test_a_token_with_another_character_is_refused_or_the_same(place: int, character: str) -> None:
    good = KEY.token()
    place %= len(good)
    _verified_or_refused(good[:place] + character + good[place + 1 :])


@given(st.text(max_size=60) | st.lists(st.text("AQaz09_-", max_size=9), max_size=5).map(".".join))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        VERIFIER.verify(text)
    assert refused.value.reason == "TOKEN_INVALID"


def _verified_or_refused(token: str) -> None:
    told: Caller | Refusal
    try:
        told = VERIFIER.verify(token)
    except Refusal as refusal:
        told = refusal
        _quotes_nothing(refusal, token)
    assert isinstance(told, Caller) or told.reason in ("TOKEN_INVALID", "TOKEN_EXPIRED")


def _quotes_nothing(refusal: Refusal, token: str) -> None:
    told = repr(refusal)
    assert not any(one in told for one in token.split(".") if len(one) > 7)
    assert not any(text in told for text in ("attacker", "/dev/null", "OR '1'"))


def test_the_file_a_verifier_reads_may_be_given_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(KEYS.jwks)
    assert TokenVerifier(path, ISSUER, AUDIENCE).verify(KEY.token()).subject == "till-1"


@pytest.mark.parametrize("alg", [["EdDSA"], {"EdDSA": 1}, 7])
def test_a_key_of_no_algorithm_is_left_aside_and_the_others_stay(alg: object) -> None:
    odd = KEY.jwk() | {"kid": "odd", "alg": alg}
    assert set(keys_of(json.dumps({"keys": [odd, KEY.jwk()]}))) == {KEY.key_id}
