"""Records of files as lines of imports (docs/IMPORT.md has the columns)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import import_pb2, import_service_pb2, person_pb2
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2
from loyalty.type.v1 import member_pb2

from ledger_service.tool.files import FileError, Record, records

KINDS = {
    "card": member_pb2.IDENTIFIER_KIND_CARD,
    "phone": member_pb2.IDENTIFIER_KIND_PHONE,
    "email": member_pb2.IDENTIFIER_KIND_EMAIL,
    "web_account": member_pb2.IDENTIFIER_KIND_WEB_ACCOUNT,
    "app": member_pb2.IDENTIFIER_KIND_APP,
}
COLUMNS = {
    "join_time": "join_date",
    "earn_time": "earn_date",
    "expire_time": "expire_date",
    "available_time": "available_date",
    "home_location_id": "home_location",
    "home_brand_id": "home_brand",
    "brand_id": "brand",
}
"""Columns that are called otherwise than the fields they become."""
LADDERS_A_LINE = 100
"""A tier's line number is its record's times this, and its ladder's place in the heading."""


def members(path: Path) -> Iterator[import_service_pb2.NumberedMember]:
    """The persons of members.csv. Raises FileError."""
    for record in records(path, ("external_id", "join_date")):
        yield import_service_pb2.NumberedMember(line_number=record.line, member=_member(record))


def _member(record: Record) -> import_pb2.ImportedMember:
    person = import_pb2.ImportedMember(
        external_id=record.text("external_id"),
        identifiers=_identifiers(record),
        given_name=record.text("given_name"),
        family_name=record.text("family_name"),
        language=record.text("language"),
        home_location_id=record.text("home_location"),
        home_brand_id=record.text("home_brand"),
        consents=_consents(record),
    )
    joined = record.moment("join_date")
    if joined is not None:
        person.join_time.CopyFrom(_stamp(joined))
    if record.text("birthday"):
        person.birthday.CopyFrom(_birthday(record.text("birthday")))
    return person


def _identifiers(record: Record) -> Iterator[import_pb2.ImportedIdentifier]:
    for column, kind in KINDS.items():
        value = record.text(column)
        if value:
            identifier = member_pb2.Identifier(kind=kind, value=value)
            if column == "phone":
                identifier.region_code = record.text("phone_region")
            verified = record.flag(f"{column}_verified")
            yield import_pb2.ImportedIdentifier(identifier=identifier, verified=verified)


def _birthday(text: str) -> person_pb2.Birthday:
    """1980-02-29 or --02-29; of anything else month 0, which is refused."""
    year, _, rest = (text[:4], "", text[5:]) if text[:1].isdigit() else ("", "", text.removeprefix("--"))
    month, _, day = rest.partition("-")
    numbers = [part for part in (year, month, day) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in numbers) or not (month and day):
        return person_pb2.Birthday()
    return person_pb2.Birthday(month=int(month), day=int(day), year=int(year) if year else None)


def _consents(record: Record) -> Iterator[import_pb2.ImportedConsent]:
    """Columns `consent:email:marketing` or `consent:email:marketing:NORTH`; an empty cell: the person was not asked."""
    for column in record.cells:
        if column.startswith("consent:") and record.text(column):
            _, channel, purpose, *brand = column.split(":")
            try:
                yield import_pb2.ImportedConsent(
                    channel=person_pb2.ContactChannel.Value(f"CONTACT_CHANNEL_{channel.upper()}"),
                    purpose=person_pb2.ConsentPurpose.Value(f"CONSENT_PURPOSE_{purpose.upper()}"),
                    granted=record.flag(column),
                    brand_id=brand[0] if brand else "",
                )
            except ValueError:
                raise FileError(f"column {column} names no channel or purpose") from None


def tiers(path: Path) -> Iterator[balance_import_service_pb2.NumberedBalance]:
    """The tiers of members.csv: columns `tier:<ladder>` and `tier_until:<ladder>`. Raises FileError."""
    for record in records(path, ("external_id",)):
        ladders = [column.removeprefix("tier:") for column in record.cells if column.startswith("tier:")]
        for place, ladder in enumerate(ladders):
            if record.text(f"tier:{ladder}"):
                tier = balance_import_pb2.CarriedTier(
                    external_id=record.text("external_id"),
                    ladder_id=ladder,
                    tier_id=record.text(f"tier:{ladder}"),
                    until=record.text(f"tier_until:{ladder}"),
                )
                number = record.line * LADDERS_A_LINE + place
                yield balance_import_service_pb2.NumberedBalance(line_number=number, tier=tier)


def balances(path: Path) -> Iterator[balance_import_service_pb2.NumberedBalance]:
    """The lots of balances.csv. Raises FileError."""
    for record in records(path, ("external_id", "points", "earn_date")):
        brought = balance_import_pb2.ImportedPoints(
            external_id=record.text("external_id"), points=record.number("points"), brand_id=record.text("brand")
        )
        for column, field in (
            ("earn_date", "earn_time"),
            ("expire_date", "expire_time"),
            ("available_date", "available_time"),
        ):
            if record.text(column):
                getattr(brought, field).CopyFrom(_stamp_or_fault(record.moment(column)))
        yield balance_import_service_pb2.NumberedBalance(line_number=record.line, points=brought)


def _stamp(value: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def _stamp_or_fault(value: datetime | None) -> Timestamp:
    """A moment; of what is none one that no line may have, so that the service names the column."""
    return Timestamp(seconds=-1) if value is None else _stamp(value)
