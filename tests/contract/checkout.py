"""What the contract tests look at: the packages that are there, and their files."""

import ast
import gc
import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

CHECKOUT = Path(__file__).resolve().parents[2]
SERVICES = tuple(sorted(path.name for path in CHECKOUT.glob("*_service") if (path / "__init__.py").exists()))
SHIPPED = ("chassis", *SERVICES)
PACKAGES = (*SHIPPED, "deploy", "tests")


def run(*command: str, folder: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    """A tool of this Python's environment; its output is one text."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Source:
    """A Python file of ours, parsed."""

    path: Path
    tree: ast.Module
    lines: int

    @property
    def name(self) -> str:
        """Path from the checkout."""
        return self.path.relative_to(CHECKOUT).as_posix()


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of our packages; what is generated is not ours."""
    paths = sorted(path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py"))
    texts = [(path, path.read_text()) for path in paths]
    # Millions of nodes that stay: the collector would look at all of them again and again.
    gc.disable()
    found = tuple(Source(path, ast.parse(text), text.count("\n")) for path, text in texts)
    gc.freeze()
    gc.enable()
    return found


def modules_of(package: str) -> Iterator[ModuleType]:
    """Every module of a package, imported; `__main__` is left alone."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not found.name.endswith(".__main__"):
            yield importlib.import_module(found.name)
