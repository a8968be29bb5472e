"""What all sections of program files share: unknown keys are refused, counts have bounds, some choices are words."""

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator

from rules_service.wire.file_scalars import Id, one_or_many, whole

Ids = Annotated[list[Id], BeforeValidator(one_or_many)]
Days = Annotated[int, PlainValidator(whole(1, 36_500))]
Months = Annotated[int, PlainValidator(whole(1, 1_200))]


class Section(BaseModel):
    """A map of known keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SectionT = TypeVar("SectionT", bound=Section)


def words(choices: Mapping[str, SectionT], other: str) -> Callable[[object], object]:
    """Reads a choice that is a word, as the section that stands for it, or else a map; `other` shows the map."""

    def read(value: object) -> object:
        if isinstance(value, str) and value in choices:
            return choices[value]
        if value is None or isinstance(value, str):
            raise ValueError(f"should be {', '.join(choices)} or {other}")
        return value

    return read


def require_one(section: Section, sentence: str) -> None:
    """Exactly one key is given; else `sentence` says what should be."""
    if len(section.model_fields_set) != 1:
        raise ValueError(f"should be {sentence}")
