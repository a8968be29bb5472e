"""Identifiers' history, consents and preferences as rows have them."""

from collections.abc import Sequence

from chassis.runtime.postgres import Row
from identity_service.domain.consents import Channel, Consent, ConsentRecord, Preference, PreferenceRecord, Purpose
from identity_service.domain.identifiers import Identifier, IdentifierKind
from identity_service.domain.linked import (
    ChangeReason,
    HistoryAction,
    HistoryEntry,
    IdentifierProof,
    IdentifierProofMethod,
    LinkedIdentifier,
    Verification,
)


def entry_of(row: Row) -> HistoryEntry:
    """An entry, with what the identifier reads if that is still known."""
    kind = IdentifierKind(row["kind"])
    return HistoryEntry(
        number=row["sequence"],
        action=HistoryAction(row["action"]),
        ordinal=row["ordinal"],
        kind=kind,
        identifier=None if row["value"] is None else Identifier(kind, row["value"]),
        proof=_proof(row),
        reason=None if row["reason"] is None else ChangeReason(row["reason"]),
        other_member_id=row["other_member_id"],
        event_time=row["event_time"],
        caller=row["caller"],
        request_id=row["request_id"],
    )


def linked_of(row: Row) -> LinkedIdentifier:
    """A link, with its last verification."""
    proof = _proof(row)
    return LinkedIdentifier(
        identifier=Identifier(IdentifierKind(row["kind"]), row["value"]),
        member_id=row["member_id"],
        ordinal=row["ordinal"],
        link_time=row["link_time"],
        verification=None if proof is None else Verification(proof, row["event_time"], row["caller"]),
    )


def consent_of(row: Row) -> ConsentRecord:
    """A consent as written down."""
    said = Consent(
        brand_id=row["brand_id"],
        channel=Channel(row["channel"]),
        purpose=Purpose(row["purpose"]),
        granted=row["granted"],
        wording_version=row["wording_version"],
        source=row["source"],
        occur_time=row["occur_time"],
    )
    return ConsentRecord(row["member_id"], row["sequence"], said, row["record_time"], row["caller"], row["request_id"])


def consent_columns(said: Sequence[Consent]) -> tuple[list[object], ...]:
    """The columns of consents, as the statement takes them."""
    return (
        [one.brand_id for one in said],
        [one.channel.value for one in said],
        [one.purpose.value for one in said],
        [one.granted for one in said],
        [one.wording_version for one in said],
        [one.source for one in said],
        [one.occur_time for one in said],
    )


def preference_of(row: Row) -> PreferenceRecord:
    """A preference as written down."""
    said = Preference(row["brand_id"], row["key"], row["value"])
    return PreferenceRecord(
        row["member_id"], row["sequence"], said, row["record_time"], row["caller"], row["request_id"]
    )


def _proof(row: Row) -> IdentifierProof | None:
    if row["method"] is None:
        return None
    return IdentifierProof(IdentifierProofMethod(row["method"]), row["proof_reference"], location_id=row["location_id"])
