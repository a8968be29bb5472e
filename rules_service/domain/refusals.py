"""Every reason rules may give, one constructor each. Domain `rules.loyalty`."""

from collections.abc import Sequence

from chassis.values.refusal import Code, Reason, Refusal, Violation, refuse

DOMAIN = "rules.loyalty"

PROGRAM_NOT_FOUND = Reason("PROGRAM_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
REVISION_NOT_FOUND = Reason("REVISION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
LOCATION_NOT_FOUND = Reason("LOCATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BRAND_NOT_FOUND = Reason("BRAND_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BRAND_NOT_SOLD_HERE = Reason("BRAND_NOT_SOLD_HERE", DOMAIN, Code.FAILED_PRECONDITION)
CURRENCY_NOT_ACCEPTED = Reason("CURRENCY_NOT_ACCEPTED", DOMAIN, Code.FAILED_PRECONDITION)
NO_POINT_VALUE = Reason("NO_POINT_VALUE", DOMAIN, Code.FAILED_PRECONDITION)
PROGRAM_INVALID = Reason("PROGRAM_INVALID", DOMAIN, Code.INVALID_ARGUMENT)
REVISION_CONFLICT = Reason("REVISION_CONFLICT", DOMAIN, Code.ABORTED)
SANDBOX_FIXED = Reason("SANDBOX_FIXED", DOMAIN, Code.FAILED_PRECONDITION)
REQUEST_ID_REUSED = Reason("REQUEST_ID_REUSED", DOMAIN, Code.ALREADY_EXISTS)
RULE_FAILED = Reason("RULE_FAILED", DOMAIN, Code.FAILED_PRECONDITION)


def program_not_found(program_id: str) -> Refusal:
    """There is no such program."""
    return refuse(PROGRAM_NOT_FOUND, f"there is no program {program_id}", {"program_id": program_id})


def revision_not_found(program_id: str, revision: str) -> Refusal:
    """The program exists but never had this revision."""
    return refuse(
        REVISION_NOT_FOUND,
        f"program {program_id} never had revision {revision}",
        {"program_id": program_id, "revision": revision},
    )


def no_revision_yet(program_id: str, record_time: str) -> Refusal:
    """The program exists now, but nothing of it was live then."""
    return refuse(
        REVISION_NOT_FOUND,
        f"program {program_id} had no live revision at {record_time}",
        {"program_id": program_id, "record_time": record_time},
    )


def location_not_found(program_id: str, location_id: str) -> Refusal:
    """The program has no such location."""
    return refuse(
        LOCATION_NOT_FOUND,
        f"program {program_id} has no location {location_id}",
        {"program_id": program_id, "location_id": location_id},
    )


def brand_not_found(program_id: str, brand_id: str) -> Refusal:
    """The program has no such brand."""
    return refuse(
        BRAND_NOT_FOUND,
        f"program {program_id} has no brand {brand_id}",
        {"program_id": program_id, "brand_id": brand_id},
    )


def brand_not_sold_here(brand_id: str, location_id: str) -> Refusal:
    """The brand is known but not sold at the location."""
    return refuse(
        BRAND_NOT_SOLD_HERE,
        f"brand {brand_id} is not sold at location {location_id}",
        {"brand_id": brand_id, "location_id": location_id},
    )


def currency_not_accepted(location_id: str, currency_code: str, accepted: str) -> Refusal:
    """The location takes one currency, and it is another."""
    return refuse(
        CURRENCY_NOT_ACCEPTED,
        f"location {location_id} takes {accepted}, not {currency_code}",
        {"location_id": location_id, "currency_code": currency_code, "accepted": accepted},
    )


def no_point_value(brand_id: str, currency_code: str, occur_time: str) -> Refusal:
    """The brand states no worth of a point in the currency at that time."""
    return refuse(
        NO_POINT_VALUE,
        f"brand {brand_id} states no point value in {currency_code} at {occur_time}",
        {"brand_id": brand_id, "currency_code": currency_code, "occur_time": occur_time},
    )


def program_invalid(program_id: str, faults: Sequence[Violation], count: int) -> Refusal:
    """The files cannot be a program; `faults` are the first of `count` of them."""
    noun = "fault" if count == 1 else "faults"
    return refuse(
        PROGRAM_INVALID,
        f"the files of program {program_id} have {count} {noun}",
        {"program_id": program_id, "faults": count},
        violations=tuple(faults),
    )


def revision_conflict(program_id: str, expected: str, live: str) -> Refusal:
    """The change was planned against a revision that is not live; `live` is empty if the program is new."""
    return refuse(
        REVISION_CONFLICT,
        f"program {program_id} is at revision {live or '(none)'}, not {expected}; plan again",
        {"program_id": program_id, "expected_revision": expected, "live_revision": live},
    )


def sandbox_fixed(program_id: str, sandbox: bool) -> Refusal:
    """A program is a sandbox or live from its first revision on."""
    kind = "sandbox" if sandbox else "live"
    return refuse(
        SANDBOX_FIXED,
        f"program {program_id} is a {kind} program and stays one",
        {"program_id": program_id, "sandbox": str(sandbox).lower()},
    )


def request_id_reused(program_id: str, request_id: str) -> Refusal:
    """The caller used the id for another intent before."""
    return refuse(
        REQUEST_ID_REUSED,
        f"request id {request_id} was used for another change of program {program_id}",
        {"program_id": program_id, "request_id": request_id},
    )


def rule_failed(rule_id: str, rule_version: str, reason: str) -> Refusal:
    """A rule's condition came to no answer on the order."""
    return refuse(
        RULE_FAILED,
        f"rule {rule_id} failed on this order: {reason}",
        {"rule_id": rule_id, "rule_version": rule_version, "reason": reason},
    )
