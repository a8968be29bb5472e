"""What a file of payments says, whatever its format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.values.ids import hash_of
from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.payment_states import PaymentRecord, PaymentState, Step
from settlement_service.domain.program_facts import EntityFacts, ProgramFacts

EXPORTED: frozenset[PaymentState] = frozenset({PaymentState.APPROVED, PaymentState.SENT})
"""States in which a payment may be in a file."""

_ID_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payment with its parties as the program's live revision knows them."""

    payment: PaymentRecord
    debtor: EntityFacts
    creditor: EntityFacts


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """Transfers to be carried out on `day`. `message_id` (26 characters) is a function of the payments and of how often
    each was approved, so a file that is handed in twice shows; `create_time` is when the last was approved."""

    message_id: str
    create_time: datetime
    initiator: str
    day: date
    transfers: tuple[Transfer, ...]


def payment_file(payments: Sequence[PaymentRecord], facts: ProgramFacts, day: date) -> PaymentFile:
    """The file of payments, by number. Refuses PAYMENT_STATE for one that is neither approved nor sent."""
    for payment in payments:
        if payment.state not in EXPORTED:
            allowed = [state.value for state in EXPORTED]
            raise netting_refusals.payment_state(payment.payment_id, payment.state.value, allowed)
    approved = {payment.payment_id: _approvals(payment) for payment in payments}
    digest = hash_of(facts.program, *(f"{number} {len(steps)}" for number, steps in approved.items())).hex()
    return PaymentFile(
        message_id=f"PF{digest[:_ID_DIGITS].upper()}",
        create_time=max(steps[-1].time for steps in approved.values()),
        initiator=facts.name or facts.program,
        day=day,
        transfers=tuple(
            Transfer(payment, _known(facts.entities, payment.debtor), _known(facts.entities, payment.creditor))
            for payment in payments
        ),
    )


def require_accounts(file: PaymentFile) -> None:
    """Refuses ENTITY_HAS_NO_ACCOUNT, naming all parties that have neither an IBAN nor another account number."""
    parties = (party for transfer in file.transfers for party in (transfer.debtor, transfer.creditor))
    missing = sorted({party.entity_id for party in parties if not (party.iban or party.account_number)})
    if missing:
        raise netting_refusals.entity_has_no_account(missing)


def _approvals(payment: PaymentRecord) -> list[Step]:
    return [step for step in payment.steps if step.state is PaymentState.APPROVED]


def _known(entities: Mapping[str, EntityFacts], entity: str) -> EntityFacts:
    return entities.get(entity, EntityFacts(entity, entity))
