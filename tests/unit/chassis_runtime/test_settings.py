from pathlib import Path

import pytest
from pydantic import FilePath
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import (
    Address,
    PeerCallingSettings,
    load_settings,
    read_key,
    require_migration_url,
    user_of,
)


class ShopSettings(PeerCallingSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    peer_address: Address
    key_file: FilePath


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv("SHOP_LISTEN_ADDRESS", "127.0.0.1:7401")
    monkeypatch.setenv("SHOP_DATABASE_URL", "postgresql://shop_app:pa55@127.0.0.1:5432/shop")
    monkeypatch.setenv("SHOP_PEER_ADDRESS", "127.0.0.1:7402")
    monkeypatch.setenv("SHOP_PLAINTEXT", "loopback")
    for name in ("JWKS_FILE", "SERVICE_TOKEN_FILE", "KEY_FILE"):
        monkeypatch.setenv(f"SHOP_{name}", str(file))
    return monkeypatch


def test_settings_are_read_from_prefixed_variables(environment: pytest.MonkeyPatch) -> None:
    assert load_settings(ShopSettings).peer_address == "127.0.0.1:7402"


def test_otlp_endpoint_has_its_standard_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")
    assert load_settings(ShopSettings).otlp_endpoint == "http://collector:4317"


def test_an_empty_variable_counts_as_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SHOP_TRACE_FILE", "")
    assert load_settings(ShopSettings).trace_file is None


def test_settings_are_frozen(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings(ShopSettings)
    with pytest.raises(ValueError, match="frozen"):
        settings.log_level = "DEBUG"


def _faults(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_:
        load_settings(ShopSettings)
    assert exit_.value.code == 2
    return capsys.readouterr().err


def test_all_faults_are_told_at_once_by_variable(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.delenv("SHOP_PEER_ADDRESS")
    environment.setenv("SHOP_LISTEN_ADDRESS", "nowhere")
    environment.setenv("SHOP_JWKS_FILE", "/does/not/exist")
    environment.setenv("SHOP_DATABASE_POOL_SIZE", "many")
    told = _faults(capsys)
    for variable in ("SHOP_PEER_ADDRESS", "SHOP_LISTEN_ADDRESS", "SHOP_JWKS_FILE", "SHOP_DATABASE_POOL_SIZE"):
        assert variable in told


def test_faults_do_not_show_values(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.setenv("SHOP_DATABASE_URL", "mysql://root:s3cret@host/db")
    told = _faults(capsys)
    assert "SHOP_DATABASE_URL" in told
    assert "s3cret" not in told


def test_a_password_is_not_in_the_representation(environment: pytest.MonkeyPatch) -> None:
    assert "pa55" not in repr(load_settings(ShopSettings))


def test_migrate_without_the_owners_url_exits_with_status_2(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings(ShopSettings)
    with pytest.raises(SystemExit) as exit_:
        require_migration_url(settings)
    assert exit_.value.code == 2
    assert "SHOP_MIGRATION_DATABASE_URL" in capsys.readouterr().err


def test_user_of_a_url_is_unquoted(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SHOP_DATABASE_URL", "postgresql://shop%20app:x@h/db")
    assert user_of(load_settings(ShopSettings).database_url) == "shop app"


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ab" * 31)
    with pytest.raises(ValueError, match="fewer than 32 bytes"):
        read_key(tmp_path / "key")


def test_a_key_is_read_from_hexadecimal_digits(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n")
    assert read_key(tmp_path / "key") == b"\xab" * 32


def test_plain_text_is_never_assumed(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.delenv("SHOP_PLAINTEXT")
    told = _faults(capsys)
    for variable in ("SHOP_TLS_CERTIFICATE_FILE", "SHOP_TLS_KEY_FILE", "SHOP_TLS_AUTHORITY_FILE"):
        assert f"{variable}: needed for TLS; plain text must be asked for" in told


def test_plain_text_elsewhere_is_refused_with_all_other_faults(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("SHOP_LISTEN_ADDRESS", "0.0.0.0:7401")
    environment.setenv("SHOP_PEER_ADDRESS", "rules.example:7402")
    environment.setenv("SHOP_DATABASE_POOL_SIZE", "many")
    told = _faults(capsys)
    for variable in ("SHOP_LISTEN_ADDRESS", "SHOP_PEER_ADDRESS"):
        assert f"{variable}: plain text stays on loopback" in told
    assert "3 setting(s) at fault" in told


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"])
def test_plain_text_on_loopback_may_be_asked_for(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("SHOP_LISTEN_ADDRESS", address)
    assert load_settings(ShopSettings).plaintext == "loopback"


def test_tls_beside_plain_text_is_a_fault(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    environment.setenv("SHOP_TLS_KEY_FILE", str(tmp_path / "file"))
    assert "SHOP_TLS_KEY_FILE: of no use with PLAINTEXT" in _faults(capsys)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://issuer.example/keys", None),
        ("http://127.0.0.1:8080/keys", None),
        ("http://issuer.example/keys", "should be https://"),
        ("https://name:s3cret@issuer.example/keys", "holds a password"),
        ("file:///etc/passwd", "should be https://"),
        ("issuer.example", "should be https://"),
    ],
)
def test_keys_come_from_an_url_instead_of_a_file(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, fault: str | None
) -> None:
    environment.delenv("SHOP_JWKS_FILE")
    environment.setenv("SHOP_JWKS_URL", url)
    if fault is None:
        assert load_settings(ShopSettings).jwks_url == url
        return
    told = _faults(capsys)
    assert f"SHOP_JWKS_URL: {fault}" in told
    assert "s3cret" not in told


def test_keys_come_from_one_place(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.setenv("SHOP_JWKS_URL", "https://issuer.example/keys")
    assert "SHOP_JWKS_FILE: exactly one of JWKS_FILE and JWKS_URL is needed" in _faults(capsys)


def test_a_secret_url_may_lie_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://shop_app:fr0mfile@127.0.0.1:5432/shop\n")
    environment.delenv("SHOP_DATABASE_URL")
    environment.setenv("SHOP_DATABASE_URL_FILE", str(file))
    assert load_settings(ShopSettings).database_url.get_secret_value().count("fr0mfile") == 1


def test_a_secret_url_given_twice_or_not_readable_is_a_fault(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    environment.setenv("SHOP_DATABASE_URL_FILE", str(tmp_path / "file"))
    environment.setenv("SHOP_MIGRATION_DATABASE_URL_FILE", str(tmp_path / "none"))
    told = _faults(capsys)
    assert "SHOP_DATABASE_URL_FILE: given beside DATABASE_URL" in told
    assert "SHOP_MIGRATION_DATABASE_URL_FILE: cannot be read" in told
