"""What all sections of program files share: unknown keys are refused, counts have bounds, some choices are words."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_types import Id, whole_number

Days = Annotated[int, whole_number(1, 36_500)]
Months = Annotated[int, whole_number(1, 1_200)]
Ids = Annotated[list[Id], BeforeValidator(one_or_many, json_schema_input_type=Id | list[Id])]
SomeIds = Annotated[
    list[Id],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Id | Annotated[list[Id], Field(min_length=1)]),
]


class Section(BaseModel):
    """A map of known keys; the docstrings of its fields are what an editor shows."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


SectionT = TypeVar("SectionT", bound=Section)


def words(choices: Mapping[str, SectionT], shape: type[Section], other: str) -> BeforeValidator:
    """Reads a choice that is a word, as the section that stands for it, or else a map of `shape`; `other` shows the
    map."""

    def read(value: object) -> object:
        if isinstance(value, str) and value in choices:
            return choices[value]
        if value is None or isinstance(value, str):
            raise ValueError(f"should be {', '.join(choices)} or {other}")
        return value

    word: Any = Literal[tuple(choices)]
    return BeforeValidator(read, json_schema_input_type=word | shape)


def exactly_one(*keys: str) -> JsonDict:
    """The JSON schema of a section that has exactly one of these keys."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def require_one(section: Section, sentence: str) -> None:
    """Exactly one key is given, and not as nothing; else `sentence` says what should be."""
    given = [name for name in section.model_fields_set if getattr(section, name) is not None]
    if len(given) != 1 or len(section.model_fields_set) != 1:
        raise ValueError(f"should be {sentence}")
