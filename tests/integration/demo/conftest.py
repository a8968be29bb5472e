"""The demo as a person runs it: twice on one data directory, alone and then on a stack that is up."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from deploy.local.process import CHECKOUT
from deploy.local.settings import DATA_DIR_VARIABLE, PORT_BASE_VARIABLE
from tests.support.memory import throwaway_directory

ORDERS = 300
_LAST = ("test_readme.py", "test_close.py")
"""What leaves younger traces in the books than the story's, whose tests want theirs."""
PATIENCE_SECONDS = 300
"""For one command, on a machine that does much else; it takes some fifteen."""


@dataclass(frozen=True, slots=True)
class Person:
    """Types commands, with a data directory and ports of their own."""

    data_dir: Path
    base: int

    def types(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m module words`, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            env={
                **os.environ,
                DATA_DIR_VARIABLE: str(self.data_dir),
                PORT_BASE_VARIABLE: str(self.base),
                "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'gen'}",
            },
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A demo that was run: first on a fresh directory, then again on the stack that was started there."""

    person: Person
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]

    @property
    def traces(self) -> Path:
        """The span files."""
        return self.person.data_dir / "traces"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these last, in their order. Whichever test comes first waits for several commands."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(3 * PATIENCE_SECONDS))
    last = {Path(__file__).with_name(name): place for place, name in enumerate(_LAST, start=1)}
    items.sort(key=lambda item: last.get(item.path, 0))


@pytest.fixture(scope="session")
def told() -> Iterator[Told]:
    """One run of the demo and a second one, with a part of the sample."""
    with throwaway_directory() as directory:
        person = Person(directory / "data", free_ports(1)[0])
        first = person.types("deploy.local.demo", "--orders", str(ORDERS))
        try:
            up = person.types("deploy.local", "up")
            assert up.returncode == 0, up.stderr
            second = person.types("deploy.local.demo", "--orders", str(ORDERS))
            yield Told(person, first, second)
        finally:
            person.types("deploy.local", "down")
