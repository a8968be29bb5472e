"""Requests about proofs as values. No fault repeats a secret."""

import re

from loyalty.identity.v1 import identity_service_pb2 as identity_messages
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.type.v1 import member_pb2, proof_pb2

from identity_service.domain.enrollment import Link
from identity_service.domain.identifiers import Identifier, IdentifierKind
from identity_service.domain.proof import MOST_CHARACTERS, Accepted, GivenProof, ProofMethod, Purpose, is_simple
from identity_service.domain.proof_secrets import KEY_BYTES, is_a_key
from identity_service.use_cases.app_keys import NewAppKey
from identity_service.use_cases.issue_code import CodeWanted, IssuedCode
from identity_service.use_cases.set_pin import NewPin
from identity_service.use_cases.verify_proof import ProofQuestion
from identity_service.wire.members import Reader

MOST_REASON = 256
MOST_CALLER = 8_192
"""A token holds no longer subject."""

_METHODS = {method.value: method for method in ProofMethod}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_PIN = re.compile(r"[0-9]{4,12}")
_DELIVERABLE = (IdentifierKind.PHONE, IdentifierKind.EMAIL)


class ProofReader(Reader):
    """Reads proofs besides."""

    def proof(self, field: str, message: proof_pb2.MemberProof) -> GivenProof:
        """A proof; what it proves is not looked at."""
        method = _METHODS.get(message.method)
        if method is None:
            self.fault(f"{field}.method", "must be a method of proof")
        if not 1 <= len(message.value) <= MOST_CHARACTERS or not message.value.isascii():
            self.fault(f"{field}.value", f"must be 1 to {MOST_CHARACTERS} ASCII characters")
        elif not message.value.isprintable():
            self.fault(f"{field}.value", "must not contain control characters")
        return GivenProof(method or ProofMethod.PIN, message.value)

    def stronger_proof(self, field: str, message: proof_pb2.MemberProof) -> GivenProof:
        """A proof that lets her prove herself by something else from then on."""
        proof = self.proof(field, message)
        if proof.method is ProofMethod.CARD_IN_HAND:
            self.fault(f"{field}.method", "must be another method: a card in hand is not enough for that")
        return proof

    def purpose(self, field: str, number: int, *none_of: Purpose) -> Purpose:
        """What a proof is for: none of these."""
        purpose = _PURPOSES.get(number)
        if purpose is None or purpose in none_of:
            self.fault(field, "must be a purpose of such a proof")
        return purpose or Purpose.SPEND

    def of_kind(self, field: str, message: member_pb2.Identifier, *kinds: IdentifierKind) -> Identifier:
        """An identifier of one of these kinds."""
        identifier = self.identifier(field, message)
        if identifier is not None and identifier.kind not in kinds:
            self.fault(f"{field}.kind", f"must be {' or '.join(kind.name for kind in kinds)}")
        return identifier or Identifier(kinds[0], "")

    def member(self, field: str, message: member_pb2.MemberRef) -> str | Identifier:
        """A member by id or identifier."""
        match message.WhichOneof("ref"):
            case "member_id":
                return self.id(f"{field}.member_id", message.member_id)
            case "identifier":
                return self.identifier(f"{field}.identifier", message.identifier) or ""
        self.fault(field, "must be a member id or an identifier")
        return ""


def pin_of(request: messages.SetPinRequest, may_say_why: bool) -> NewPin:
    """The PIN to be set. `may_say_why`: the caller may set it for a reason. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member = reader.member("member", request.member)
    if _PIN.fullmatch(request.pin) is None or is_simple(request.pin):
        reader.fault("pin", "must be 4 to 12 digits, neither one again and again nor a run such as 1234")
    proof, reason = None, ""
    if request.HasField("proof"):
        proof = reader.stronger_proof("proof", request.proof)
        if request.reason:
            reader.fault("reason", "must not be set with a proof")
    elif may_say_why:
        reason = reader.text("reason", request.reason, MOST_REASON)
    else:
        reader.fault("proof", "must be set")
    reader.finish()
    return NewPin(program_id, member, request.pin, proof, reason)


def link_of(request: identity_messages.LinkIdentifierRequest) -> Link:
    """What is asked. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member_id = reader.id("member_id", request.member_id)
    identifier = reader.identifier("identifier", request.identifier)
    proof = reader.stronger_proof("proof", request.proof) if request.HasField("proof") else None
    reader.finish()
    assert identifier is not None, "a faulty identifier was refused"
    return Link(program_id, member_id, identifier, proof)


def code_wanted(request: messages.IssueOneTimeCodeRequest) -> CodeWanted:
    """The code to be made. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    deliver_to = reader.of_kind("deliver_to", request.deliver_to, *_DELIVERABLE)
    purpose = reader.purpose("purpose", request.purpose)
    reader.finish()
    return CodeWanted(program_id, deliver_to, purpose)


def code_message(issued: IssuedCode) -> messages.IssueOneTimeCodeResponse:
    """A code."""
    message = messages.IssueOneTimeCodeResponse(code=issued.code)
    message.expire_time.FromDatetime(issued.expire_time)
    return message


def app_key_of(request: messages.RegisterAppKeyRequest) -> NewAppKey:
    """The key to be registered. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    installation = reader.of_kind("installation", request.installation, IdentifierKind.APP)
    if not is_a_key(request.public_key):
        reader.fault("public_key", f"must be the {KEY_BYTES} bytes of an Ed25519 public key, none of small order")
    reader.finish()
    return NewAppKey(program_id, installation, request.public_key)


def revoked_key(request: messages.RevokeAppKeyRequest) -> tuple[str, str]:
    """The program and key. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    key_id = reader.id("key_id", request.key_id)
    reader.finish()
    return program_id, key_id


def proof_question(request: messages.VerifyProofRequest) -> ProofQuestion:
    """The proof to be looked at. Raises MALFORMED."""
    reader = ProofReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member_id = reader.id("member_id", request.member_id)
    given = reader.proof("proof", request.proof)
    purpose = reader.purpose("purpose", request.purpose, Purpose.VERIFY_IDENTIFIER, Purpose.LINK_IDENTIFIER)
    location_id = reader.optional_id("location_id", request.location_id)
    caller = reader.text("caller", request.caller, MOST_CALLER, least=0)
    reader.finish()
    return ProofQuestion(program_id, member_id, given, purpose, location_id, caller)


def accepted_message(accepted: Accepted) -> messages.VerifyProofResponse:
    """A proof that was accepted."""
    method = proof_pb2.ProofMethod.ValueType(accepted.method.value)
    return messages.VerifyProofResponse(proof_id=accepted.proof_id, method=method)
