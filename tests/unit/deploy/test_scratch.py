"""Directories that are thrown away."""

import os
import tempfile
from pathlib import Path

import pytest

from deploy.local import scratch
from deploy.local.scratch import scratch_directory


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(scratch, "_base", lambda _preferred: tmp_path)
    return tmp_path


def abandoned(base: Path) -> Path:
    """What a killed user left an hour ago."""
    directory = base / "loyalty-scratch-abandoned"
    directory.mkdir()
    lock_file = directory / "in-use.lock"
    lock_file.touch()
    os.utime(lock_file, (0, 0))
    return directory


def test_it_lies_where_it_is_wanted_if_there_is_such_a_place() -> None:
    with tempfile.TemporaryDirectory() as wanted:
        Path(wanted).chmod(0o711)
        with scratch_directory(Path(wanted, "missing"), Path(wanted)) as directory:
            assert directory.parent == Path(wanted)


def test_it_is_gone_afterwards(base: Path) -> None:
    with scratch_directory() as directory:
        (directory / "file").touch()
    assert not directory.exists()


def test_what_a_killed_user_left_is_removed(base: Path) -> None:
    left = abandoned(base)
    with scratch_directory():
        assert not left.exists()


def test_a_directory_in_use_is_kept(base: Path) -> None:
    with scratch_directory() as first:
        os.utime(first / "in-use.lock", (0, 0))
        with scratch_directory():
            assert first.exists()


def test_a_young_directory_is_kept(base: Path) -> None:
    left = abandoned(base)
    (left / "in-use.lock").touch()
    with scratch_directory():
        assert left.exists()
