"""Credentials of the local stack: given by commands, renewed in time, rotated with overlap or withdrawn at once."""

import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from chassis.runtime.tls import TlsFiles
from chassis.runtime.tokens import TokenVerifier
from chassis.values.refusal import Refusal
from deploy.local import access
from deploy.local.secrets import AUDIENCE, ISSUER, Secrets


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    monkeypatch.setenv("LOYALTY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("deploy.local.secrets.LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("chassis.runtime.files.LOOK_EVERY_SECONDS", 0.0)
    return Secrets(tmp_path / "secrets")


@pytest.fixture
def verifier(secrets: Secrets) -> TokenVerifier:
    return TokenVerifier(secrets.jwks_file, ISSUER, AUDIENCE)


def test_a_token_is_told_by_a_command(
    secrets: Secrets, verifier: TokenVerifier, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["token", "--subject", "till-9", "--role", "POS", "MEMBER", "--program", "p1", "p2", "--location", "l1"]
    assert access.main([*words, "--member", "mem_1"]) == 0
    caller = verifier.verify(capsys.readouterr().out.strip())
    assert (caller.subject, sorted(caller.programs), sorted(caller.locations)) == ("till-9", ["p1", "p2"], ["l1"])
    assert (sorted(caller.roles), sorted(caller.brands), sorted(caller.members)) == (
        ["MEMBER", "POS"],
        ["*"],
        ["mem_1"],
    )


def test_who_acts_for_a_region_is_not_given_every_place_besides(
    secrets: Secrets, verifier: TokenVerifier, capsys: pytest.CaptureFixture[str]
) -> None:
    def minted(*words: str) -> tuple[list[str], list[str]]:
        assert access.main(["token", "--role", "REGIONAL_ADMIN", *words]) == 0
        caller = verifier.verify(capsys.readouterr().out.strip())
        return sorted(caller.regions), sorted(caller.locations)

    assert minted("--region", "south") == (["south"], [])
    assert minted("--location", "l1") == ([], ["l1"])
    assert minted("--region", "south", "--location", "l1") == (["south"], ["l1"])
    assert minted() == (["*"], ["*"])


def test_a_token_may_go_to_a_file_of_its_owners_alone(
    secrets: Secrets, verifier: TokenVerifier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "till.token"
    assert access.main(["token", "--out", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert verifier.verify(file.read_text().strip()).roles == {"POS"}
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["token", "--hours", "24"], "must be above 0 and below 24"),
        (["token", "--hours", "soon"], "must be above 0 and below 24"),
        (["certificate", "../x"], "must be letters, digits, - and ."),
        (["token", "--role", "CASHIER"], "choose from 'HEADQUARTERS_ADMIN'"),
    ],
)
def test_what_no_service_would_take_is_not_made(
    secrets: Secrets, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    with pytest.raises(SystemExit):
        access.main(words)
    assert why in capsys.readouterr().err


def test_a_token_that_cannot_be_written_is_said(
    secrets: Secrets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert access.main(["token", "--out", str(tmp_path / "nowhere" / "till.token")]) == 1
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


def test_without_a_stack_there_are_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOYALTY_DATA_DIR", str(tmp_path / "none"))
    assert access.main(["token"]) == 1
    assert "make up" in capsys.readouterr().err


def test_certificates_are_their_owners_alone_and_name_what_they_are_for(
    secrets: Secrets, capsys: pytest.CaptureFixture[str]
) -> None:
    assert access.main(["certificate", "till-9"]) == 0
    assert "export LOYALTY_CERTIFICATE=" in capsys.readouterr().out
    till, ledger = secrets.certificates.till("till-9"), secrets.certificates.service("ledger")
    for path in (till.certificate, till.key, ledger.key, till.authority):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    names = [_names(files) for files in (till, ledger)]
    assert names == [["spiffe://loyalty-local/till/till-9"], ["spiffe://loyalty-local/service/ledger"]]


def _names(files: TlsFiles) -> list[str]:
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.UniformResourceIdentifier)


def test_a_certificate_is_made_anew_near_its_end_and_not_before(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = secrets.certificates.service("ledger")
    first = files.certificate.read_bytes()
    secrets.renew()
    assert files.certificate.read_bytes() == first
    with monkeypatch.context() as short:
        short.setattr("deploy.local.certificates.LEAF_LIFETIME", timedelta(minutes=1))
        secrets.certificates.renew(all_of_them=True)
    near = files.certificate.read_bytes()
    secrets.renew()
    assert len({first, near, files.certificate.read_bytes()}) == 3


def test_a_new_authority_has_all_certificates_made_anew(secrets: Secrets) -> None:
    files = secrets.certificates.service("ledger")
    first = files.certificate.read_bytes()
    files.authority.unlink()
    secrets.certificates.service("ledger")
    assert files.certificate.read_bytes() != first


def test_a_service_token_is_made_anew_after_half_its_time(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    file = secrets.service_token_file("ledger")
    first = file.read_text()
    secrets.renew()
    assert file.read_text() == first
    later = time.time() + 1801
    monkeypatch.setattr(time, "time", lambda: later)
    file.unlink()
    secrets.renew()
    assert file.exists()


def test_a_rotated_key_signs_and_the_one_before_is_still_believed(secrets: Secrets, verifier: TokenVerifier) -> None:
    old = secrets.mint_token("till", programs=["p"], roles=["POS"])
    verifier.verify(old)
    assert access.main(["rotate"]) == 0
    new = secrets.mint_token("till", programs=["p"], roles=["POS"])
    assert new.split(".")[0] != old.split(".")[0]
    assert verifier.verify(old) == verifier.verify(new)
    # A later start publishes the same keys.
    Secrets(secrets.jwks_file.parent)
    assert verifier.verify(old).subject == "till"


def test_a_withdrawn_key_ends_its_tokens_at_once(secrets: Secrets, verifier: TokenVerifier) -> None:
    old = secrets.mint_token("till", programs=["p"], roles=["POS"])
    verifier.verify(old)
    assert access.main(["rotate", "--withdraw"]) == 0
    with pytest.raises(Refusal, match="its key is not known"):
        verifier.verify(old)
    assert verifier.verify(secrets.mint_token("till", programs=["p"], roles=["POS"])).subject == "till"
