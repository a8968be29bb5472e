"""Payments as CSV, a line each."""

from settlement_service.domain.netting.payment_file import PaymentFile, Transfer
from settlement_service.domain.program_facts import EntityFacts
from settlement_service.wire.csv_text import Cell, csv_line
from settlement_service.wire.pain_001 import decimal_text

HEADING = (
    "payment_id",
    "netting_id",
    "state",
    "debtor_entity_id",
    "debtor_name",
    "debtor_account",
    "debtor_bic",
    "creditor_entity_id",
    "creditor_name",
    "creditor_account",
    "creditor_bic",
    "currency_code",
    "amount",
    "minor_units",
    "execution_date",
)


def payments_csv(file: PaymentFile) -> bytes:
    """The file, UTF-8."""
    lines = [csv_line(HEADING), *(csv_line(_cells(transfer, file)) for transfer in file.transfers)]
    return "".join(lines).encode()


def _cells(transfer: Transfer, file: PaymentFile) -> list[Cell]:
    payment = transfer.payment
    return [
        payment.payment_id,
        payment.netting_id,
        payment.state.value,
        *_party(transfer.debtor),
        *_party(transfer.creditor),
        payment.amount.currency_code,
        decimal_text(payment.amount),
        payment.amount.minor_units,
        file.day,
    ]


def _party(entity: EntityFacts) -> list[Cell]:
    return [entity.entity_id, entity.legal_name or entity.name, entity.iban or entity.account_number, entity.bic]
