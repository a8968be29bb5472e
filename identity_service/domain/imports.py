"""Imports of members: what a line brings, how far an import has come, and what it comes to (docs/adr/0061)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from identity_service.domain.identifiers import Identifier
from identity_service.domain.profile import MonthDay


class ImportState(Enum):
    """How far an import has come; RELEASING goes back to STAGED, ABANDONING on to ABANDONED."""

    STAGED = "STAGED"
    CLAIMING = "CLAIMING"
    RELEASING = "RELEASING"
    SETTLING = "SETTLING"
    COMMITTED = "COMMITTED"
    ABANDONING = "ABANDONING"
    ABANDONED = "ABANDONED"


class Verdict(Enum):
    """What a line comes to."""

    NEW = "NEW"
    JOINED_LIVE = "JOINED_LIVE"
    JOINED_LINE = "JOINED_LINE"
    JOINED_IMPORT = "JOINED_IMPORT"
    REFUSED = "REFUSED"


class Fault(Enum):
    """Why a line is refused."""

    NONE = ""
    MALFORMED = "MALFORMED"
    EXTERNAL_ID_REPEATED = "EXTERNAL_ID_REPEATED"
    SEVERAL_MEMBERS = "SEVERAL_MEMBERS"
    PERSON_ERASED = "PERSON_ERASED"


@dataclass(frozen=True, slots=True)
class Header:
    """Which import lines belong to, and where its people come from."""

    program_id: str
    import_id: str
    source_program_id: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person said about being spoken to; channel and purpose as the contract numbers them. `decide_time` None:
    at the import."""

    brand_id: str
    channel: int
    purpose: int
    granted: bool
    decide_time: datetime | None


@dataclass(frozen=True, slots=True)
class ImportedIdentifier:
    """An identifier in normal form, and whether the old program proved it."""

    identifier: Identifier
    verified: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person of an old program; personal data. `identifiers` begin with the POS identifier of the external id."""

    identifiers: tuple[ImportedIdentifier, ...]
    given_name: str
    family_name: str
    birthday: MonthDay | None
    birth_year: int | None
    language: str
    join_time: datetime
    home_location_id: str
    home_brand_id: str
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an upload. `person` is None and `field` names the first fault if it is malformed; `content` is what
    was sent, for noticing a changed file."""

    number: int
    content: Plain
    person: Person | None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a line comes to. `member_id`: whom it makes or joins. `field`: the identifier that says so, or the fault.
    `same_line` and `same_import`: the line that is the same person, and its import if that is another. `look_alikes`:
    fields of identifiers that stay away."""

    verdict: Verdict
    fault: Fault = Fault.NONE
    field: str = ""
    member_id: str = ""
    same_line: int = 0
    same_import: str = ""
    look_alikes: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        """True if something is made of the line."""
        return self.verdict is not Verdict.REFUSED


@dataclass(frozen=True, slots=True)
class Totals:
    """What an import comes to: every line has exactly one verdict."""

    lines: int = 0
    new_members: int = 0
    joined_live: int = 0
    joined_lines: int = 0
    joined_imports: int = 0
    refused: Mapping[Fault, int] = field(default_factory=dict)
    look_alikes: int = 0

    def told(self) -> Mapping[str, int]:
        """By name, as a refusal tells them."""
        refused = {f"refused_{fault.value.lower()}": lines for fault, lines in self.refused.items() if lines}
        return {
            "lines": self.lines,
            "new_members": self.new_members,
            "joined_live": self.joined_live,
            "joined_lines": self.joined_lines,
            "joined_imports": self.joined_imports,
            "look_alikes": self.look_alikes,
        } | refused


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands."""

    header: Header
    state: ImportState
    last_line: int
    done_line: int
    totals: Totals
    begin_time: datetime
    switch_time: datetime | None

    @property
    def switched_on(self) -> bool:
        """True if what it brought is visible."""
        return self.switch_time is not None


def imported_member_id(header: Header, line_number: int) -> str:
    """The id of the member that a line makes: from its place, so that every attempt makes the same."""
    return made_id("mem", header.program_id, "import", header.import_id, str(line_number))


def field_of(ordinal: int) -> str:
    """The field of a person's identifier by its place; the first is the external id."""
    return "external_id" if ordinal == 0 else f"identifiers[{ordinal - 1}]"
