"""Protobuf ⇄ values: profiles, consents, preferences, erasure and export."""

import json
import unicodedata
from collections.abc import Iterable, Sequence

from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages

from chassis.values.ids import is_id
from identity_service.domain.consents import MOST_AT_ONCE, Channel, Consent, ConsentRecord, Preference, Purpose
from identity_service.domain.consents import PreferenceRecord as KeptPreference
from identity_service.domain.erasure import ErasureReason
from identity_service.domain.person import (
    MOST_ATTRIBUTES,
    MOST_NAME_CHARACTERS,
    MOST_VALUE_CHARACTERS,
    Birthday,
    DetailsChange,
    birth_date,
    language_form,
)
from identity_service.domain.profile import MonthDay, is_month_day
from identity_service.use_cases.export_member import ExportPart
from identity_service.use_cases.read_person import Asked, Page, Paging
from identity_service.wire.identifiers import asked_of
from identity_service.wire.members import Reader
from identity_service.wire.pages import page_place, page_size, page_token

_CHANNELS = {channel.value: channel for channel in Channel}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_REASONS = {reason.value: reason for reason in ErasureReason}
_FORMULA = ("=", "+", "-", "@")

_Listing = (
    messages.ListProfileHistoryRequest | messages.ListConsentHistoryRequest | messages.ListPreferenceHistoryRequest
)
_Asking = (
    messages.GetProfileRequest
    | messages.ListConsentsRequest
    | messages.ListPreferencesRequest
    | messages.ExportMemberRequest
)


class PersonReader(Reader):
    """Reads what is told of a person."""

    def name(self, field: str, text: str) -> str:
        """A name, composed (NFC) and without spaces around; empty takes it away."""
        self.text(field, text, MOST_NAME_CHARACTERS, least=0)
        if text.lstrip().startswith(_FORMULA):
            self.fault(field, "must not begin as a formula of a spreadsheet does")
        return unicodedata.normalize("NFC", text).strip()

    def language(self, field: str, text: str) -> str:
        """A language tag in its usual form; empty takes it away."""
        form = language_form(text) if text else ""
        if form is None:
            self.fault(field, "must be a language tag (BCP 47) of language, script and region, such as de-CH")
        return form or ""

    def birth(self, field: str, message: person_pb2.Birthday) -> Birthday:
        """A day of birth; without month and day it takes it away."""
        year = message.year if message.HasField("year") else None
        if not message.month and not message.day and year is None:
            return Birthday(None)
        if not is_month_day(message.month, message.day):
            self.fault(field, "must be a month from 1 to 12 and a day that it has in some year")
            return Birthday(None)
        birthday = Birthday(MonthDay(message.month, message.day), year)
        if year is not None and birth_date(birthday) is None:
            self.fault(f"{field}.year", "must be a year from 1850 that has the day")
        return birthday

    def attributes(self, field: str, pairs: Iterable[tuple[str, str]], number: int) -> dict[str, str]:
        """Attributes to set or take away."""
        self.count(field, number, MOST_ATTRIBUTES, least=0)
        told = {}
        for key, value in sorted(pairs)[:MOST_ATTRIBUTES]:
            if not is_id(key):
                self.fault(field, "must have ids as keys")
            self.text(field, value, MOST_VALUE_CHARACTERS, least=0)
            told[key] = unicodedata.normalize("NFC", value)
        return told

    def consent(self, field: str, message: person_pb2.Consent) -> Consent:
        """A consent; what is returned for a faulty one must not be used."""
        brand_id = self.optional_id(f"{field}.brand_id", message.brand_id)
        purpose, channel = _PURPOSES.get(message.purpose), _CHANNELS.get(message.channel)
        if purpose is None:
            self.fault(f"{field}.purpose", "must be a purpose")
        if channel is None or (purpose is not None and purpose.has_channel != (channel is not Channel.NONE)):
            self.fault(f"{field}.channel", "must be a channel where the purpose has one, and not set where it has none")
        wording = self.id(f"{field}.wording_version", message.wording_version)
        source = self.id(f"{field}.source", message.source)
        moment = self.instant(f"{field}.occur_time", message.occur_time, message.HasField("occur_time"))
        told = channel or Channel.NONE, purpose or Purpose.MARKETING
        return Consent(brand_id, *told, message.granted, wording, source, moment)

    def preference(self, field: str, message: person_pb2.Preference) -> Preference:
        """A preference; an empty value takes it away."""
        brand_id = self.optional_id(f"{field}.brand_id", message.brand_id)
        key = self.id(f"{field}.key", message.key)
        value = self.text(f"{field}.value", message.value, MOST_VALUE_CHARACTERS, least=0)
        return Preference(brand_id, key, unicodedata.normalize("NFC", value))


def asked_alone(request: _Asking) -> Asked:
    """Of whom is asked. Raises MALFORMED."""
    reader = Reader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.finish()
    return asked


