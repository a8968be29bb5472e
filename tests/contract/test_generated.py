"""What is generated is what its source gives today."""

import sys
from pathlib import Path

import pytest

from tests.contract.checkout import CHECKOUT, run
from tests.support.reference import pages


def files(folder: Path) -> dict[str, str]:
    kept = (path for path in folder.rglob("*") if path.is_file() and path.suffix in (".py", ".pyi", ".typed"))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in kept}


def test_the_stubs_are_fresh(tmp_path: Path) -> None:
    answer = run(sys.executable, "protos/generate.py", str(tmp_path))
    assert answer.returncode == 0, answer.stdout
    fresh, committed = files(tmp_path), files(CHECKOUT / "gen")
    assert sorted(fresh) == sorted(committed)
    stale = [name for name, text in fresh.items() if committed[name] != text]
    assert stale == [], "run python protos/generate.py"


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_the_reference_pages_are_fresh(path: Path) -> None:
    assert path.read_text() == pages()[path], "run python -m tests.support.reference"
