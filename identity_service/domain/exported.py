"""A person's data as it is told to the person: plain values under names that people read."""

from datetime import datetime

from chassis.values.canonical import Plain
from identity_service.domain.consents import Channel, ConsentRecord, PreferenceRecord
from identity_service.domain.linked import HistoryEntry, IdentifierProof, LinkedIdentifier
from identity_service.domain.person import Person, PersonDetails, ProfileVersion

Told = dict[str, Plain]


def person_told(person: Person) -> Told:
    """Who it is, without what points to it."""
    return {
        "program_id": person.program_id,
        "member_id": person.member_id,
        "root_member_id": person.root_member_id,
        "home_member_ids": list(person.home_member_ids),
        "enroll_time": _instant(person.enroll_time),
        "enroll_location_id": person.enroll_location_id,
        "profile_version": person.version,
        "profile": _details(person.details),
        "erase_time": None if person.erase_time is None else _instant(person.erase_time),
    }


def identifier_told(linked: LinkedIdentifier) -> Told:
    """What points to the person, and how it was verified."""
    verified = linked.verification
    return {
        "member_id": linked.member_id,
        "kind": linked.identifier.kind.name,
        "value": linked.identifier.value,
        "link_time": _instant(linked.link_time),
        "verify_time": None if verified is None else _instant(verified.verify_time),
        "proof": None if verified is None else _proof(verified.proof),
    }


def entry_told(member_id: str, entry: HistoryEntry) -> Told:
    """What happened to an identifier."""
    return {
        "member_id": member_id,
        "number": entry.number,
        "action": entry.action.name,
        "kind": entry.kind.name,
        "value": None if entry.identifier is None else entry.identifier.value,
        "proof": None if entry.proof is None else _proof(entry.proof),
        "reason": None if entry.reason is None else entry.reason.name,
        "other_member_id": entry.other_member_id,
        "event_time": _instant(entry.event_time),
        "caller": entry.caller,
    }


def version_told(version: ProfileVersion) -> Told:
    """A version of the profile."""
    return _details(version.details) | {
        "version": version.number,
        "changed": list(version.changed),
        "change_time": _instant(version.change_time),
        "caller": version.caller,
    }


def consent_told(record: ConsentRecord) -> Told:
    """A consent as written down."""
    said = record.said
    return {
        "member_id": record.member_id,
        "number": record.number,
        "brand_id": said.brand_id,
        "channel": None if said.channel is Channel.NONE else said.channel.name,
        "purpose": said.purpose.name,
        "granted": said.granted,
        "wording_version": said.wording_version,
        "source": said.source,
        "occur_time": _instant(said.occur_time),
        "record_time": _instant(record.record_time),
        "caller": record.caller,
    }


def preference_told(record: PreferenceRecord) -> Told:
    """A preference as written down."""
    said = record.said
    return {
        "member_id": record.member_id,
        "number": record.number,
        "brand_id": said.brand_id,
        "key": said.key,
        "value": said.value,
        "record_time": _instant(record.record_time),
        "caller": record.caller,
    }


def _details(details: PersonDetails) -> Told:
    day = details.told.birthday
    birthday: Plain = None if day is None else {"month": day.month, "day": day.day, "year": details.birth_year}
    return {
        "given_name": details.given_name,
        "family_name": details.family_name,
        "display_name": details.display_name,
        "birthday": birthday,
        "language": details.language,
        "home_location_id": details.home_location_id,
        "home_brand_id": details.home_brand_id,
        "attributes": dict(details.attributes),
        "segments": list(details.told.segments),
    }


def _proof(proof: IdentifierProof) -> Plain:
    return {"method": proof.method.name, "reference": proof.reference, "location_id": proof.location_id}


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
