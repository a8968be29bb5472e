"""How program files say when and where points live, and what that means."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

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
from rules_service.wire.file_section import Days, Months, Section, SomeIds, require_one, words
from rules_service.wire.file_types import Day, whole_number

Hours = Annotated[int, whole_number(1, 87_600)]

_ONE = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})


class ExpirySection(Section):
    """Exactly one of these, or `never`."""

    model_config = _ONE

    days: Days | None = None
    """The start of the day so many days after the day of earning."""
    months: Months | None = None
    """The start of the day so many months after the day of earning."""
    months_then_end_of_month: Months | None = None
    """The start of the month after the one that lies so many months after the day of earning."""
    months_then_end_of_quarter: Months | None = None
    """The start of the quarter after the one that lies so many months after the day of earning."""
    months_then_end_of_year: Months | None = None
    """The start of the year after the one that lies so many months after the day of earning."""
    rolling_months: Months | None = None
    """As `months`, or so many months after the member's last activity, if that is later."""
    rolling_days: Days | None = None
    """As `days`, or so many days after the member's last activity, if that is later."""

    @model_validator(mode="after")
    def _one(self) -> "ExpirySection":
        if self is not NEVER:
            require_one(self, f"never, or one of {', '.join(ExpirySection.model_fields)}")
        return self


NEVER = ExpirySection.model_construct()

ExpiryChoice = Annotated[ExpirySection, words({"never": NEVER}, ExpirySection, "{months: 12}")]


class AvailabilitySection(Section):
    """Exactly one of these, or a word."""

    model_config = _ONE

    hours: Hours | None = None
    """Exactly so many hours after the sale."""
    days: Days | None = None
    """At the start of the day so many days after the sale, at the shop."""
    day: Day | None = Field(default=None, alias="date")
    """At the start of this date at the shop; at once for what is earned from then on."""

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
    AvailabilitySection, words({"at_once": AT_ONCE, "on_event": ON_EVENT}, AvailabilitySection, "{days: 14}")
]


class ScopeSection(Section):
    """Named brands, or a word."""

    brands: SomeIds
    """At these brands, wherever they are sold."""


class ScopeWord(ScopeSection):
    """What is said with a word."""

    meaning: FromPlace | None


ANYWHERE = ScopeWord.model_construct(meaning=None)
_PLACES = {place.value: ScopeWord.model_construct(meaning=place) for place in FromPlace}

ScopeChoice = Annotated[ScopeSection, words({"anywhere": ANYWHERE, **_PLACES}, ScopeSection, "{brands: [NORTH, PEAK]}")]


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
