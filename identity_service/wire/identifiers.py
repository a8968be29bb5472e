"""Protobuf ⇄ values: identifiers' state, history, verification, unlinking and moving."""

import re
from collections.abc import Sequence

from loyalty.identity.v1 import identifier_pb2
from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.type.v1 import member_pb2 as type_member_pb2

from identity_service.domain.changing import Move, Unlink, Verify
from identity_service.domain.identifiers import Identifier
from identity_service.domain.linked import (
    ChangeReason,
    HistoryEntry,
    IdentifierProof,
    IdentifierProofMethod,
    LinkedIdentifier,
)
from identity_service.use_cases.read_person import Asked, Page, Paging
from identity_service.wire.members import Reader
from identity_service.wire.pages import page_place, page_size, page_token

_METHODS = {method.value: method for method in IdentifierProofMethod}
_CODE = re.compile(r"[0-9]{8}")
_ELSEWHERE = frozenset({IdentifierProofMethod.ONE_TIME_CODE, IdentifierProofMethod.OTHER_SYSTEM})
_REASONS = {reason.value: reason for reason in ChangeReason}


class ChangeReader(Reader):
    """Reads proofs and reasons besides."""

    def __init__(self, is_headquarters: bool) -> None:
        super().__init__()
        self._is_headquarters = is_headquarters

    def proof(
        self, field: str, message: identifier_pb2.IdentifierProof, identifier: Identifier | None
    ) -> IdentifierProof | None:
        """A proof of an identifier; None if it is faulty."""
        method = _METHODS.get(message.method)
        if method is None:
            self.fault(f"{field}.method", "must be a method of proof")
        elif identifier is not None and not method.proves(identifier.kind):
            self.fault(f"{field}.method", "must be one that proves this kind of identifier")
        is_code = method is IdentifierProofMethod.ONE_TIME_CODE
        if is_code != (_CODE.fullmatch(message.code) is not None) or (message.code and not is_code):
            self.fault(f"{field}.code", "must be eight digits with a one-time code, and empty without")
        if is_code and message.reference:
            self.fault(f"{field}.reference", "must be empty with a one-time code")
        elif not is_code and (message.reference or method is not IdentifierProofMethod.CARD_SEEN):
            self.id(f"{field}.reference", message.reference)
        self._looked_at(field, message, method)
        return None if method is None else IdentifierProof(method, message.reference, message.code, message.location_id)

    def _looked_at(
        self, field: str, message: identifier_pb2.IdentifierProof, method: IdentifierProofMethod | None
    ) -> None:
        """Where. Headquarters may have seen a document where nobody sells."""
        self.optional_id(f"{field}.location_id", message.location_id)
        if method in _ELSEWHERE and message.location_id:
            self.fault(f"{field}.location_id", "must be empty unless a card or a document was seen")
        if method is IdentifierProofMethod.DOCUMENT_SEEN and not (message.location_id or self._is_headquarters):
            self.fault(f"{field}.location_id", "must say where the document was seen")

    def reason(self, field: str, number: int) -> ChangeReason | None:
        """Why; None if it is faulty."""
        if number not in _REASONS:
            self.fault(field, f"must be one of {', '.join(reason.name for reason in ChangeReason)}")
        return _REASONS.get(number)


def asked_of(reader: Reader, program_id: str, member_id: str) -> Asked:
    """Of whom."""
    return Asked(reader.id("program_id", program_id), reader.id("member_id", member_id))


def person_asked(request: messages.GetMemberRequest) -> Asked:
    """What is asked. Raises MALFORMED."""
    reader = Reader()
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.finish()
    return asked


def verify_of(request: messages.VerifyIdentifierRequest, *, is_headquarters: bool) -> Verify:
    """What is asked. Raises MALFORMED."""
    reader = ChangeReader(is_headquarters)
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)
    identifier = reader.identifier("identifier", request.identifier)
    proof = reader.proof("proof", request.proof, identifier)
    reader.finish()
    assert identifier is not None, "a faulty one was refused"
    assert proof is not None, "a faulty one was refused"
    return Verify(asked.program_id, asked.member_id, identifier, proof)


