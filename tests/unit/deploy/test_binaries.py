"""Copies of the server programs."""

from pathlib import Path

from deploy.local.binaries import _copied


def test_a_copy_keeps_the_places_and_opens_the_modes(tmp_path: Path) -> None:
    program = tmp_path / "wheel" / "bin" / "server"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o700)
    target = _copied([tmp_path / "wheel" / "bin"], tmp_path / "wheel", tmp_path / "programs")
    assert (target / "bin" / "server").stat().st_mode & 0o777 == 0o755


def test_an_unfinished_copy_is_made_again(tmp_path: Path) -> None:
    program = tmp_path / "server"
    program.touch(mode=0o700)
    first = _copied([program], tmp_path, tmp_path / "programs")
    first.rename(first.with_name(first.name + ".new"))
    assert (_copied([program], tmp_path, tmp_path / "programs") / "server").exists()
