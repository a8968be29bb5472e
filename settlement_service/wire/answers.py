"""Figures of the books as messages.

A total may be of any size; one that does not fit the wire's 64 bits is refused as OUT_OF_RANGE AMOUNT_OUT_OF_RANGE
with its name, and with it the whole answer: a truncated or partial one would be a false figure.
"""

from collections.abc import Sequence

from loyalty.settlement.v1 import books_pb2

from chassis.values.integers import checked
from settlement_service.domain.books import Check, CurrencyPositions, ListedEntry
from settlement_service.domain.reconciliation import Difference, obligation_figure
from settlement_service.wire.positions import vector_message


def positions_message(positions: CurrencyPositions) -> books_pb2.Positions:
    """Who owes whom in one currency."""
    currency = positions.currency
    return books_pb2.Positions(
        currency_code=currency,
        bilateral=[
            books_pb2.BilateralPosition(
                debtor_entity_id=debt.debtor,
                creditor_entity_id=debt.creditor,
                minor_units=checked(debt.amount.minor_units, obligation_figure(debt.debtor, debt.creditor, currency)),
            )
            for debt in positions.bilateral
        ],
        net=[
            books_pb2.NetPosition(entity_id=entity, minor_units=checked(minor_units, f"net.{entity}.{currency}"))
            for entity, minor_units in positions.net
        ],
    )


def entry_message(entry: ListedEntry) -> books_pb2.JournalEntry:
    """One journal entry."""
    message = books_pb2.JournalEntry(
        entry_number=entry.number,
        entity_id=entry.entity,
        currency_code=entry.currency,
        kind=entry.kind,
        home_member_id=entry.home,
        movement_sequence=entry.movement_sequence,
        accrual_id=entry.accrual_id,
        rule_version=entry.rule_version,
        order_id=entry.order_id,
        line_number=entry.line_number,
        position=None if entry.voucher_id else vector_message({entry.partition: entry.position})[0],
        postings=[
            books_pb2.Posting(
                account=posting.account,
                counterparty_entity_id=posting.counterparty,
                debit_minor_units=max(posting.amount, 0),
                credit_minor_units=max(-posting.amount, 0),
            )
            for posting in entry.postings
        ],
        point_postings=[
            books_pb2.PointPosting(
                account=points.account, debit_points=max(points.amount, 0), credit_points=max(-points.amount, 0)
            )
            for points in entry.points
        ],
        voucher_id=entry.voucher_id,
        cause=entry.cause,
        cause_id=entry.cause_id,
        event_revision=entry.event_revision,
        accrual_revision=entry.accrual_revision,
        period_sequence=entry.period_sequence,
    )
    message.post_time.FromDatetime(entry.post_time)
    return message


def difference_messages(differences: Sequence[Difference]) -> list[books_pb2.ReconciliationDifference]:
    """Figures that differ."""
    return [
        books_pb2.ReconciliationDifference(
            figure=difference.figure,
            ledger=checked(difference.ledger, difference.figure),
            books=checked(difference.books, difference.figure),
        )
        for difference in differences
    ]


def check_message(check: Check) -> books_pb2.BooksCheck:
    """The outcome of a checker."""
    return books_pb2.BooksCheck(
        invariant=check.invariant,
        description=check.description,
        checked=check.checked,
        violations=check.violations,
        findings=check.findings,
    )
