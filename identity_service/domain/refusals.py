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
MEMBER_ERASED = Reason("MEMBER_ERASED", DOMAIN, Code.FAILED_PRECONDITION)
IDENTIFIER_NOT_FOUND = Reason("IDENTIFIER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
LOCATION_NOT_FOUND = Reason("LOCATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BRAND_NOT_FOUND = Reason("BRAND_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
TOO_MANY_VALUES = Reason("TOO_MANY_VALUES", DOMAIN, Code.FAILED_PRECONDITION)
ALREADY_MERGED = Reason("ALREADY_MERGED", DOMAIN, Code.ALREADY_EXISTS)
SAME_MEMBER = Reason("SAME_MEMBER", DOMAIN, Code.INVALID_ARGUMENT)
TOO_MANY_HOMES = Reason("TOO_MANY_HOMES", DOMAIN, Code.FAILED_PRECONDITION)
NOT_MERGED = Reason("NOT_MERGED", DOMAIN, Code.FAILED_PRECONDITION)
DUPLICATE_NOT_FOUND = Reason("DUPLICATE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
DUPLICATE_DECIDED = Reason("DUPLICATE_DECIDED", DOMAIN, Code.FAILED_PRECONDITION)
VERSION_CHANGED = Reason("VERSION_CHANGED", DOMAIN, Code.FAILED_PRECONDITION)
CURSOR_INVALID = Reason("CURSOR_INVALID", "type.loyalty", Code.INVALID_ARGUMENT)


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


def already_merged(root_member_id: str) -> Refusal:
    """The two members are one person already."""
    message = f"the members are one already, with root {root_member_id}"
    return refuse(ALREADY_MERGED, message, {"root_member_id": root_member_id})


def same_member(member_id: str) -> Refusal:
    """Survivor and absorbed are one and the same member."""
    return refuse(SAME_MEMBER, f"survivor and absorbed are both {member_id}", {"member_id": member_id})


def too_many_homes(homes: int, most: int) -> Refusal:
    """A wallet would have more homes than a command can take."""
    message = f"together the two would have {homes} homes, and at most {most} are allowed"
    return refuse(TOO_MANY_HOMES, message, {"homes": homes, "most": most})


def not_merged(member_id: str) -> Refusal:
    """The member is a root."""
    return refuse(NOT_MERGED, f"{member_id} is linked under nobody", {"member_id": member_id})


def member_erased(member_id: str) -> Refusal:
    """Nothing personal is kept of the member any more, and nothing is taken."""
    return refuse(MEMBER_ERASED, f"member {member_id} was erased", {"member_id": member_id})


def identifier_not_found(kind: str, member_id: str) -> Refusal:
    """The identifier does not point to this member; to whom else it points is not told."""
    metadata = {"kind": kind, "member_id": member_id}
    return refuse(IDENTIFIER_NOT_FOUND, f"the {kind} does not point to member {member_id}", metadata)


def location_not_found(program_id: str, location_id: str) -> Refusal:
    """The live revision has no such location."""
    metadata = {"program_id": program_id, "location_id": location_id}
    return refuse(LOCATION_NOT_FOUND, f"program {program_id} has no location {location_id}", metadata)


def brand_not_found(program_id: str, brand_id: str) -> Refusal:
    """The live revision has no such brand."""
    metadata = {"program_id": program_id, "brand_id": brand_id}
    return refuse(BRAND_NOT_FOUND, f"program {program_id} has no brand {brand_id}", metadata)


def too_many_values(what: str, most: int) -> Refusal:
    """A person would have more attributes, or preferences of a brand, than are kept."""
    return refuse(TOO_MANY_VALUES, f"a member has at most {most} {what}", {"what": what, "most": most})


def cursor_invalid(why: str) -> Refusal:
    """A page token or cursor was not made by this service for this question."""
    return refuse(CURSOR_INVALID, why)


def duplicate_not_found(duplicate_id: str) -> Refusal:
    """The program has no such pair."""
    return refuse(DUPLICATE_NOT_FOUND, f"there is no duplicate {duplicate_id}", {"duplicate_id": duplicate_id})


def duplicate_decided(duplicate_id: str, state: str) -> Refusal:
    """The pair was decided upon before."""
    metadata = {"duplicate_id": duplicate_id, "state": state}
    return refuse(DUPLICATE_DECIDED, f"duplicate {duplicate_id} is {state} already", metadata)


def version_changed(what: str, version: int) -> Refusal:
    """What was decided upon is not what there is."""
    return refuse(VERSION_CHANGED, f"the {what} has version {version} now", {"version": version})
