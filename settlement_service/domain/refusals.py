"""The refusals of the settlement service, one constructor per reason (loyalty.settlement.v1.ErrorReason)."""

from collections.abc import Sequence

from chassis.values.refusal import Code, Reason, Refusal, refuse

DOMAIN = "settlement.loyalty"

PROGRAM_NOT_FOUND = Reason("PROGRAM_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BRAND_NOT_FOUND = Reason("BRAND_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
BOOKS_BEHIND = Reason("BOOKS_BEHIND", DOMAIN, Code.UNAVAILABLE)
REQUEST_ID_REUSED = Reason("REQUEST_ID_REUSED", DOMAIN, Code.ALREADY_EXISTS)
VOUCHER_NOT_BALANCED = Reason("VOUCHER_NOT_BALANCED", DOMAIN, Code.INVALID_ARGUMENT)
PERIOD_CLOSED = Reason("PERIOD_CLOSED", DOMAIN, Code.FAILED_PRECONDITION)
PERIOD_NOT_FOUND = Reason("PERIOD_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
PERIOD_NOT_READY = Reason("PERIOD_NOT_READY", DOMAIN, Code.FAILED_PRECONDITION)
ACCOUNT_UNKNOWN = Reason("ACCOUNT_UNKNOWN", DOMAIN, Code.INVALID_ARGUMENT)
ENTITY_UNKNOWN = Reason("ENTITY_UNKNOWN", DOMAIN, Code.INVALID_ARGUMENT)
VOUCHER_NOT_FOUND = Reason("VOUCHER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
POINTS_DO_NOT_TIE_OUT = Reason("POINTS_DO_NOT_TIE_OUT", DOMAIN, Code.FAILED_PRECONDITION)
FIGURE_UNKNOWN = Reason("FIGURE_UNKNOWN", DOMAIN, Code.NOT_FOUND)
PARQUET_NOT_INSTALLED = Reason("PARQUET_NOT_INSTALLED", DOMAIN, Code.FAILED_PRECONDITION)
ROLL_UP_TOO_LARGE = Reason("ROLL_UP_TOO_LARGE", DOMAIN, Code.FAILED_PRECONDITION)
RECONCILIATION_NOT_FOUND = Reason("RECONCILIATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
DIFFERENCE_NOT_FOUND = Reason("DIFFERENCE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
DIFFERENCE_ACCEPTED = Reason("DIFFERENCE_ACCEPTED", DOMAIN, Code.FAILED_PRECONDITION)
CONTROL_TOTALS_NOT_FOUND = Reason("CONTROL_TOTALS_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
LOCATION_NOT_FOUND = Reason("LOCATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
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


def request_id_reused(request_id: str) -> Refusal:
    """The same caller has used the request id for something else."""
    return refuse(
        REQUEST_ID_REUSED, f"request id {request_id!r} was used for something else", {"request_id": request_id}
    )


def voucher_not_balanced(fault: str) -> Refusal:
    """A voucher that would put books out of balance."""
    return refuse(VOUCHER_NOT_BALANCED, fault)


def period_closed(program: str, sequence: int) -> Refusal:
    """Something was to be booked into a closed period; the journal knows periods by number."""
    return refuse(
        PERIOD_CLOSED,
        f"period no. {sequence} of {program!r} is closed",
        {"program": program, "period_sequence": sequence},
    )


def period_not_found(program: str, period: str) -> Refusal:
    """No such period, or nobody has begun to close it."""
    return refuse(
        PERIOD_NOT_FOUND,
        f"program {program!r} has no period {period!r} that has been cut",
        {"program": program, "period": period},
    )


def period_not_ready(period: str, items: Sequence[str]) -> Refusal:
    """Items of the checklist stand in the way of closing."""
    named = ", ".join(items)
    return refuse(PERIOD_NOT_READY, f"period {period} cannot be closed: {named}", {"period": period, "items": named})


def account_unknown(account: str) -> Refusal:
    """No such account in the chart."""
    return refuse(ACCOUNT_UNKNOWN, f"there is no account {account!r}", {"account": account})


def entity_unknown(program: str, entity: str) -> Refusal:
    """No such legal entity."""
    return refuse(
        ENTITY_UNKNOWN, f"program {program!r} has no legal entity {entity!r}", {"program": program, "entity": entity}
    )


def voucher_not_found(voucher: str) -> Refusal:
    """No such voucher."""
    return refuse(VOUCHER_NOT_FOUND, f"there is no voucher {voucher!r}", {"voucher": voucher})


def cursor_invalid() -> Refusal:
    """A page token that was not made here for this question."""
    return refuse(CURSOR_INVALID, "the page token or cursor was not given by this method for this question")


def programs_unknown() -> Refusal:
    """The rules service has not told yet which programs exist."""
    return refuse(
        UNAVAILABLE,
        "the rules service is unavailable",
        {"target": "rules service"},
        retry_after_seconds=_RETRY_SECONDS,
    )


def points_do_not_tie_out(program: str, what: str) -> Refusal:
    """Points of a cohort contradict each other."""
    return refuse(POINTS_DO_NOT_TIE_OUT, what, {"program": program})


def figure_unknown(figure: str) -> Refusal:
    """No figure has such a name, or it is not kept for what it was asked over."""
    return refuse(FIGURE_UNKNOWN, f"there is no figure {figure!r}", {"figure": figure})


def parquet_not_installed() -> Refusal:
    """The installation lacks the package's extra `parquet`."""
    return refuse(PARQUET_NOT_INSTALLED, "this installation cannot write Parquet: its extra `parquet` is missing")


def roll_up_too_large(most: int) -> Refusal:
    """More figures than one answer holds."""
    return refuse(ROLL_UP_TOO_LARGE, f"the roll-up has more than {most} figures", {"most": most})


def reconciliation_not_found(run: str) -> Refusal:
    """No such run."""
    return refuse(RECONCILIATION_NOT_FOUND, f"there is no reconciliation {run!r}", {"reconciliation": run})


def difference_not_found(run: str, figure: str) -> Refusal:
    """The run found no such difference."""
    return refuse(
        DIFFERENCE_NOT_FOUND,
        f"reconciliation {run!r} found no difference in {figure!r}",
        {"reconciliation": run, "figure": figure},
    )


def difference_accepted(figure: str, by: str) -> Refusal:
    """Somebody answers for it already."""
    return refuse(DIFFERENCE_ACCEPTED, f"{by} has accepted the difference in {figure!r}", {"figure": figure})


def control_totals_not_found(source: str, location: str, day: str) -> Refusal:
    """Nobody has submitted any."""
    return refuse(
        CONTROL_TOTALS_NOT_FOUND,
        f"there are no control totals of {source!r} at {location!r} on {day}",
        {"source": source, "location": location, "business_date": day},
    )


def location_not_found(program: str, location: str) -> Refusal:
    """No such location in the live revision."""
    return refuse(
        LOCATION_NOT_FOUND,
        f"program {program!r} has no location {location!r}",
        {"program": program, "location": location},
    )
