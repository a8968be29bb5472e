"""What comes before every question: may the caller ask about the program, and does it exist. In this order."""

from chassis.runtime.reasons import PROGRAM_NOT_ALLOWED, ROLE_NOT_ALLOWED, unavailable
from chassis.values.refusal import Refusal, refuse
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.linked import IdentifierProof
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.standing import may_state


def refusal_of(caller: Caller, program_id: str, programs: ProgramDirectory) -> Refusal | None:
    """Why nothing about the program is answered, or None. Who may not see a program is not told whether it exists."""
    if not caller.covers(program_id):
        return not_allowed(program_id)
    if program_id in programs.known:
        return None
    if programs.current:
        return refusals.program_not_found(program_id)
    return unavailable("rules service")


def admit(caller: Caller, program_id: str, programs: ProgramDirectory) -> None:
    """Raises what `refusal_of` gives."""
    refusal = refusal_of(caller, program_id, programs)
    if refusal is not None:
        raise refusal


def admit_proof(caller: Caller, program_id: str, programs: ProgramDirectory, proof: IdentifierProof) -> None:
    """Whether the caller may say that an identifier was proved so, and the place there is. Raises ROLE_NOT_ALLOWED or
    LOCATION_NOT_FOUND."""
    allowed = may_state(caller, proof.method)
    if allowed:
        message = f"none of the caller's roles may say {proof.method.name}"
        metadata = {"method": proof.method.name, "allowed": ",".join(sorted(allowed))}
        raise refuse(ROLE_NOT_ALLOWED, message, metadata)
    programs.require_location(program_id, proof.location_id)


def not_allowed(program_id: str) -> Refusal:
    """The caller may not see the program, whether it exists or not."""
    message = f"the token does not cover program {program_id!r}"
    return refuse(PROGRAM_NOT_ALLOWED, message, {"program": program_id})
