"""Figures of the books as messages."""

from collections.abc import Iterable, Sequence

from loyalty.settlement.v1 import books_pb2
from loyalty.type.v1.money_pb2 import Money as MoneyMessage

from chassis.values.money import Money
from settlement_service.domain.books import BrandBooks, Check, CurrencyPositions, ListedEntry
from settlement_service.domain.reconciliation import Difference
from settlement_service.wire.positions import vector_message


def positions_message(positions: CurrencyPositions) -> books_pb2.Positions:
    """Who owes whom in one currency."""
    return books_pb2.Positions(
        currency_code=positions.currency,
        bilateral=[
            books_pb2.BilateralPosition(
                debtor_entity_id=debt.debtor,
                creditor_entity_id=debt.creditor,
                minor_units=debt.amount.minor_units,
            )
            for debt in positions.bilateral
        ],
        net=[books_pb2.NetPosition(entity_id=entity, minor_units=minor_units) for entity, minor_units in positions.net],
    )


def brand_books_message(books: BrandBooks) -> books_pb2.BrandBooks:
    """One brand's roll-forward."""
    return books_pb2.BrandBooks(
        brand_id=books.brand,
        opening_points=0,
        earned_points=books.earned,
        redeemed_own_points=books.redeemed_own,
        redeemed_cross_points=books.redeemed_cross,
        redeemed_repayment_points=books.redeemed_repayment,
        restored_points=books.restored,
        reversed_points=books.reversed,
        repaid_points=books.repaid,
        expired_points=books.expired,
        adjusted_points=books.adjusted,
        closing_points=books.closing,
        receivable_points=books.receivable_points,
        liability=_money_messages(books.liability),
        receivable=_money_messages(books.receivable),
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
        position=vector_message({entry.partition: entry.position})[0],
        postings=[
            books_pb2.Posting(
                account=posting.account,
                counterparty_entity_id=posting.counterparty,
                debit_minor_units=max(posting.amount, 0),
                credit_minor_units=max(-posting.amount, 0),
            )
            for posting in entry.postings
        ],
    )
    message.post_time.FromDatetime(entry.post_time)
    return message


def difference_messages(differences: Sequence[Difference]) -> list[books_pb2.ReconciliationDifference]:
    """Figures that differ."""
    return [
        books_pb2.ReconciliationDifference(figure=difference.figure, ledger=difference.ledger, books=difference.books)
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


def _money_messages(amounts: Iterable[Money]) -> list[MoneyMessage]:
    return [
        MoneyMessage(currency_code=money.currency_code, minor_units=money.minor_units)
        for money in amounts
        if money.minor_units != 0
    ]
