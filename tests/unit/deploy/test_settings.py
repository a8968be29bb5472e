"""Where a local stack keeps its data and which ports it takes."""

import os
from pathlib import Path

import pytest

from deploy.local import settings
from deploy.local.accounts import Account
from deploy.local.errors import LocalStackError
from deploy.local.settings import StackSettings, default_data_dir


def test_the_data_directory_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOYALTY_DATA_DIR", str(tmp_path))
    assert StackSettings.from_environment().data_dir == tmp_path


def test_the_port_base_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_PORT_BASE", "9000")
    assert StackSettings.from_environment().ports.ledger == 9003


@pytest.mark.parametrize("base", ["", "abc", "80", "65500", "-1"])
def test_a_base_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setenv("LOYALTY_PORT_BASE", base)
    with pytest.raises(LocalStackError, match="LOYALTY_PORT_BASE must be a number"):
        StackSettings.from_environment()


def test_the_number_of_ledgers_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOYALTY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LOYALTY_LEDGERS", "3")
    assert len(StackSettings.from_environment().ports.more_ledgers) == 2


@pytest.mark.parametrize("ledgers", ["", "0", "9", "two"])
def test_a_number_of_ledgers_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, ledgers: str) -> None:
    monkeypatch.setenv("LOYALTY_LEDGERS", ledgers)
    with pytest.raises(LocalStackError, match="LOYALTY_LEDGERS must be a number from 1 to 8"):
        StackSettings.from_environment()


def test_an_ordinary_user_keeps_the_data_in_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir(tmp_path) == tmp_path / ".local"


def test_a_checkout_closed_to_the_server_account_keeps_its_data_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "server_account", lambda _: Account("stranger", 4_000_000, 4_000_000))
    tmp_path.chmod(0o700)
    assert default_data_dir(tmp_path).parent == Path("/var/lib/loyalty-mesh")
