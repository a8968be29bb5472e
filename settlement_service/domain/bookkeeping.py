"""From an event to balanced entries: pure, and the only place that reads the posting matrix.

One entry per movement, entity and currency; the issuer's also has the movement's points. Amounts on one account and
counterparty are netted within an entry and zeros leave no posting. Every pair of sides is posted in one step, so an
entry balances by construction; it is checked all the same, here and by the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from chassis.values.money import Money
from settlement_service.domain.accounts import Account
from settlement_service.domain.entry import Entry, Source
from settlement_service.domain.event import Event, Kind, Movement, Unbookable
from settlement_service.domain.points_side import points_of
from settlement_service.domain.program_facts import SettlementPolicy
from settlement_service.domain.repayments import Repayment, repayments_of
from settlement_service.domain.sheet import Key, Sheet


def entries_of(event: Event, period_sequence: int = 1) -> tuple[Entry, ...]:
    """The entries of one event of that period, in the order of its movements, then by entity and currency.

    Raises Unbookable where the event does not say what the matrix needs or contradicts itself.
    """
    repayments = repayments_of(event.movements)
    entries: list[Entry] = []
    for movement in event.movements:
        entries += _entries_of_movement(event, period_sequence, movement, repayments.get(movement.key))
    _require_mirrored(entries)
    return tuple(entries)


def redeemer_of(event: Event, movement: Movement) -> str:
    """Where the points of a redeemed or restored movement were spent: what the movement says, else the event, else who
    is owed, else the only funder; empty if none of them tells."""
    if movement.place_entity:
        return movement.place_entity
    if event.redeemer:
        return event.redeemer
    if movement.obligations:
        return movement.obligations[0].creditor
    return movement.accrual.funders[0][0] if len(movement.accrual.funders) == 1 else ""


def spent_at(event: Event, movement: Movement) -> str:
    """Where a redeemed movement's points went: OWN (the issuer's entity), CROSS (another's), REPAYMENT; else empty."""
    if movement.kind is not Kind.REDEEMED:
        return ""
    if movement.repays:
        return "REPAYMENT"
    return "OWN" if redeemer_of(event, movement) == movement.accrual.issuer else "CROSS"


def source_of(event: Event, movement: Movement, period_sequence: int) -> Source:
    """What the entries of a movement stand on."""
    accrual = movement.accrual
    return Source(
        event.program,
        period_sequence,
        event.post_time,
        movement.kind,
        "",
        movement.home,
        movement.sequence,
        accrual.accrual_id,
        accrual.rule_version,
        accrual.order_id,
        accrual.line_number,
        event.partition,
        event.position,
        accrual.brand,
    )


def _entries_of_movement(
    event: Event, period_sequence: int, movement: Movement, repayment: Repayment | None
) -> Iterator[Entry]:
    sheet = Sheet(movement)
    for change in movement.carrying:
        sheet.carry(change)
    payer = repayment.payer if repayment else movement
    reserve = _reserve_of(payer)
    for obligation in payer.obligations:
        sheet.owe(obligation.debtor, obligation.creditor, obligation.amount.minor_units, reserve)
    for entity, amount in _own_amounts(event, movement, repayment):
        sheet.own(entity, amount, reserve)
    if movement.value is not None and movement.accrual.policy is SettlementPolicy.NONE:
        value = movement.value if movement.kind is Kind.REDEEMED else _negated(movement.value)
        sheet.bear(redeemer_of(event, movement), value)
    books = dict(sheet.entries())
    points = points_of(movement)
    place = _place_of_points(books, movement) if points else None
    if place is not None:
        books.setdefault(place, ())
    source = source_of(event, movement, period_sequence)
    for key in sorted(books):
        yield Entry(source, *key, books[key], points if key == place else ())


def _place_of_points(books: Iterable[Key], movement: Movement) -> Key:
    """Points stand in the issuer's books, in the entry in which they are carried, else in the first, else alone."""
    accrual = movement.accrual
    own = [currency for entity, currency in books if entity == accrual.issuer]
    if accrual.currency in own or not own:
        return accrual.issuer, accrual.currency if own else ""
    return accrual.issuer, min(own)


def _negated(money: Money) -> Money:
    return Money(money.currency_code, -money.minor_units)


def _reserve_of(movement: Movement) -> str:
    """The reserve that prices of a movement pass through; empty if none. What is kept of a refund is owed directly: it
    buys the debt back, and draws on nothing."""
    if movement.accrual.policy is not SettlementPolicy.RESERVE or movement.made_good:
        return ""
    return movement.accrual.reserve_entity


def _own_amounts(event: Event, movement: Movement, repayment: Repayment | None) -> Iterable[tuple[str, int]]:
    if repayment is not None:
        return repayment.own
    own = movement.own_price
    if own == 0 or (movement.kind is Kind.ADJUSTED and not movement.made_good):
        # What is written off says what it had cost, and nobody is owed for it.
        return ()
    redeemer = redeemer_of(event, movement)
    if redeemer not in dict(movement.accrual.funders):
        raise Unbookable(f"movement {movement.place}: {own} of its price are owed by nobody")
    return ((redeemer, own),)


def _require_mirrored(entries: Iterable[Entry]) -> None:
    """Within an event every due-to has its due-from: nobody owes what nobody is owed."""
    open_amounts: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            if posting.account is Account.DUE_TO:
                open_amounts[entry.entity, posting.counterparty, entry.currency] += posting.amount
            elif posting.account is Account.DUE_FROM:
                open_amounts[posting.counterparty, entry.entity, entry.currency] += posting.amount
    for (debtor, creditor, currency), amount in open_amounts.items():
        if amount != 0:
            raise Unbookable(f"{debtor} owes {creditor} {-amount} {currency} more than {creditor} is owed")
