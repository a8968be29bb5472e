"""What an account reaches, by permission bits."""

from pathlib import Path

import pytest

from deploy.local.accounts import Account, enters, reaches

STRANGER = Account("stranger", 4_000_000, 4_000_000)


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A directory that strangers can enter, up to the root."""
    for step in (tmp_path, *tmp_path.parents):
        if step.owner() == Path.home().owner() and step != Path("/"):
            step.chmod(step.stat().st_mode | 0o111)
    return tmp_path


def test_a_file_for_all_below_open_directories_is_reached(open_path: Path) -> None:
    file = open_path / "file"
    file.touch(mode=0o644)
    assert reaches(STRANGER, file)


def test_a_private_file_is_not_reached(open_path: Path) -> None:
    file = open_path / "file"
    file.touch(mode=0o600)
    assert not reaches(STRANGER, file)


def test_a_file_below_a_private_directory_is_not_reached(open_path: Path) -> None:
    closed = open_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").touch(mode=0o644)
    assert not reaches(STRANGER, closed / "file")


def test_a_directory_without_the_right_to_list_is_entered(open_path: Path) -> None:
    passage = open_path / "passage"
    passage.mkdir()
    passage.chmod(0o711)
    assert enters(STRANGER, passage)
    assert not reaches(STRANGER, passage)
