"""Imports point one way: the rules of .importlinter hold, and a planted violation is caught."""

import ast
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.contract.checkout import CHECKOUT, SHIPPED, run, sources

PLANTED = [
    ("identity_service/domain/planted.py", "import grpc"),
    ("identity_service/domain/planted.py", "from google.protobuf import message"),
    ("identity_service/domain/planted.py", "from loyalty.type.v1 import member_pb2"),
    ("identity_service/domain/planted.py", "from chassis.runtime import reasons"),
    ("identity_service/domain/planted.py", "from identity_service import use_cases"),
    ("identity_service/use_cases/planted.py", "from chassis.runtime import postgres"),
    ("identity_service/use_cases/planted.py", "from identity_service import store"),
    ("identity_service/use_cases/planted.py", "from identity_service import wire"),
    ("identity_service/store/planted.py", "from identity_service import peers"),
    ("identity_service/peers/planted.py", "from identity_service import app"),
    ("identity_service/store/planted.py", "from rules_service import domain"),
    ("identity_service/store/planted.py", "from deploy import local"),
    ("rules_service/domain/planted.py", "from cel_expr_python import cel"),
    ("rules_service/use_cases/planted.py", "from rules_service import conditions"),
    ("rules_service/wire/planted.py", "from rules_service.conditions import cel"),
    ("rules_service/store/planted.py", "from cel_expr_python import cel"),
    ("ledger_service/lanes/planted.py", "from cel_expr_python import cel"),
    ("chassis/runtime/planted.py", "import identity_service"),
    ("chassis/values/planted.py", "from chassis.runtime import clock"),
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our packages in another place, to plant in."""
    folder = tmp_path_factory.mktemp("planted")
    for package in SHIPPED:
        copytree(CHECKOUT / package, folder / package, ignore=ignore_patterns("__pycache__"))
    copy(CHECKOUT / ".importlinter", folder)
    return folder


def test_the_import_rules_hold() -> None:
    answer = run("lint-imports", "--no-cache")
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("place", "planted"), PLANTED, ids=[f"{place}: {line}" for place, line in PLANTED])
def test_a_planted_violation_is_caught(copied: Path, place: str, planted: str) -> None:
    path = copied / place
    path.write_text(planted + "\n")
    try:
        answer = run("lint-imports", "--no-cache", folder=copied)
    finally:
        path.unlink()
    assert answer.returncode == 1, answer.stdout
    assert "planted" in answer.stdout


def test_values_need_the_standard_library_only() -> None:
    foreign = [
        f"{source.name}: {name}"
        for source in sources()
        if source.name.startswith("chassis/values/")
        for name in imported(source.tree)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("chassis.values")
    ]
    assert foreign == []


def imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names