def update_of(request: messages.UpdateProfileRequest) -> tuple[Asked, DetailsChange]:
    """What is asked. Raises MALFORMED."""
    reader = PersonReader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)

    def named(field: str) -> str | None:
        return reader.name(field, getattr(request, field)) if request.HasField(field) else None  # type: ignore[arg-type]

    def id_of(field: str) -> str | None:
        return reader.optional_id(field, getattr(request, field)) if request.HasField(field) else None  # type: ignore[arg-type]

    change = DetailsChange(
        given_name=named("given_name"),
        family_name=named("family_name"),
        display_name=named("display_name"),
        birthday=reader.birth("birthday", request.birthday) if request.HasField("birthday") else None,
        language=reader.language("language", request.language) if request.HasField("language") else None,
        home_location_id=id_of("home_location_id"),
        home_brand_id=id_of("home_brand_id"),
        attributes=reader.attributes("attributes", request.attributes.items(), len(request.attributes)),
    )
    reader.finish()
    return asked, change


def consents_of(request: messages.SetConsentsRequest) -> tuple[Asked, Sequence[Consent]]:
    """What is asked. Raises MALFORMED."""
    reader = PersonReader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)
    reader.count("consents", len(request.consents), MOST_AT_ONCE)
    told = [reader.consent(f"consents[{n}]", one) for n, one in enumerate(request.consents[:MOST_AT_ONCE])]
    if len({consent.matter for consent in told}) < len(told):
        reader.fault("consents", "must name each brand, channel and purpose once")
    reader.finish()
    return asked, told


def preferences_of(request: messages.SetPreferencesRequest) -> tuple[Asked, Sequence[Preference]]:
    """What is asked. Raises MALFORMED."""
    reader = PersonReader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)
    reader.count("preferences", len(request.preferences), MOST_AT_ONCE)
    told = [reader.preference(f"preferences[{n}]", one) for n, one in enumerate(request.preferences[:MOST_AT_ONCE])]
    if len({preference.matter for preference in told}) < len(told):
        reader.fault("preferences", "must name each brand and key once")
    reader.finish()
    return asked, told


def listing_of(request: _Listing) -> tuple[Asked, Paging, str]:
    """What is asked, and the question that page tokens belong to. Raises MALFORMED."""
    reader = Reader()
    asked = asked_of(reader, request.program_id, request.member_id)
    question = f"{request.DESCRIPTOR.name}:{asked.program_id}:{asked.member_id}"
    paging = Paging(page_place(reader, question, request.page_token), page_size(reader, request.page_size))
    reader.finish()
    return asked, paging, question


def erasure_of(request: messages.EraseMemberRequest) -> tuple[Asked, ErasureReason]:
    """What is asked. Raises MALFORMED."""
    reader = Reader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)
    if request.reason not in _REASONS:
        reader.fault("reason", f"must be one of {', '.join(reason.name for reason in ErasureReason)}")
    reader.finish()
    return asked, _REASONS[request.reason]


def consents_page(page: Page[ConsentRecord], question: str) -> messages.ListConsentHistoryResponse:
    """A page."""
    records = [consent_message(record) for record in page.records]
    return messages.ListConsentHistoryResponse(records=records, next_page_token=page_token(question, page.next))


def preferences_page(page: Page[KeptPreference], question: str) -> messages.ListPreferenceHistoryResponse:
    """A page."""
    records = [preference_message(record) for record in page.records]
    return messages.ListPreferenceHistoryResponse(records=records, next_page_token=page_token(question, page.next))


def consent_message(record: ConsentRecord) -> person_pb2.ConsentRecord:
    """A consent as written down."""
    said = record.said
    message = person_pb2.ConsentRecord(
        number=record.number,
        member_id=record.member_id,
        consent=person_pb2.Consent(
            brand_id=said.brand_id,
            channel=person_pb2.ContactChannel.ValueType(said.channel.value),
            purpose=person_pb2.ConsentPurpose.ValueType(said.purpose.value),
            granted=said.granted,
            wording_version=said.wording_version,
            source=said.source,
        ),
        caller=record.caller,
        request_id=record.request_id,
    )
    message.consent.occur_time.FromDatetime(said.occur_time)
    message.record_time.FromDatetime(record.record_time)
    return message


def preference_message(record: KeptPreference) -> person_pb2.PreferenceRecord:
    """A preference as written down."""
    said = record.said
    message = person_pb2.PreferenceRecord(
        number=record.number,
        member_id=record.member_id,
        preference=person_pb2.Preference(brand_id=said.brand_id, key=said.key, value=said.value),
        caller=record.caller,
        request_id=record.request_id,
    )
    message.record_time.FromDatetime(record.record_time)
    return message


def part_message(part: ExportPart) -> messages.ExportMemberResponse:
    """A part of an export."""
    return messages.ExportMemberResponse(kind=part.kind, json=json.dumps(part.items, ensure_ascii=False))
