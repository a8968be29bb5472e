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
