"""No secret lies in the repository, and every dependency is pinned by the hashes of its files."""

import itertools
import math
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.contract.checkout import CHECKOUT, run

KNOWN = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{16}"),
    "a token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a password in a URL": re.compile(r"\b(?:postgres(?:ql)?|rediss?|https?)://[^\s:@/\"'{<]*:[A-Za-z0-9_+-]{12,}@"),
}
RANDOM = re.compile(r"(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{32,}={0,2}(?![A-Za-z0-9+_-])")
"""Long enough to be a key; words, paths and hashes in hexadecimal are told from it by their letters."""
LEAST_BITS = 4.4
MADE = ("gen/", "requirements/")


def test_no_file_of_the_repository_holds_what_looks_like_a_secret() -> None:
    found = [f"{path}: {what}" for path, text in _texts() for what, shape in KNOWN.items() if shape.search(text)]
    found += [f"{path}: {match[:12]}…" for path, text in _texts() for match in RANDOM.findall(text) if _random(match)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        # In halves, so that the scan does not find them here.
        "8m3Jx0V2yqQeL7nRk5tZ" + "p1WcUoBd9GhF4sXa6TfY",
        "u7Q_2vT9-xKcB4nM1zLw" + "8RjD5hGyP3eSa6FtVoXk",
        "MC4CAQAwBQYDK2VwBCIEIB3vG7qJm0k" + "qTzXc5nYw2LrVdQpUe",
    ],
)
def test_the_scan_finds_random_texts(text: str) -> None:
    assert _random(text)


@cache
def _texts() -> list[tuple[str, str]]:
    found = []
    # Also what is not committed yet, and nothing that git ignores.
    for name in run("git", "ls-files", "-co", "--exclude-standard").stdout.split("\n"):
        path = CHECKOUT / name
        if name.startswith(MADE) or not path.is_file():
            continue
        try:
            found.append((name, path.read_text()))
        except UnicodeDecodeError:
            continue
    return found


def _random(text: str) -> bool:
    """Whether small and capital letters and digits are mixed as chance mixes them."""
    kinds = (str.islower, str.isupper, str.isdigit)
    if not all(any(kind(letter) for letter in text) for kind in kinds):
        return False
    switches = sum(_kind(a) != _kind(b) for a, b in itertools.pairwise(text))
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits > LEAST_BITS and switches > len(text) / 3


def _kind(letter: str) -> int:
    return letter.islower() + 2 * letter.isupper() + 3 * letter.isdigit()


def _pins(path: Path) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", path.read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}


def test_the_locks_pin_what_the_constraints_pin_and_nothing_else() -> None:
    constraints, everything = _pins(CHECKOUT / "constraints.txt"), _pins(CHECKOUT / "requirements" / "all.txt")
    assert everything.pop("setuptools")
    assert everything == constraints
    runtime = _pins(CHECKOUT / "requirements" / "runtime.txt")
    assert runtime.pop("setuptools")
    assert runtime.items() <= constraints.items()
    direct = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[]", one)[0]).lower() for one in direct}
    assert names <= runtime.keys()


@pytest.mark.parametrize("name", ["all.txt", "runtime.txt"])
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = (CHECKOUT / "requirements" / name).read_text()
    blocks = [block for block in re.split(r"(?m)^(?=[A-Za-z0-9])", text) if "==" in block]
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
