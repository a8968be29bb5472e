"""What proves a member, in requests and answers."""

from typing import Protocol

from loyalty.type.v1 import proof_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.proof import Proof, ProofMethod
from ledger_service.use_cases.spend_ports import GivenProof

MOST_CHARACTERS = 2_048

METHODS = {
    ProofMethod.CARD_IN_HAND: proof_pb2.PROOF_METHOD_CARD_IN_HAND,
    ProofMethod.APP_TOKEN: proof_pb2.PROOF_METHOD_APP_TOKEN,
    ProofMethod.ONE_TIME_CODE: proof_pb2.PROOF_METHOD_ONE_TIME_CODE,
    ProofMethod.PIN: proof_pb2.PROOF_METHOD_PIN,
}
_OF_NUMBER = {number: method for method, number in METHODS.items()}


class _Proving(Protocol):
    """A request that may carry a proof."""

    @property
    def proof(self) -> proof_pb2.MemberProof: ...


def given_proof(reader: FieldReader, request: _Proving, present: bool) -> GivenProof | None:
    """The proof in a request; None if it has none. What it proves is not looked at here."""
    if not present:
        return None
    message = request.proof
    method = _OF_NUMBER.get(message.method)
    if method is None:
        reader.fault("proof.method", "must be a method of proof")
    least = 0 if method is ProofMethod.CARD_IN_HAND else 1
    if not least <= len(message.value) <= MOST_CHARACTERS or not message.value.isascii():
        reader.fault("proof.value", f"must be {least} to {MOST_CHARACTERS} ASCII characters")
    elif not message.value.isprintable():
        reader.fault("proof.value", "must not contain control characters")
    return GivenProof(method or ProofMethod.PIN, message.value)


def method_number(proof: Proof | None) -> proof_pb2.ProofMethod.ValueType:
    """How the member proved herself; not set if there was no proof."""
    return proof_pb2.PROOF_METHOD_UNSPECIFIED if proof is None else METHODS[proof.method]


def proof_id(proof: Proof | None) -> str:
    """The proof's id; empty if there was none."""
    return "" if proof is None else proof.proof_id
