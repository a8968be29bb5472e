"""What a person agreed to or withdrew, and what it likes: records that are only ever added.

The last word on a matter counts: what was said last; of words of one instant, what was written down last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

MOST_AT_ONCE = 64
MOST_PREFERENCES = 64


class Channel(Enum):
    """By what a person may be reached; numbered as on the wire and in the database."""

    NONE = 0
    EMAIL = 1
    SMS = 2
    PUSH = 3
    POST = 4
    PHONE = 5


class Purpose(Enum):
    """What for; numbered as on the wire and in the database."""

    MARKETING = 1
    PROFILING = 2
    SHARING = 3
    RESEARCH = 4

    @property
    def has_channel(self) -> bool:
        """True if it means to reach the person."""
        return self in (Purpose.MARKETING, Purpose.RESEARCH)


@dataclass(frozen=True, slots=True)
class Consent:
    """One word on one matter. `brand_id` is empty for the whole program; `occur_time` is when it was said."""

    brand_id: str
    channel: Channel
    purpose: Purpose
    granted: bool
    wording_version: str
    source: str
    occur_time: datetime

    @property
    def matter(self) -> tuple[str, int, int]:
        """What it is a word on; sorts by brand, channel and purpose."""
        return self.brand_id, self.channel.value, self.purpose.value


@dataclass(frozen=True, slots=True)
class Preference:
    """What a person likes, of one brand or of all; an empty value takes it away."""

    brand_id: str
    key: str
    value: str

    @property
    def matter(self) -> tuple[str, str]:
        """What it is a word on."""
        return self.brand_id, self.key


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """The `number`th consent of a member."""

    member_id: str
    number: int
    said: Consent
    record_time: datetime
    caller: str
    request_id: str


@dataclass(frozen=True, slots=True)
class PreferenceRecord:
    """The `number`th preference of a member."""

    member_id: str
    number: int
    said: Preference
    record_time: datetime
    caller: str
    request_id: str


def most_of_a_brand(kept: Sequence[PreferenceRecord], said: Iterable[Preference]) -> int:
    """How many preferences a person would have of the brand it has most of, if these were written down too."""
    values = {record.said.matter: record.said.value for record in kept}
    values |= {one.matter: one.value for one in said}
    brands = [brand for (brand, _), value in values.items() if value]
    return max((brands.count(brand) for brand in set(brands)), default=0)
