"""Every refusal identity gives of its own; protos/loyalty/identity/v1/error_reason.proto is the catalogue.

No message, metadata or violation repeats an identifier: it is personal data.
"""

from collections.abc import Sequence

from chassis.values.refusal import Code, Reason, Refusal, refuse

DOMAIN = "identity.loyalty"

PROGRAM_NOT_FOUND = Reason("PROGRAM_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
MEMBER_NOT_FOUND = Reason("MEMBER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
IDENTIFIERS_OF_SEVERAL_MEMBERS = Reason("IDENTIFIERS_OF_SEVERAL_MEMBERS", DOMAIN, Code.ALREADY_EXISTS)
IDENTIFIER_TAKEN = Reason("IDENTIFIER_TAKEN", DOMAIN, Code.ALREADY_EXISTS)
REQUEST_ID_REUSED = Reason("REQUEST_ID_REUSED", DOMAIN, Code.ALREADY_EXISTS)


def program_not_found(program_id: str) -> Refusal:
    """The program does not exist."""
    return refuse(PROGRAM_NOT_FOUND, f"there is no program {program_id}", {"program_id": program_id})


def member_not_found(program_id: str, member_id: str | None) -> Refusal:
    """No member has this id, or, without an id, the identifier that was given."""
    if member_id is None:
        message = f"the identifier points to no member of program {program_id}"
        return refuse(MEMBER_NOT_FOUND, message, {"program_id": program_id})
    metadata = {"program_id": program_id, "member_id": member_id}
    return refuse(MEMBER_NOT_FOUND, f"program {program_id} has no member {member_id}", metadata)


def identifiers_of_several_members(member_ids: Sequence[str]) -> Refusal:
    """The identifiers of one call point to different persons; whether they are one is for a person to decide."""
    listed = ", ".join(member_ids)
    return refuse(
        IDENTIFIERS_OF_SEVERAL_MEMBERS,
        f"the identifiers point to several members: {listed}",
        {"member_ids": listed},
    )


def identifier_taken(kind: str) -> Refusal:
    """The identifier points to another member, who is not named: the caller asked about this one."""
    return refuse(IDENTIFIER_TAKEN, f"the {kind} points to another member", {"kind": kind})


def request_id_reused(request_id: str) -> Refusal:
    """The caller used the request id for another intent before."""
    message = f"request id {request_id} names another intent"
    return refuse(REQUEST_ID_REUSED, message, {"request_id": request_id})
