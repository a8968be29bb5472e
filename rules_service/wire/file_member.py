"""How program files say which members a rule is for, and when, and what that means."""

import re
from enum import Enum
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from rules_service.domain.selector import BirthdayWindow, PurchaseChoice
from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_section import Section, exactly_one, words
from rules_service.wire.file_types import scalar, whole_number

MOST_DAYS = 36_500
MOST_DAYS_AROUND = 180
MOST_NUMBERS = 100
MOST_NUMBER = 1_000_000
MOST_EVERY = 1_000

_DAYS = re.compile(r"([0-9]{1,5}) days?")


def _days(value: object) -> int:
    matched = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if not matched or not 1 <= int(matched[1]) <= MOST_DAYS:
        raise ValueError(f"should be a number of days such as 30 days, from 1 to {MOST_DAYS}")
    return int(matched[1])


SomeDays = Annotated[
    int, scalar(_days, {"type": "string", "pattern": f"^{_DAYS.pattern}$", "examples": ["30 days"]}, "days")
]
DaysAround = Annotated[int, whole_number(0, MOST_DAYS_AROUND)]
Number = Annotated[int, whole_number(1, MOST_NUMBER)]
Numbers = Annotated[
    list[Number],
    Field(min_length=1, max_length=MOST_NUMBERS),
    BeforeValidator(one_or_many, json_schema_input_type=Number | Annotated[list[Number], Field(min_length=1)]),
]


class MemberForSection(Section):
    """How long ago the member was enrolled, in days by local date."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    at_least: SomeDays | None = None
    """So many days or more have passed, e.g. `365 days`."""
    below: SomeDays | None = None
    """Fewer days have passed, e.g. `30 days`."""

    @model_validator(mode="after")
    def _asks_something(self) -> "MemberForSection":
        if self.at_least is None and self.below is None:
            raise ValueError("should have at_least or below")
        return self


NO_MATTER = MemberForSection.model_construct()


class BirthdaySection(Section):
    """Days around the member's birthday, by local date; or a word."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    before: DaysAround = 0
    """From so many days before it, 0 to 180. Default: 0."""
    after: DaysAround = 0
    """To so many days after it, 0 to 180. Default: 0."""

    @model_validator(mode="after")
    def _asks_something(self) -> "BirthdaySection":
        if not isinstance(self, BirthdayWord) and not self.model_fields_set:
            raise ValueError("should be month or day, or have before or after")
        return self


class BirthdayWord(BirthdaySection):
    """What is said with a word."""

    meaning: BirthdayWindow


_WORDS = {
    "month": BirthdayWord.model_construct(meaning=BirthdayWindow(month=True)),
    "day": BirthdayWord.model_construct(meaning=BirthdayWindow()),
}
BirthdayChoice = Annotated[BirthdaySection, words(_WORDS, BirthdaySection, "{before: 7, after: 7}")]


class Purchases(Enum):
    """Whose purchases are counted."""

    BRAND = "brand"
    PROGRAM = "program"


class PurchaseSection(Section):
    """Which of the member's purchases it is. Orders that stand are counted, when the sale is posted."""

    model_config = ConfigDict(json_schema_extra=exactly_one("number", "every"))

    number: Numbers | None = None
    """One of these; 1 is the first."""
    every: Annotated[int, whole_number(2, MOST_EVERY)] | None = None
    """Each so-many-th."""
    of: Purchases = Purchases.BRAND
    """What is counted: purchases of the `brand`, or in the whole `program`. Default: brand."""

    @model_validator(mode="after")
    def _one(self) -> "PurchaseSection":
        if (self.number is None) == (self.every is None):
            raise ValueError("should have either number or every")
        return self

    def choice(self) -> PurchaseChoice:
        """What it means."""
        return PurchaseChoice(tuple(sorted(set(self.number or ()))), self.every or 0, self.of is Purchases.PROGRAM)


def birthday_window(section: BirthdaySection | None) -> BirthdayWindow | None:
    """What it means; None if nothing is asked."""
    if section is None:
        return None
    if isinstance(section, BirthdayWord):
        return section.meaning
    return BirthdayWindow(days_before=section.before, days_after=section.after)
