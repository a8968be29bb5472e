"""Books of brands and entities, and trial balances: questions and answers.

A total may be of any size; one that does not fit the wire's 64 bits is refused as OUT_OF_RANGE AMOUNT_OUT_OF_RANGE
with its name, and with it the whole answer.
"""

from dataclasses import dataclass

from loyalty.settlement.v1 import books_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from chassis.values.integers import checked
from settlement_service.domain.as_of import Asked
from settlement_service.domain.books import Vector
from settlement_service.domain.brand_books import BrandBooks, Carried
from settlement_service.domain.entity_books import AccountBooks, EntityBooks, TrialBalance, TrialLine
from settlement_service.domain.standing import Beginning
from settlement_service.wire.as_of import read_as_of
from settlement_service.wire.money import money_messages
from settlement_service.wire.positions import vector_of
from settlement_service.wire.requests import read_positions


@dataclass(frozen=True, slots=True)
class BooksQuestion:
    """Books of a brand or entity (empty: all), over a span that ends at a moment, once they have reached
    `at_least`."""

    program: str
    of: str
    asked: Asked
    beginning: Beginning
    at_least: Vector


def brand_question_of(request: messages.GetBrandBooksRequest) -> BooksQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("brand_id", request.brand_id)
    return _question(reader, request, request.brand_id, request.span, Beginning.FIRST_MOVEMENT)


def entity_question_of(request: messages.GetEntityBooksRequest) -> BooksQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("entity_id", request.entity_id)
    return _question(reader, request, request.entity_id, request.span, Beginning.PERIOD)


def trial_question_of(request: messages.GetTrialBalanceRequest) -> BooksQuestion:
    """The question; it has no span. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("entity_id", request.entity_id)
    return _question(reader, request, request.entity_id, 0, Beginning.FIRST_MOVEMENT)


def _question(
    reader: FieldReader,
    request: messages.GetBrandBooksRequest | messages.GetEntityBooksRequest | messages.GetTrialBalanceRequest,
    of: str,
    span: int,
    unspecified: Beginning,
) -> BooksQuestion:
    beginnings: dict[int, Beginning] = {
        messages.SPAN_BEGINNING_UNSPECIFIED: unspecified,
        messages.SPAN_BEGINNING_PERIOD: Beginning.PERIOD,
        messages.SPAN_BEGINNING_FIRST_MOVEMENT: Beginning.FIRST_MOVEMENT,
    }
    if span not in beginnings:
        reader.fault("span", "must be one of its values")
    asked = read_as_of(reader, "as_of", request.as_of)
    read_positions(reader, request.at_least)
    reader.finish()
    return BooksQuestion(request.program_id, of, asked, beginnings[span], vector_of(request.at_least))


def brand_books_message(books: BrandBooks) -> books_pb2.BrandBooks:
    """One brand's roll-forward."""
    name = f"brand.{books.brand}"

    def points(value: int, figure: str) -> int:
        return checked(value, f"{name}.{figure}")

    message = books_pb2.BrandBooks(
        brand_id=books.brand,
        earned_points=points(books.earned, "earned"),
        redeemed_own_points=points(books.redeemed_own, "redeemed_own"),
        redeemed_cross_points=points(books.redeemed_cross, "redeemed_cross"),
        redeemed_repayment_points=points(books.redeemed_repayment, "redeemed_repayment"),
        redeemed_cross_in_points=points(books.cross_in, "cross_in"),
        restored_points=points(books.restored, "restored"),
        reversed_points=points(books.reversed, "reversed"),
        repaid_points=points(books.repaid, "repaid"),
        expired_points=points(books.expired, "expired"),
        adjusted_points=points(books.adjusted, "adjusted"),
    )
    _carry(message, name, books.opening, books.closing)
    return message


def _carry(message: books_pb2.BrandBooks, name: str, opening: Carried, closing: Carried) -> None:
    message.opening_points = checked(opening.points, f"{name}.opening")
    message.opening_receivable_points = checked(opening.receivable_points, f"{name}.opening_receivable")
    message.opening_liability.extend(money_messages(opening.liability, f"{name}.opening_liability"))
    message.opening_receivable.extend(money_messages(opening.receivable, f"{name}.opening_receivable"))
    message.closing_points = checked(closing.points, f"{name}.closing")
    message.receivable_points = checked(closing.receivable_points, f"{name}.receivable")
    message.liability.extend(money_messages(closing.liability, f"{name}.liability"))
    message.receivable.extend(money_messages(closing.receivable, f"{name}.receivable"))


def entity_books_message(books: EntityBooks) -> books_pb2.EntityBooks:
    """One entity's books."""
    name = f"entity.{books.entity}"
    return books_pb2.EntityBooks(
        entity_id=books.entity,
        currencies=[
            books_pb2.CurrencyBooks(
                currency_code=each.currency,
                accounts=[_account_message(row, name) for row in each.accounts],
                liability=checked(each.liability, f"{name}.liability"),
                receivable=checked(each.receivable, f"{name}.receivable"),
            )
            for each in books.currencies
        ],
        positions=[
            books_pb2.CounterpartyPosition(
                counterparty_entity_id=each.counterparty,
                currency_code=each.currency,
                due_from=checked(each.due_from, f"{name}.due_from.{each.counterparty}"),
                due_to=checked(each.due_to, f"{name}.due_to.{each.counterparty}"),
            )
            for each in books.positions
        ],
    )


def _account_message(row: AccountBooks, name: str) -> books_pb2.AccountBooks:
    figure = f"{name}.{row.account}"
    return books_pb2.AccountBooks(
        account=row.account,
        code=row.name.code,
        name=row.name.name,
        opening=checked(row.opening, f"{figure}.opening"),
        debits=checked(row.debits, f"{figure}.debits"),
        credits=checked(row.credits, f"{figure}.credits"),
        closing=checked(row.closing, f"{figure}.closing"),
    )


def trial_balance_message(balance: TrialBalance) -> books_pb2.TrialBalance:
    """One currency's trial balance."""
    figure = f"trial_balance.{balance.currency or 'points'}"
    return books_pb2.TrialBalance(
        currency_code=balance.currency,
        lines=[_trial_line(line, figure) for line in balance.lines],
        debits=checked(balance.debits, f"{figure}.debits"),
        credits=checked(balance.credits, f"{figure}.credits"),
    )


def _trial_line(line: TrialLine, figure: str) -> books_pb2.TrialBalanceLine:
    amount = checked(line.balance, f"{figure}.{line.account}")
    return books_pb2.TrialBalanceLine(
        account=line.account, code=line.name.code, name=line.name.name, debit=max(0, amount), credit=max(0, -amount)
    )
