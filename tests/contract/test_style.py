"""Style that can be counted (CONTRIBUTING.md): short files, short functions, words where others read."""

import ast
from collections.abc import Iterator
from statistics import median, quantiles

import pytest

from tests.contract.checkout import CHECKOUT, SERVICES, Source, sources

LONGEST_FILE = 400
MEDIAN_FILE = 200
P95_FUNCTION = 55
ROOMS = {
    "__init__.py",
    "__main__.py",
    "app",
    "app.py",
    "conditions",
    "domain",
    "lanes",
    "migrations",
    "peers",
    "servicer",
    "servicer.py",
    "settings.py",
    "store",
    "tool",
    "use_cases",
    "wire",
    "wire.py",
    "workers",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def inner_rooms() -> list[Source]:
    rooms = tuple(f"{service}/{room}" for service in SERVICES for room in ("domain", "use_cases"))
    return [source for source in sources() if source.name.startswith(rooms)]


def test_no_file_is_long() -> None:
    assert [f"{source.name}: {source.lines}" for source in sources() if source.lines > LONGEST_FILE] == []


def test_the_median_file_is_short() -> None:
    assert median(source.lines for source in sources()) < MEDIAN_FILE


def test_nineteen_of_twenty_functions_are_short() -> None:
    lengths = [length(function) for source in sources() for function in functions(source.tree)]
    assert quantiles(lengths, n=20)[-1] < P95_FUNCTION


def test_everything_public_in_the_inner_rooms_is_explained() -> None:
    silent = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in inner_rooms()
        for node in source.tree.body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_of_the_inner_rooms_says_what_it_is_about() -> None:
    assert [source.name for source in inner_rooms() if not ast.get_docstring(source.tree)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_owns(service: str) -> None:
    [source] = [source for source in sources() if source.name == f"{service}/__init__.py"]
    docstring = ast.get_docstring(source.tree) or ""
    assert len(docstring.splitlines()) >= 5
    assert "Owns" in docstring


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_every_service_has_and_no_others(service: str) -> None:
    found = {path.name for path in (CHECKOUT / service).iterdir() if path.name not in ("__pycache__", "py.typed")}
    assert found <= ROOMS
    assert ("lanes" in found) <= (service == "ledger_service")
    assert ("conditions" in found) <= (service == "rules_service")
    assert ("tool" in found) <= (service in ("rules_service", "ledger_service"))
