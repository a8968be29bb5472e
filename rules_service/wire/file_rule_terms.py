"""How program files say when and where points live, and what that means."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
    AvailableOnEvent,
)
from rules_service.domain.expiry import (
    ExpiresAfterDays,
    ExpiresAfterMonths,
    ExpiresAtEndOf,
    Expiry,
    Period,
    RollsByDays,
    RollsByMonths,
)
from rules_service.domain.scope import AtBrands, FromPlace, Scope
from rules_service.wire.file_scalars import Day, whole
from rules_service.wire.file_section import Days, Ids, Months, Section, require_one, words

Hours = Annotated[int, PlainValidator(whole(1, 87_600))]


class ExpirySection(Section):
    """Exactly one of these, or `never`."""

    days: Days | None = None
    months: Months | None = None
    months_then_end_of_month: Months | None = None
    months_then_end_of_quarter: Months | None = None
    months_then_end_of_year: Months | None = None
    rolling_months: Months | None = None
    rolling_days: Days | None = None

    @model_validator(mode="after")
    def _one(self) -> "ExpirySection":
        if self is not NEVER:
            require_one(self, f"never, or one of {', '.join(ExpirySection.model_fields)}")
        return self


NEVER = ExpirySection.model_construct()

ExpiryChoice = Annotated[ExpirySection, BeforeValidator(words({"never": NEVER}, "{months: 12}"))]


class AvailabilitySection(Section):
    """Exactly one of these, or a word."""

    hours: Hours | None = None
    days: Days | None = None
    day: Day | None = Field(default=None, alias="date")

    @model_validator(mode="after")
    def _one(self) -> "AvailabilitySection":
        if not isinstance(self, AvailabilityWord):
            require_one(self, "at_once, on_event, or one of hours, days, date")
        return self


class AvailabilityWord(AvailabilitySection):
    """What is said with a word."""

    meaning: AvailableOnEvent | None


AT_ONCE = AvailabilityWord.model_construct(meaning=None)
ON_EVENT = AvailabilityWord.model_construct(meaning=AvailableOnEvent())

AvailabilityChoice = Annotated[
    AvailabilitySection, BeforeValidator(words({"at_once": AT_ONCE, "on_event": ON_EVENT}, "{days: 14}"))
]


class ScopeSection(Section):
    """Named brands, or a word."""

    brands: Annotated[Ids, Field(min_length=1)]


class ScopeWord(ScopeSection):
    """What is said with a word."""

    meaning: FromPlace | None


ANYWHERE = ScopeWord.model_construct(meaning=None)
_PLACES = {place.value: ScopeWord.model_construct(meaning=place) for place in FromPlace}

ScopeChoice = Annotated[
    ScopeSection, BeforeValidator(words({"anywhere": ANYWHERE, **_PLACES}, "{brands: [NORTH, PEAK]}"))
]


def expiry(section: ExpirySection) -> Expiry:
    """When points expire."""
    if section.days is not None:
        return ExpiresAfterDays(section.days)
    if section.months is not None:
        return ExpiresAfterMonths(section.months)
    if section.rolling_days is not None:
        return RollsByDays(section.rolling_days)
    if section.rolling_months is not None:
        return RollsByMonths(section.rolling_months)
    ends = {
        Period.MONTH: section.months_then_end_of_month,
        Period.QUARTER: section.months_then_end_of_quarter,
        Period.YEAR: section.months_then_end_of_year,
    }
    return next((ExpiresAtEndOf(months, period) for period, months in ends.items() if months is not None), None)


def availability(section: AvailabilitySection) -> Availability:
    """When points can be spent from."""
    if isinstance(section, AvailabilityWord):
        return section.meaning
    if section.hours is not None:
        return AvailableAfterHours(section.hours)
    if section.days is not None:
        return AvailableAfterDays(section.days)
    assert section.day is not None
    return AvailableOn(section.day)


def scope(section: ScopeSection) -> Scope:
    """Where points can be spent."""
    return section.meaning if isinstance(section, ScopeWord) else AtBrands(tuple(section.brands))
