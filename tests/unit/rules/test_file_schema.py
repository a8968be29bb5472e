"""The JSON schema that editors are given: it accepts every program there is, refuses unknown keys, tells every key."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rules_service.wire.file_schema import program_schema
from rules_service.wire.file_sources import SECTIONS
from tests.unit.rules.examples import PROGRAMS
from tests.unit.rules.pages import page_files

SCHEMA = program_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


class EditorLoader(yaml.SafeLoader):
    """Types scalars as editors do (YAML 1.2, core schema): dates and times of day are texts."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  what the base class has is not wanted


for tag, pattern in (
    ("int", r"^[-+]?[0-9]+$"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$"),
    ("null", r"^(~|null|Null|NULL|)$"),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), None)


def as_an_editor(text: str) -> Any:
    """The file as an editor sees it."""
    return yaml.load(text, EditorLoader)


def as_we(text: str) -> Any:
    """The file as it is read: every scalar is a text."""
    return yaml.load(text, yaml.BaseLoader)


def programs() -> list[tuple[str, str]]:
    """Every program file of the repository and of its pages."""
    folders = (PROGRAMS, Path(__file__).parent / "published")
    paths = [(folder, path) for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    files = [(path.relative_to(folder).as_posix(), path.read_text()) for folder, path in paths]
    pages = ("PROGRAM_FILES.md", "TEN_MINUTES.md")
    return files + [(f"{page} {file.path}", file.content) for page in pages for file in page_files(page)]


def faults(text: str) -> list[str]:
    return [f"{fault.json_path}: {fault.message}" for fault in VALIDATOR.iter_errors(as_an_editor(text))]


def shapes(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside the schema, with its place."""
    if isinstance(schema, dict):
        yield place, schema
        for word, inner in schema.items():
            yield from shapes(inner, f"{place}/{word}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from shapes(inner, f"{place}/{index}")


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("name", "text"), programs(), ids=[name for name, _ in programs()])
def test_every_program_there_is_fits_it(name: str, text: str) -> None:
    assert faults(text) == []
    assert [fault.message for fault in VALIDATOR.iter_errors(as_we(text))] == []


def test_its_sections_are_those_that_are_read() -> None:
    assert list(SCHEMA["properties"]) == list(SECTIONS)


def test_every_property_is_explained() -> None:
    silent = [
        f"{place}/{name}"
        for place, shape in shapes(SCHEMA)
        for name, told in shape.get("properties", {}).items()
        if "description" not in told and "description" not in SCHEMA["$defs"][told["$ref"].rpartition("/")[2]]
    ]
    assert silent == []


def test_unknown_keys_are_refused_everywhere() -> None:
    maps = [(place, shape) for place, shape in shapes(SCHEMA) if shape.get("type") == "object"]
    assert [place for place, shape in maps if shape.get("additionalProperties") is not False] == []


@pytest.mark.parametrize(
    "text",
    [
        "colours: {}",
        "entities: {a: {name: A, colour: red}}",
        "entities: {'a b': {name: A}}",
        "entities: {a: {}}",
        "entities: [a]",
        "earn_rules: {r: {brand: A}}",
        "earn_rules: {r: {per_unit: {points: 1}}}",
        "earn_rules: {r: {brand: A, brands: [A], per_unit: {points: 1}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, multiplier: {factor: 2}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: -1}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: many}}}",
        "earn_rules: {r: {brand: A, per_amount: {points: 1, per: 1}}}",
        "earn_rules: {r: {brand: A, per_amount: {points: 1, per: []}}}",
        "earn_rules: {r: {brand: A, fixed: {points: 1}}}",
        "earn_rules: {r: {brand: A, fixed: {points: 0, per: line}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, when: {weekdays: [monday]}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, when: {hours: {from: 25:00}}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, when: {from: 1 June}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, expiry: {days: 1, months: 1}}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, scope: nowhere}}",
        "earn_rules: {r: {brand: A, per_unit: {points: 1}, funders: {}}}",
        "stacking: {g: {mode: best}}",
        "program: {id: t, name: T, sandbox: perhaps}",
        "agreements: {a: {issuer: a}}",
        "agreements: {a: {share_of_face: 1, share_of_liability: 1}}",
        "agreements: {a: {price_per_point: []}}",
        "entities: {a: {name: A, country: usa}}",
        "entities: {a: {name: A, iban: GB29}}",
        "settlement: {policy: reserve}",
        "settlement: {accounts: {cash: {code: 1}}}",
        "settlement: {accounts: {due_to: {name: Owed}}}",
        "settlement: {netting: none}",
        "settlement: {tax: {rate: 20%}}",
        "locations: {l: {name: L, operator: o, brands: A, currency: XXX, time_zone: UTC}}",
    ],
)
def test_what_is_no_program_does_not_fit_it(text: str) -> None:
    assert faults(text) != []
