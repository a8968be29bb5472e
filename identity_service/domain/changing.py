"""What is asked of an identifier that points to a member."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from identity_service.domain.identifiers import Identifier
from identity_service.domain.linked import ChangeReason, IdentifierProof


@dataclass(frozen=True, slots=True)
class Verify:
    """An identifier was proved to be its member's."""

    program_id: str
    member_id: str
    identifier: Identifier
    proof: IdentifierProof

    def canonical(self) -> Plain:
        """What is compared of two uses of a request id."""
        return [self.program_id, self.member_id, _shown(self.identifier), _proof(self.proof)]


@dataclass(frozen=True, slots=True)
class Unlink:
    """An identifier shall point to nobody."""

    program_id: str
    member_id: str
    identifier: Identifier
    reason: ChangeReason
    proof: IdentifierProof | None

    def canonical(self) -> Plain:
        """What is compared of two uses of a request id."""
        proof = None if self.proof is None else _proof(self.proof)
        return [self.program_id, self.member_id, _shown(self.identifier), self.reason.value, proof]


@dataclass(frozen=True, slots=True)
class Move:
    """An identifier shall point to another member, whose it was proved to be."""

    program_id: str
    from_member_id: str
    to_member_id: str
    identifier: Identifier
    reason: ChangeReason
    proof: IdentifierProof

    def canonical(self) -> Plain:
        """What is compared of two uses of a request id."""
        members: Plain = [self.from_member_id, self.to_member_id]
        return [self.program_id, members, _shown(self.identifier), self.reason.value, _proof(self.proof)]


def _shown(identifier: Identifier) -> Plain:
    return [identifier.kind.value, identifier.value]


def _proof(proof: IdentifierProof) -> Plain:
    told: list[Plain] = [proof.method.value, proof.reference]
    # Only where it is told: ids that were used before there was one stay what they were.
    return [*told, proof.location_id] if proof.location_id else told
