"""Importable packages with data files, made for one test."""

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

MakePackage = Callable[[Mapping[str, str]], str]
"""Files by relative path → the package's name."""

_NUMBERS = count(1)


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePackage]:
    """Makes packages; each has a name of its own, since imports are remembered."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(files: Mapping[str, str]) -> str:
        name = f"made_package_{next(_NUMBERS)}"
        for path, text in {"__init__.py": "", **files}.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return name

    yield make
    for name in [name for name in sys.modules if name.startswith("made_package_")]:
        del sys.modules[name]
