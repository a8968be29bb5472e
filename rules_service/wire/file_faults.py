"""What pydantic found wrong with a section, in the words of a person who writes program files."""

from collections.abc import Mapping
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_MAPS = frozenset({"model_type", "model_attributes_type", "dict_type"})


def reason_of(fault: ErrorDetails, shape: type[BaseModel]) -> str:
    """One calm sentence for one fault of a section of the given shape."""
    kind = fault["type"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return f"is no key here; keys are {', '.join(_keys(shape, fault['loc'][:-1]))}"
    if kind in _MAPS:
        return "should be a map of keys"
    if kind == "list_type":
        return "should be a list"
    if kind in ("enum", "literal_error"):
        return f"should be {context['expected'].replace(chr(39), '')}"
    if kind == "too_short":
        return "should not be empty"
    if kind == "too_long":
        return f"should have at most {context['max_length']} entries"
    return str(fault["msg"]).removeprefix("Value error, ")


def _keys(shape: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys of the section at a place inside `shape`."""
    for step in place:
        field = next((f for name, f in shape.model_fields.items() if step in (name, f.alias)), None)
        inner = _model_in(field.annotation) if field is not None else None
        shape = inner or shape
    return [field.alias or name for name, field in shape.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section a field holds, itself or in a list or as an option."""
    if isinstance(annotation, type) and not isinstance(annotation, UnionType) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for argument in get_args(annotation) if (model := _model_in(argument))), None)
