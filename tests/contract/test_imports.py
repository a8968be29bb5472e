"""Imports point one way: the rules of .importlinter hold, and a planted violation is caught."""

import ast
import sys
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.contract.checkout import CHECKOUT, SHIPPED, run, sources

PLANTED = [
    ("identity_service/domain", "import grpc"),
    ("identity_service/domain", "from google.protobuf import message"),
    ("identity_service/domain", "from loyalty.type.v1 import member_pb2"),
    ("identity_service/domain", "from chassis.runtime import reasons"),
    ("identity_service/domain", "from identity_service import use_cases"),
    ("identity_service/use_cases", "from chassis.runtime import postgres"),
    ("identity_service/use_cases", "from identity_service import store"),
    ("identity_service/use_cases", "from identity_service import wire"),
    ("identity_service/store", "from identity_service import peers"),
    ("identity_service/peers", "from identity_service import app"),
    ("identity_service/store", "from rules_service import domain"),
    ("identity_service/store", "from deploy import local"),
    ("rules_service/domain", "from cel_expr_python import cel"),
    ("rules_service/use_cases", "from rules_service import conditions"),
    ("rules_service/wire", "from rules_service.conditions import cel"),
    ("rules_service/store", "from cel_expr_python import cel"),
    ("ledger_service/lanes", "from cel_expr_python import cel"),
    ("chassis/runtime", "import identity_service"),
    ("chassis/values", "from chassis.runtime import clock"),
]


def test_the_import_rules_hold() -> None:
    answer = run("lint-imports", "--no-cache")
    assert answer.returncode == 0, answer.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of our packages with every violation planted, each in a file of its own."""
    folder = tmp_path_factory.mktemp("planted")
    for package in SHIPPED:
        copytree(CHECKOUT / package, folder / package, ignore=ignore_patterns("__pycache__"))
    copy(CHECKOUT / ".importlinter", folder)
    for number, (room, line) in enumerate(PLANTED):
        (folder / room / f"planted_{number}_.py").write_text(line + "\n")
    answer = run("lint-imports", "--no-cache", folder=folder)
    assert answer.returncode == 1, answer.stdout
    return answer.stdout


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=[f"{room}: {line}" for room, line in PLANTED])
def test_a_planted_violation_is_caught(told: str, number: int) -> None:
    assert f".planted_{number}_ ->" in told


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
