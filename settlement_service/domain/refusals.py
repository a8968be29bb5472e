"""The refusals of the settlement service, one constructor per reason (loyalty.settlement.v1.ErrorReason)."""

from chassis.values.refusal import Code, Reason, Refusal, refuse

DOMAIN = "settlement.loyalty"

PROGRAM_NOT_FOUND = Reason("PROGRAM_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BRAND_NOT_FOUND = Reason("BRAND_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BOOKS_BEHIND = Reason("BOOKS_BEHIND", DOMAIN, Code.UNAVAILABLE)
CURSOR_INVALID = Reason("CURSOR_INVALID", "type.loyalty", Code.INVALID_ARGUMENT)
UNAVAILABLE = Reason("UNAVAILABLE", "type.loyalty", Code.UNAVAILABLE)

_RETRY_SECONDS = 0.5


def program_not_found(program: str) -> Refusal:
    """No such program."""
    return refuse(PROGRAM_NOT_FOUND, f"there is no program {program!r}", {"program": program})


def brand_not_found(program: str, brand: str) -> Refusal:
    """No such brand in the program."""
    return refuse(BRAND_NOT_FOUND, f"program {program!r} has no brand {brand!r}", {"program": program, "brand": brand})


def books_behind(partition: int, wanted: int, reached: int) -> Refusal:
    """The books did not reach the asked-for position in time."""
    return refuse(
        BOOKS_BEHIND,
        f"the books are at position {reached} of partition {partition}, not yet at {wanted}",
        {"partition": partition, "wanted": wanted, "reached": reached},
        retry_after_seconds=_RETRY_SECONDS,
    )


def cursor_invalid() -> Refusal:
    """A page token that was not made here for this question."""
    return refuse(CURSOR_INVALID, "the page token was not given by this method for this program and entity")


def programs_unknown() -> Refusal:
    """The rules service has not told yet which programs exist."""
    return refuse(
        UNAVAILABLE,
        "the rules service is unavailable",
        {"target": "rules service"},
        retry_after_seconds=_RETRY_SECONDS,
    )
