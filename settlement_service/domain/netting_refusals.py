"""The refusals of netting and paying, one constructor per reason (loyalty.settlement.v1.ErrorReason)."""

from collections.abc import Iterable, Sequence
from datetime import date

from chassis.values.refusal import Code, Reason, Refusal, Violation, refuse
from settlement_service.domain.netting.faults import Fault
from settlement_service.domain.refusals import DOMAIN

PERIOD_NOT_CLOSED = Reason("PERIOD_NOT_CLOSED", DOMAIN, Code.FAILED_PRECONDITION)
NOTHING_TO_NET = Reason("NOTHING_TO_NET", DOMAIN, Code.FAILED_PRECONDITION)
NETTING_EXISTS = Reason("NETTING_EXISTS", DOMAIN, Code.ALREADY_EXISTS)
LINES_NOT_NETTABLE = Reason("LINES_NOT_NETTABLE", DOMAIN, Code.FAILED_PRECONDITION)
CURRENCY_UNKNOWN = Reason("CURRENCY_UNKNOWN", DOMAIN, Code.FAILED_PRECONDITION)
NO_EXCHANGE_RATE = Reason("NO_EXCHANGE_RATE", DOMAIN, Code.FAILED_PRECONDITION)
NETTING_NOT_FOUND = Reason("NETTING_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
PAYMENT_NOT_FOUND = Reason("PAYMENT_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
PAYMENT_STATE = Reason("PAYMENT_STATE", DOMAIN, Code.FAILED_PRECONDITION)
APPROVER_IS_PROPOSER = Reason("APPROVER_IS_PROPOSER", DOMAIN, Code.PERMISSION_DENIED)
PAYMENTS_DO_NOT_CLEAR = Reason("PAYMENTS_DO_NOT_CLEAR", DOMAIN, Code.FAILED_PRECONDITION)
LINE_NOT_FOUND = Reason("LINE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
LINE_ALREADY_NETTED = Reason("LINE_ALREADY_NETTED", DOMAIN, Code.FAILED_PRECONDITION)
DISPUTE_EXISTS = Reason("DISPUTE_EXISTS", DOMAIN, Code.ALREADY_EXISTS)
DISPUTE_NOT_FOUND = Reason("DISPUTE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
DISPUTE_CLOSED = Reason("DISPUTE_CLOSED", DOMAIN, Code.FAILED_PRECONDITION)
INVOICE_NOT_FOUND = Reason("INVOICE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
ENTITY_HAS_NO_ACCOUNT = Reason("ENTITY_HAS_NO_ACCOUNT", DOMAIN, Code.FAILED_PRECONDITION)


def period_not_closed(program: str, period: str) -> Refusal:
    """The figures of the period may still change."""
    return refuse(
        PERIOD_NOT_CLOSED, f"period {period} of {program!r} is not closed", {"program": program, "period": period}
    )


def nothing_to_net(period: str, disputed: Iterable[str]) -> Refusal:
    """Nothing is owed that was not netted, but what is in dispute."""
    named = ", ".join(disputed)
    also = f" but what is in dispute: {named}" if named else ""
    return refuse(NOTHING_TO_NET, f"nothing is owed up to {period}{also}", {"period": period, "disputed": named})


def netting_exists(period: str, netting_id: str) -> Refusal:
    """The period was netted, and nothing came since."""
    return refuse(
        NETTING_EXISTS,
        f"{period} was netted as {netting_id}, and no line was added since",
        {"period": period, "netting_id": netting_id},
    )


def lines_not_nettable(faults: Sequence[Fault]) -> Refusal:
    """Lines or rates that cannot be netted as they are."""
    return refuse(
        LINES_NOT_NETTABLE, f"{len(faults)} lines or rates cannot be netted", violations=_violations("lines", faults)
    )


def currency_unknown(faults: Sequence[Fault]) -> Refusal:
    """Amounts in codes that are no currencies."""
    return refuse(
        CURRENCY_UNKNOWN,
        f"{len(faults)} lines are in codes that are no currencies",
        violations=_violations("lines", faults),
    )


def no_exchange_rate(source: str, target: str, day: date) -> Refusal:
    """The program has no rate for a pair on a day."""
    return refuse(
        NO_EXCHANGE_RATE,
        f"there is no rate from {source} to {target} on {day.isoformat()}",
        {"from_currency_code": source, "to_currency_code": target, "date": day.isoformat()},
    )


def netting_not_found(netting_id: str) -> Refusal:
    """No such netting."""
    return refuse(NETTING_NOT_FOUND, f"there is no netting {netting_id!r}", {"netting_id": netting_id})


def payment_not_found(payment_id: str) -> Refusal:
    """No such payment."""
    return refuse(PAYMENT_NOT_FOUND, f"there is no payment {payment_id!r}", {"payment_id": payment_id})


def payment_state(payment_id: str, state: str, wanted: Iterable[str]) -> Refusal:
    """A payment whose state does not allow what is asked."""
    allowed = " or ".join(sorted(wanted))
    return refuse(
        PAYMENT_STATE,
        f"payment {payment_id} is {state}, not {allowed}",
        {"payment_id": payment_id, "state": state, "allowed": allowed},
    )


def no_payment_to_export(netting_id: str) -> Refusal:
    """A netting without an approved payment."""
    return refuse(
        PAYMENT_STATE,
        f"no payment of {netting_id} is APPROVED; those that were SENT are exported again by their ids",
        {"netting_id": netting_id, "allowed": "APPROVED"},
    )


def approver_is_proposer(payment_id: str) -> Refusal:
    """The second person is the first one, by token or by name."""
    return refuse(
        APPROVER_IS_PROPOSER,
        f"payment {payment_id} was proposed with the same token or under the same name",
        {"payment_id": payment_id},
    )


def payments_do_not_clear(faults: Sequence[Fault]) -> Refusal:
    """Payments that are no settlement of the netting."""
    return refuse(
        PAYMENTS_DO_NOT_CLEAR,
        "the payments do not settle the netting: " + "; ".join(map(str, faults)),
        violations=_violations("payments", faults),
    )


def line_not_found(line_id: str) -> Refusal:
    """No such line, or no such movement in it."""
    return refuse(LINE_NOT_FOUND, f"closed periods hold no line {line_id!r}", {"line_id": line_id})


def line_already_netted(line_id: str, netting_id: str) -> Refusal:
    """A line that was netted."""
    return refuse(
        LINE_ALREADY_NETTED,
        f"{line_id} was netted by {netting_id}",
        {"line_id": line_id, "netting_id": netting_id},
    )


def dispute_exists(line_id: str, dispute_id: str) -> Refusal:
    """A line in dispute."""
    return refuse(
        DISPUTE_EXISTS,
        f"{line_id} is in dispute already: {dispute_id}",
        {"line_id": line_id, "dispute_id": dispute_id},
    )


def dispute_not_found(dispute_id: str) -> Refusal:
    """No such dispute."""
    return refuse(DISPUTE_NOT_FOUND, f"there is no dispute {dispute_id!r}", {"dispute_id": dispute_id})


def dispute_closed(dispute_id: str) -> Refusal:
    """A dispute that is over."""
    return refuse(DISPUTE_CLOSED, f"dispute {dispute_id} was closed before", {"dispute_id": dispute_id})


def invoice_not_found(number: str) -> Refusal:
    """No such invoice."""
    return refuse(INVOICE_NOT_FOUND, f"there is no invoice {number!r}", {"invoice_number": number})


def entity_has_no_account(entities: Sequence[str]) -> Refusal:
    """Entities that can neither pay nor be paid by a file."""
    return refuse(
        ENTITY_HAS_NO_ACCOUNT,
        f"no account is known of {', '.join(entities)}",
        {"entities": ", ".join(entities)},
        tuple(Violation(f"entities[{entity}]", "has neither an IBAN nor an account number") for entity in entities),
    )


def _violations(field: str, faults: Iterable[Fault]) -> tuple[Violation, ...]:
    return tuple(Violation(f"{field}[{fault.subject}]", f"{fault.kind.value}: {fault.description}") for fault in faults)
