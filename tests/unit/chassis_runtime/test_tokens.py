import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.runtime.caller import Caller
from chassis.runtime.tokens import TokenFile, TokenVerifier
from chassis.values.refusal import Refusal
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey, write_jwks

KEY = SigningKey()


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    return write_jwks(tmp_path / "jwks.json", KEY)


@pytest.fixture
def verifier(jwks: Path) -> TokenVerifier:
    return TokenVerifier(jwks, ISSUER, AUDIENCE)


def _reason(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Refusal) as refused:
        verifier.verify(token)
    return refused.value.reason


def test_claims_become_a_caller(verifier: TokenVerifier) -> None:
    caller = verifier.verify(KEY.token(regions=["west", "east"]))
    assert caller == Caller(
        subject="till-1",
        programs=frozenset({"p1"}),
        roles=frozenset({"KEEPER"}),
        brands=frozenset({"*"}),
        regions=frozenset({"west", "east"}),
        locations=frozenset({"l1"}),
    )


def test_a_division_that_is_not_claimed_covers_nothing(verifier: TokenVerifier) -> None:
    assert verifier.verify(KEY.token(brands=None)).brands == frozenset()


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody else"},
        {"iss": "somebody else"},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 600},
        {"program": None},
        {"program": "p1"},
        {"roles": None},
        {"roles": [1]},
        {"locations": [""]},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(verifier: TokenVerifier, claims: dict[str, Any]) -> None:
    assert _reason(verifier, KEY.token(**claims)) == "TOKEN_INVALID"


def test_an_expired_token_has_its_own_reason(verifier: TokenVerifier) -> None:
    assert _reason(verifier, KEY.token(exp=int(time.time()) - 60)) == "TOKEN_EXPIRED"


def test_another_key_under_a_known_id_is_refused(verifier: TokenVerifier) -> None:
    assert _reason(verifier, SigningKey(KEY.key_id).token()) == "TOKEN_INVALID"


def test_an_unknown_key_id_is_refused(verifier: TokenVerifier) -> None:
    assert _reason(verifier, SigningKey("key-9").token()) == "TOKEN_INVALID"


def _unsigned(header: dict[str, str]) -> str:
    payload = KEY.token().split(".")[1]
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{encoded}.{payload}."


def test_algorithm_none_is_refused(verifier: TokenVerifier) -> None:
    assert _reason(verifier, _unsigned({"alg": "none", "kid": KEY.key_id})) == "TOKEN_INVALID"


def test_the_public_key_is_no_shared_secret(verifier: TokenVerifier, jwks: Path) -> None:
    secret = json.loads(jwks.read_text())["keys"][0]["x"].ljust(64, "=")
    claims = jwt.decode(KEY.token(), options={"verify_signature": False})
    forged = jwt.encode(claims, secret, algorithm="HS256", headers={"kid": KEY.key_id})
    assert _reason(verifier, forged) == "TOKEN_INVALID"


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", "." * 5, "x" * 10_000])
def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    assert _reason(verifier, text) == "TOKEN_INVALID"


def test_a_refusal_does_not_quote_the_token(verifier: TokenVerifier) -> None:
    token = SigningKey(KEY.key_id).token()
    with pytest.raises(Refusal) as refused:
        verifier.verify(token)
    assert token.rsplit(".", 1)[1] not in repr(refused.value)


def test_a_verified_token_is_remembered(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    token = KEY.token()
    first = verifier.verify(token)
    monkeypatch.setattr(TokenVerifier, "_signed", None)
    assert verifier.verify(token) is first


def test_a_remembered_token_still_expires(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    token = KEY.token()
    verifier.verify(token)
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    assert _reason(verifier, token) == "TOKEN_EXPIRED"


def test_memory_is_bounded(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.runtime.tokens.CACHED_TOKENS", 3)
    for number in range(10):
        verifier.verify(KEY.token(sub=f"till-{number}"))
    assert len(verifier._known) == 3


def _rewrite(path: Path, *keys: SigningKey) -> None:
    write_jwks(path, *keys)
    later = time.time() + 10
    os.utime(path, (later, later))


@pytest.fixture
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.runtime.files.LOOK_EVERY_SECONDS", 0.0)


@pytest.mark.usefixtures("looks_each_time")
def test_a_new_key_is_accepted_without_a_restart(jwks: Path) -> None:
    verifier = TokenVerifier(jwks, ISSUER, AUDIENCE)
    second = SigningKey("key-2")
    _rewrite(jwks, KEY, second)
    assert verifier.verify(second.token()).subject == "till-1"


@pytest.mark.usefixtures("looks_each_time")
def test_a_removed_key_ends_its_remembered_tokens(jwks: Path) -> None:
    verifier = TokenVerifier(jwks, ISSUER, AUDIENCE)
    token = KEY.token()
    verifier.verify(token)
    _rewrite(jwks, SigningKey("key-2"))
    assert _reason(verifier, token) == "TOKEN_INVALID"


@pytest.mark.usefixtures("looks_each_time")
def test_a_broken_key_file_leaves_the_keys_as_they_were(jwks: Path) -> None:
    verifier = TokenVerifier(jwks, ISSUER, AUDIENCE)
    jwks.write_text("{")
    assert verifier.verify(KEY.token()).subject == "till-1"


def test_a_broken_key_file_at_start_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "jwks.json"
    broken.write_text("{")
    with pytest.raises(ValueError, match=r".+"):
        TokenVerifier(broken, ISSUER, AUDIENCE)


@pytest.mark.usefixtures("looks_each_time")
def test_our_own_token_is_read_again_when_it_is_renewed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    token = TokenFile(file)
    assert token() == "first"
    file.write_text("second\n")
    assert token() == "second"


@pytest.mark.usefixtures("looks_each_time")
def test_our_own_token_stays_while_its_file_is_away(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    token = TokenFile(file)
    token()
    file.unlink()
    assert token() == "first"
