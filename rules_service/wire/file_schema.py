"""The JSON schema of program files, for editors, made from the sections that read them.

An editor checks shapes with it: keys, choices, bounds. What must be true between parts is checked when a program is
planned or applied.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from rules_service.wire.file_models import FileSections
from rules_service.wire.file_types import NAME

Schema = dict[str, Any]

_UNTOLD = ("title", "default", NAME)
"""Titles repeat the keys; what a default means is in the description."""

NOTHING = {"type": "null"}

_NAMED = ("properties", "$defs")
"""Where keys are names, and not words of the schema's language."""


def program_schema() -> Schema:
    """The schema of one file of a program (JSON Schema, draft 2020-12); no section has to be in every file."""
    made = FileSections.model_json_schema(mode="validation")
    types: Schema = {}
    sections = _told({word: inner for word, inner in made.items() if word not in ("required", "$defs")}, types)
    shapes = {name: _told(shape, types) for name, shape in made["$defs"].items()}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Loyalty program",
        **sections,
        "$defs": dict(sorted({**shapes, **types}.items())),
    }


def _written(shape: Schema) -> Schema:
    """The shape without the choice to write nothing: who means a key's default leaves the key out."""
    if NOTHING not in shape.get("anyOf", ()):
        return shape
    choices = [choice for choice in shape["anyOf"] if choice != NOTHING]
    rest = {word: inner for word, inner in shape.items() if word != "anyOf"}
    return {**choices[0], **rest} if len(choices) == 1 else {"anyOf": choices, **rest}


def _told(value: Any, types: Schema) -> Any:
    """The value as an editor is told; types with a name are put among `types`, and referred to."""
    if isinstance(value, list):
        return [_told(item, types) for item in value]
    if not isinstance(value, dict):
        return value
    value = _written(value)
    told = {
        word: {name: _told(shape, types) for name, shape in inner.items()} if word in _NAMED else _told(inner, types)
        for word, inner in value.items()
        if word not in _UNTOLD
    }
    if "patternProperties" in told:
        told["additionalProperties"] = False
    if NAME not in value:
        return told
    description = {"description": told.pop("description")} if "description" in told else {}
    types[value[NAME]] = told
    return {"$ref": f"#/$defs/{value[NAME]}", **description}
