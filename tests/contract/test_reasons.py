"""The catalogue of reasons and the code that gives them say the same."""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from chassis.values.refusal import Code, Reason
from tests.contract.checkout import CHECKOUT, SERVICES, SHIPPED, modules_of, sources
from tests.support import reference

_HOME = re.compile(r"domain/(\w+_)?refusals\.py:")

AREAS = ("type", *(service.removesuffix("_service") for service in SERVICES))


def given() -> Mapping[tuple[str, str], str]:
    """Status code by domain and name of every `Reason` that a module of ours holds."""
    found = [
        value
        for package in SHIPPED
        for module in modules_of(package)
        for value in vars(module).values()
        if isinstance(value, Reason)
    ]
    return {(reason.domain, reason.name): reason.code.name for reason in found}


def catalogued() -> Mapping[tuple[str, str], str]:
    return {(reason.domain, reason.name): reason.code for reason in reference.reasons()}


def constructions() -> Iterator[tuple[str, ast.Call]]:
    for source in sources():
        if source.name.startswith(tuple(f"{package}/" for package in SHIPPED)):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
                    yield f"{source.name}:{node.lineno}", node


@pytest.mark.parametrize("area", AREAS)
def test_every_reason_given_is_catalogued_with_its_code(area: str) -> None:
    ours = {key: code for key, code in given().items() if key[0] == f"{area}.loyalty"}
    known = catalogued()
    assert {key: known.get(key) for key in ours} == ours


@pytest.mark.parametrize("area", AREAS)
def test_every_catalogued_reason_is_given_by_somebody(area: str) -> None:
    assert sorted(name for domain, name in catalogued().keys() - given().keys() if domain == f"{area}.loyalty") == []


def test_every_area_is_one_of_ours() -> None:
    assert {domain for domain, _ in given()} <= {f"{area}.loyalty" for area in AREAS}


def test_every_reason_is_made_where_this_test_can_see_it() -> None:
    at_module_level = {
        id(value)
        for source in sources()
        for statement in source.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and (value := statement.value) is not None
    }
    assert [place for place, call in constructions() if id(call) not in at_module_level] == []


def test_a_service_gives_its_reasons_in_files_of_their_own() -> None:
    elsewhere = [
        place
        for place, _ in constructions()
        if not place.startswith("chassis/") and not _HOME.match(place.partition("/")[2])
    ]
    assert elsewhere == []


def test_every_comment_of_a_reason_begins_with_a_status_code() -> None:
    assert [reason.name for reason in reference.reasons() if reason.code not in Code.__members__] == []


def test_every_service_has_a_catalogue() -> None:
    assert [area for area in AREAS if not (CHECKOUT / f"protos/loyalty/{area}/v1/error_reason.proto").exists()] == []
