"""Refusals about proofs of the member who spends."""

from collections.abc import Sequence

from chassis.values.money import Money
from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

PROOF_REQUIRED = Reason("PROOF_REQUIRED", DOMAIN, Code.FAILED_PRECONDITION)

ASKED_AGAIN = frozenset({PROOF_REQUIRED.name})
"""Never kept although not transient: the till asks the shopper and sends again, under the same id."""


def proof_required(value: Money, methods: Sequence[str]) -> Refusal:
    """Spending so much takes a proof of the member, any of these methods."""
    message = f"spending {value} takes a proof of the member: {' or '.join(methods)}"
    return refuse(PROOF_REQUIRED, message, {"methods": ",".join(methods), "value": value})
