"""What is known of a person: the profile, in immutable versions. Personal data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from identity_service.domain.linked import LinkedIdentifier
from identity_service.domain.profile import NO_PROFILE, MonthDay, Profile

MOST_ATTRIBUTES = 64
MOST_NAME_CHARACTERS = 128
MOST_VALUE_CHARACTERS = 256
FIRST_YEAR = 1850

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """One version of a profile; empty texts and None are not told. `told` is what rules look at; `birth_year` is the
    year of its birthday."""

    told: Profile = NO_PROFILE
    given_name: str = ""
    family_name: str = ""
    display_name: str = ""
    birth_year: int | None = None
    language: str = ""
    home_location_id: str = ""
    home_brand_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


NO_DETAILS = PersonDetails()


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of birth to set; `day` None takes it away."""

    day: MonthDay | None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class DetailsChange:
    """What to set; None stays as it is, an empty text takes away. Of `attributes` those named are set, with an empty
    value taken away."""

    given_name: str | None = None
    family_name: str | None = None
    display_name: str | None = None
    birthday: Birthday | None = None
    language: str | None = None
    home_location_id: str | None = None
    home_brand_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def applied(self, details: PersonDetails) -> PersonDetails:
        """The profile with what is set."""
        texts = {name: text for name in _TEXTS if (text := getattr(self, name)) is not None}
        changed = replace(details, **texts)
        if self.birthday is not None:
            told = replace(changed.told, birthday=self.birthday.day)
            changed = replace(changed, told=told, birth_year=self.birthday.year)
        kept = {key: value for key, value in {**details.attributes, **self.attributes}.items() if value}
        return replace(changed, attributes=kept)


_TEXTS = ("given_name", "family_name", "display_name", "language", "home_location_id", "home_brand_id")


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """The `number`th profile of a member; number 0 and nothing else: nothing was ever told."""

    number: int
    details: PersonDetails
    changed: tuple[str, ...]
    change_time: datetime
    caller: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """A whole person: the root's profile, the identifiers of every home. `erase_time` None: not erased."""

    program_id: str
    member_id: str
    root_member_id: str
    home_member_ids: tuple[str, ...]
    enroll_time: datetime
    enroll_location_id: str
    identifiers: tuple[LinkedIdentifier, ...]
    version: int
    details: PersonDetails
    erase_time: datetime | None


def with_told(details: PersonDetails, told: Profile) -> PersonDetails:
    """The profile with what rules look at replaced; of another birthday the year is not known."""
    year = details.birth_year if told.birthday == details.told.birthday else None
    return replace(details, told=told, birth_year=year)


def changed_details(before: PersonDetails, after: PersonDetails) -> list[str]:
    """The names of the fields that differ, as the contract calls them."""
    differs = {name: getattr(before, name) != getattr(after, name) for name in _TEXTS}
    differs["birthday"] = (before.told.birthday, before.birth_year) != (after.told.birthday, after.birth_year)
    differs["attributes"] = before.attributes != after.attributes
    differs["segments"] = before.told.segments != after.told.segments
    return [name for name, is_so in differs.items() if is_so]


def birth_date(birthday: Birthday) -> date | None:
    """The date of a birthday with a year that may be somebody's; None for one that has no year, or is no date."""
    if birthday.day is None or birthday.year is None or birthday.year < FIRST_YEAR:
        return None
    try:
        return date(birthday.year, birthday.day.month, birthday.day.day)
    except ValueError:
        return None


def is_birth_date(year: int, day: MonthDay, today: date) -> bool:
    """True if somebody alive may have been born then."""
    born = birth_date(Birthday(day, year))
    return born is not None and born <= today


def language_form(text: str) -> str | None:
    """A language tag in the form BCP 47 recommends, e.g. `zh-Hant-TW`; None if it is none of language, script and
    region."""
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), script.title() if script else None, region.upper() if region else None]
    return "-".join(part for part in parts if part)
