"""The lock of a directory."""

import os
from pathlib import Path

import pytest

from deploy.local.errors import LocalStackError
from deploy.local.lock import FileLock, holder


def test_the_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock", "The place")
    first.acquire()
    with pytest.raises(LocalStackError, match=f"The place is already in use by process {os.getpid()}"):
        FileLock(tmp_path / "lock", "The place").acquire()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock", "The place")
    first.acquire()
    first.release()
    FileLock(tmp_path / "lock", "The place").acquire()


def test_the_holder_is_known(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock", "The place")
    lock.acquire()
    assert holder(tmp_path / "lock") == os.getpid()


def test_a_stale_file_has_no_holder(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(f"{os.getpid()}\n")
    assert holder(tmp_path / "lock") is None


def test_a_missing_file_has_no_holder(tmp_path: Path) -> None:
    assert holder(tmp_path / "lock") is None
