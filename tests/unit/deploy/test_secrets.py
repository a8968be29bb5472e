"""Keys, passwords and tokens of the local stack."""

import json
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from deploy.local.secrets import AUDIENCE, ISSUER, Secrets


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets")


def test_everything_is_readable_by_its_owner_only(secrets: Secrets, tmp_path: Path) -> None:
    secrets.password("postgres")
    secrets.fingerprint_key_file("ledger")
    secrets.service_token_file("ledger")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_a_token_verifies_against_the_jwks_file(secrets: Secrets) -> None:
    token = secrets.mint_token("till-7", programs=["demo"], roles=["POS"], locations=["loc_1"])
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(json.loads(secrets.jwks_file.read_text())).keys}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER)
    assert (claims["sub"], claims["program"], claims["roles"], claims["brands"], claims["locations"]) == (
        "till-7",
        ["demo"],
        ["POS"],
        ["*"],
        ["loc_1"],
    )


def test_a_token_ends_after_its_lifetime(secrets: Secrets) -> None:
    token = secrets.mint_token("till", programs=["demo"], roles=["POS"], lifetime=timedelta(seconds=-1))
    key = jwt.PyJWKSet.from_dict(json.loads(secrets.jwks_file.read_text())).keys[0]
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE)


def test_secrets_survive_a_restart(secrets: Secrets, tmp_path: Path) -> None:
    password, key = secrets.password("postgres"), secrets.fingerprint_key_file("ledger").read_text()
    again = Secrets(tmp_path / "secrets")
    assert (again.password("postgres"), again.fingerprint_key_file("ledger").read_text()) == (password, key)
    assert again.jwks_file.read_text() == secrets.jwks_file.read_text()


def test_a_fingerprint_key_is_32_bytes_in_hexadecimal(secrets: Secrets) -> None:
    assert len(bytes.fromhex(secrets.fingerprint_key_file("identity").read_text())) == 32


def test_a_service_token_is_good_for_every_program(secrets: Secrets) -> None:
    token = secrets.service_token_file("ledger").read_text().strip()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["sub"], claims["roles"], claims["program"]) == ("ledger-service", ["SERVICE"], ["*"])
