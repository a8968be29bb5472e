"""The files of a trial. They are not part of the repository: LOYALTY_SHARED_DATA, or shared/data beside it."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
VARIABLE = "LOYALTY_SHARED_DATA"


def folder() -> Path:
    """Where the files are expected."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else CHECKOUT.parent / "shared" / "data"


def needs(file: str) -> pytest.MarkDecorator:
    """Skips a test where a file is absent."""
    return pytest.mark.skipif(
        not (folder() / file).exists(), reason=f"{file} is not at hand; name its folder in {VARIABLE}"
    )


def documents(file: str) -> Iterator[dict[str, Any]]:
    """The documents of a gzipped JSON-lines file, in its order."""
    with gzip.open(folder() / file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def manifest(file: str) -> dict[str, Any]:
    """What the maker of a file says about it."""
    found: dict[str, Any] = json.loads((folder() / file).read_text())
    return found