def unlink_of(request: messages.UnlinkIdentifierRequest, *, is_headquarters: bool) -> Unlink:
    """What is asked. Raises MALFORMED."""
    reader = ChangeReader(is_headquarters)
    asked = asked_of(reader, request.program_id, request.member_id)
    reader.id("request_id", request.request_id)
    identifier = reader.identifier("identifier", request.identifier)
    reason = reader.reason("reason", request.reason)
    # Who asks to unlink a number may show her card.
    proof = reader.proof("proof", request.proof, None) if request.HasField("proof") else None
    reader.finish()
    assert identifier is not None, "a faulty one was refused"
    assert reason is not None, "a faulty one was refused"
    return Unlink(asked.program_id, asked.member_id, identifier, reason, proof)


def move_of(request: messages.MoveIdentifierRequest, *, is_headquarters: bool) -> Move:
    """What is asked. Raises MALFORMED."""
    reader = ChangeReader(is_headquarters)
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    old = reader.id("from_member_id", request.from_member_id)
    new = reader.id("to_member_id", request.to_member_id)
    if old == new:
        reader.fault("to_member_id", "must be another member")
    identifier = reader.identifier("identifier", request.identifier)
    reason = reader.reason("reason", request.reason)
    proof = reader.proof("proof", request.proof, identifier)
    reader.finish()
    assert identifier is not None, "a faulty one was refused"
    assert reason is not None, "a faulty one was refused"
    assert proof is not None, "a faulty one was refused"
    return Move(program_id, old, new, identifier, reason, proof)


def history_of(request: messages.ListIdentifierHistoryRequest) -> tuple[Asked, Paging, str]:
    """What is asked, and the question that page tokens belong to. Raises MALFORMED."""
    reader = Reader()
    asked = asked_of(reader, request.program_id, request.member_id)
    question = f"identifier_history:{asked.program_id}:{asked.member_id}"
    paging = Paging(page_place(reader, question, request.page_token), page_size(reader, request.page_size))
    reader.finish()
    return asked, paging, question


def history_message(page: Page[HistoryEntry], question: str) -> messages.ListIdentifierHistoryResponse:
    """A page."""
    entries = [entry_message(entry) for entry in page.records]
    return messages.ListIdentifierHistoryResponse(entries=entries, next_page_token=page_token(question, page.next))


def identifier_message(identifier: Identifier) -> type_member_pb2.Identifier:
    """An identifier in normal form."""
    kind = type_member_pb2.IdentifierKind.ValueType(identifier.kind.value)
    return type_member_pb2.Identifier(kind=kind, value=identifier.value)


def linked_messages(linked: Sequence[LinkedIdentifier]) -> list[identifier_pb2.LinkedIdentifier]:
    """Identifiers and their state."""
    return [linked_message(one) for one in linked]


def linked_message(linked: LinkedIdentifier) -> identifier_pb2.LinkedIdentifier:
    """An identifier and its state."""
    message = identifier_pb2.LinkedIdentifier(
        identifier=identifier_message(linked.identifier), member_id=linked.member_id, link_number=linked.ordinal
    )
    message.link_time.FromDatetime(linked.link_time)
    if linked.verification is not None:
        message.verification.proof.CopyFrom(proof_message(linked.verification.proof))
        message.verification.verify_time.FromDatetime(linked.verification.verify_time)
        message.verification.caller = linked.verification.caller
    return message


def entry_message(entry: HistoryEntry) -> identifier_pb2.IdentifierHistoryEntry:
    """Something that happened to an identifier."""
    message = identifier_pb2.IdentifierHistoryEntry(
        number=entry.number,
        action=identifier_pb2.IdentifierAction.ValueType(entry.action.value),
        link_number=entry.ordinal,
        kind=type_member_pb2.IdentifierKind.ValueType(entry.kind.value),
        identifier=None if entry.identifier is None else identifier_message(entry.identifier),
        proof=None if entry.proof is None else proof_message(entry.proof),
        reason=identifier_pb2.IdentifierChangeReason.ValueType(0 if entry.reason is None else entry.reason.value),
        other_member_id=entry.other_member_id,
        caller=entry.caller,
        request_id=entry.request_id,
    )
    message.event_time.FromDatetime(entry.event_time)
    return message


def proof_message(proof: IdentifierProof) -> identifier_pb2.IdentifierProof:
    """A proof that was looked at."""
    method = identifier_pb2.IdentifierProofMethod.ValueType(proof.method.value)
    return identifier_pb2.IdentifierProof(method=method, reference=proof.reference, location_id=proof.location_id)
