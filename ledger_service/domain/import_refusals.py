"""Why imports of balances are refused; protos/loyalty/ledger/v1/error_reason.proto is the catalogue."""

from collections.abc import Mapping

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

IMPORT_NOT_FOUND = Reason("IMPORT_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
IMPORT_STATE = Reason("IMPORT_STATE", DOMAIN, Code.FAILED_PRECONDITION)
IMPORT_LINE_CHANGED = Reason("IMPORT_LINE_CHANGED", DOMAIN, Code.ALREADY_EXISTS)
IMPORT_OUT_OF_ORDER = Reason("IMPORT_OUT_OF_ORDER", DOMAIN, Code.INVALID_ARGUMENT)
CONTROL_TOTALS_DIFFER = Reason("CONTROL_TOTALS_DIFFER", DOMAIN, Code.FAILED_PRECONDITION)
IMPORT_IS_DRY_RUN = Reason("IMPORT_IS_DRY_RUN", DOMAIN, Code.FAILED_PRECONDITION)
IMPORT_CONFLICT = Reason("IMPORT_CONFLICT", DOMAIN, Code.ALREADY_EXISTS)

MOST_TOLD = 20
"""Differences that a refusal tells; the report has them all."""


def import_not_found(program: str, import_id: str) -> Refusal:
    """No import of balances has this id."""
    metadata = {"program_id": program, "import_id": import_id}
    return refuse(IMPORT_NOT_FOUND, f"program {program} has no import of balances {import_id}", metadata)


def import_state(state: str) -> Refusal:
    """The import is past that, or not there yet."""
    return refuse(IMPORT_STATE, f"the import is {state}", {"state": state})


def import_line_changed(line_number: int) -> Refusal:
    """A line comes again as another."""
    message = f"line {line_number} is staged with other content"
    return refuse(IMPORT_LINE_CHANGED, message, {"line_number": line_number})


def import_out_of_order(message: str) -> Refusal:
    """The messages of a stream do not come in order."""
    return refuse(IMPORT_OUT_OF_ORDER, message, {})


def control_totals_differ(expected: Mapping[str, int], found: Mapping[str, int]) -> Refusal:
    """The import comes to something else than its caller thinks."""
    names = sorted({*expected, *found})
    other = [name for name in names if expected.get(name, 0) != found.get(name, 0)][:MOST_TOLD]
    metadata = {f"expected_{name}": expected.get(name, 0) for name in other}
    metadata |= {f"found_{name}": found.get(name, 0) for name in other}
    told = ", ".join(f"{name} {found.get(name, 0)} instead of {expected.get(name, 0)}" for name in other)
    return refuse(CONTROL_TOTALS_DIFFER, f"the import comes to other totals: {told}", metadata)


def import_is_dry_run(import_id: str) -> Refusal:
    """It was begun to look only."""
    return refuse(IMPORT_IS_DRY_RUN, f"import {import_id} was begun to look only", {"import_id": import_id})


def import_conflict(import_id: str) -> Refusal:
    """The id names another import."""
    return refuse(IMPORT_CONFLICT, f"import {import_id} was begun otherwise", {"import_id": import_id})
