"""Imports of members on the wire. A faulty line is no fault of its stream: it is staged as refused, with the name of
its first faulty field and no value."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import normalize

from loyalty.identity.v1 import import_pb2, person_pb2
from loyalty.identity.v1 import import_service_pb2 as messages

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from identity_service.domain.identifiers import Identifier, IdentifierKind, MalformedIdentifierError, normalized
from identity_service.domain.imports import (
    Consent,
    Header,
    Import,
    ImportedIdentifier,
    Line,
    Person,
    Totals,
    Verdict,
)
from identity_service.domain.person import MOST_NAME_CHARACTERS, is_birth_date, language_form
from identity_service.domain.profile import MonthDay, is_month_day
from identity_service.use_cases.import_ports import JudgedLine
from identity_service.wire.import_reports import FAULTS, line_message
from identity_service.wire.import_reports import import_message as import_message
from identity_service.wire.members import Reader
from identity_service.wire.tokens import sealed, unsealed

MOST_IDENTIFIERS = 16
MOST_CONSENTS = 64
MOST_SOURCE = 64
MOST_LINE = 100_000_000
MOST_ON_PAGE = 1_000
ON_PAGE = 100


def header_of(request: messages.ImportMembersRequest) -> Header:
    """The header of an upload. Raises MALFORMED."""
    reader = Reader()
    reader.id("request_id", request.request_id)
    header = request.header
    program_id = reader.id("header.program_id", header.program_id)
    import_id = reader.id("header.import_id", header.import_id)
    source = reader.id("header.source_program_id", header.source_program_id)
    if len(source) > MOST_SOURCE or ":" in source:
        reader.fault("header.source_program_id", f"must have at most {MOST_SOURCE} characters and no colon")
    reader.finish()
    return Header(program_id, import_id, source, header.dry_run)


def line_of(header: Header, message: messages.NumberedMember, now: datetime) -> Line:
    """A line. Raises MALFORMED only if it has no number."""
    reader = Reader()
    number = reader.within("line.line_number", message.line_number, 1, MOST_LINE)
    reader.finish()
    content = message.member.SerializeToString(deterministic=True).hex()
    person = _LineReader(header, now)
    read = person.read(message.member)
    fault = person.refusal()
    if fault is not None:
        return Line(number, content, None, _first_field(fault))
    return Line(number, content, read)


def _first_field(fault: Refusal) -> str:
    return fault.violations[0].field


class _LineReader(Reader):
    """Reads a person of an old program."""

    def __init__(self, header: Header, now: datetime) -> None:
        super().__init__()
        self._header = header
        self._now = now

    def read(self, message: import_pb2.ImportedMember) -> Person:
        """The person; not to be used if something was faulty."""
        identifiers = self._identifiers(message)
        self.count("consents", len(message.consents), MOST_CONSENTS, least=0)
        birthday, year = self._birthday(message)
        language = language_form(message.language) if message.language else ""
        if language is None:
            self.fault("language", "must be a language tag such as en or pt-BR")
        joined = self.instant("join_time", message.join_time, message.HasField("join_time"))
        if joined > self._now:
            self.fault("join_time", "must not lie in the future")
        return Person(
            identifiers=identifiers,
            given_name=self._name("given_name", message.given_name),
            family_name=self._name("family_name", message.family_name),
            birthday=birthday,
            birth_year=year,
            language=language or "",
            join_time=joined,
            home_location_id=self.optional_id("home_location_id", message.home_location_id),
            home_brand_id=self.optional_id("home_brand_id", message.home_brand_id),
            consents=tuple(
                self._consent(f"consents[{index}]", one) for index, one in enumerate(message.consents[:MOST_CONSENTS])
            ),
        )

    def _name(self, field: str, text: str) -> str:
        return normalize("NFC", self.text(field, text, MOST_NAME_CHARACTERS, least=0).strip())

    def _identifiers(self, message: import_pb2.ImportedMember) -> tuple[ImportedIdentifier, ...]:
        """The external id, then the others; what comes twice is one, verified if either is."""
        self.count("identifiers", len(message.identifiers), MOST_IDENTIFIERS, least=0)
        verified: dict[Identifier, bool] = {}
        try:
            external = f"{self._header.source_program_id}:{message.external_id}"
            verified[normalized(IdentifierKind.POS, external)] = True
        except MalformedIdentifierError as error:
            self.fault("external_id", str(error))
        for index, one in enumerate(message.identifiers[:MOST_IDENTIFIERS]):
            found = self.identifier(f"identifiers[{index}].identifier", one.identifier)
            if found is not None:
                verified[found] = verified.get(found, False) or one.verified
        return tuple(ImportedIdentifier(one, known) for one, known in verified.items())

    def _birthday(self, message: import_pb2.ImportedMember) -> tuple[MonthDay | None, int | None]:
        if not message.HasField("birthday"):
            return None, None
        month, day = message.birthday.month, message.birthday.day
        if not is_month_day(month, day):
            self.fault("birthday", "must be a month from 1 to 12 and a day that it has in some year")
            return None, None
        year = message.birthday.year if message.birthday.HasField("year") else None
        if year is not None and not is_birth_date(year, MonthDay(month, day), self._now.date()):
            self.fault("birthday", "must be a date of the past that its year has")
        return MonthDay(month, day), year

    def _consent(self, field: str, message: import_pb2.ImportedConsent) -> Consent:
        if message.purpose not in person_pb2.ConsentPurpose.values() or not message.purpose:
            self.fault(f"{field}.purpose", "must be a purpose")
        if message.channel not in person_pb2.ContactChannel.values():
            self.fault(f"{field}.channel", "must be a channel, or none")
        told = message.HasField("decide_time")
        decided = self.instant(f"{field}.decide_time", message.decide_time, True) if told else None
        brand = self.optional_id(f"{field}.brand_id", message.brand_id)
        return Consent(brand, message.channel, message.purpose, message.granted, decided)


def key_of(reader: Reader, request: messages.GetImportRequest | messages.ListImportLinesRequest) -> tuple[str, str]:
    """Program and import that a request names."""
    return reader.id("program_id", request.program_id), reader.id("import_id", request.import_id)


def get_of(request: messages.GetImportRequest) -> tuple[str, str]:
    """Which import is asked for. Raises MALFORMED."""
    reader = Reader()
    key = key_of(reader, request)
    reader.finish()
    return key


class LinesQuestion:
    """Which lines of a report are asked for."""

    def __init__(self, request: messages.ListImportLinesRequest) -> None:
        """Raises MALFORMED or CURSOR_INVALID."""
        reader = Reader()
        self.program_id, self.import_id = key_of(reader, request)
        self.limit = reader.within("page_size", request.page_size, 0, MOST_ON_PAGE) or ON_PAGE
        known = {import_pb2.ImportVerdict.Value(f"IMPORT_VERDICT_{one.name}"): one for one in Verdict}
        if any(number not in known for number in request.verdicts):
            reader.fault("verdicts", "must be verdicts")
        reader.finish()
        self.verdicts: Sequence[Verdict] = sorted({known[number] for number in request.verdicts}, key=lambda v: v.name)
        self._question = "\n".join([self.program_id, self.import_id, *(one.name for one in self.verdicts)]).encode()
        place = unsealed(request.page_token, 1, self._question)
        self.after = int(place[0]) if place else 0

    def page(self, lines: Sequence[JudgedLine]) -> messages.ListImportLinesResponse:
        """A page; it is followed by another one if it is full."""
        token = sealed([lines[-1].number], self._question) if len(lines) == self.limit else ""
        return messages.ListImportLinesResponse(lines=map(line_message, lines), next_page_token=token)


def commit_of(request: messages.CommitImportRequest) -> tuple[str, str, str, Totals]:
    """Program, request id, import and the totals expected. Raises MALFORMED."""
    reader = Reader()
    named = _named(reader, request)
    if not request.HasField("totals"):
        reader.fault("totals", "must be set")
    told = request.totals
    refused = {}
    for index, one in enumerate(told.refused):
        fault = FAULTS.get(one.fault)
        if fault is None or fault in refused:
            reader.fault(f"totals.refused[{index}]", "must be a reason, each once")
            continue
        refused[fault] = reader.within(f"totals.refused[{index}].lines", one.lines, 0)
    numbers = {
        name: reader.within(f"totals.{name}", getattr(told, name), 0, INT64_MAX)
        for name in ("lines", "new_members", "joined_live", "joined_lines", "joined_imports", "look_alikes")
    }
    reader.finish()
    return *named, Totals(refused={fault: lines for fault, lines in refused.items() if lines}, **numbers)


def abandon_of(request: messages.AbandonImportRequest) -> tuple[str, str, str]:
    """Program, request id and import. Raises MALFORMED."""
    reader = Reader()
    named = _named(reader, request)
    reader.finish()
    return named


def _named(
    reader: Reader, request: messages.CommitImportRequest | messages.AbandonImportRequest
) -> tuple[str, str, str]:
    return (
        reader.id("program_id", request.program_id),
        reader.id("request_id", request.request_id),
        reader.id("import_id", request.import_id),
    )


def staged_message(found: Import, repeated: int) -> messages.ImportMembersResponse:
    """The import after an upload."""
    return messages.ImportMembersResponse(**{"import": import_message(found)}, repeated_lines=repeated)
