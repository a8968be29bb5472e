"""Booked movements for tests of reconciliation, with everything that does not matter filled in."""

from collections.abc import Iterator
from fractions import Fraction

from settlement_service.domain.booked_lines import BookedLine, BookedPosting
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import Event
from tests.unit.settlement.events import NOON, USD

WHOLE = (("north", 10_000),)


def line(
    *postings: tuple[str, str, str, int],
    kind: str = "REDEEMED",
    cause: str = "REDEMPTION",
    points: int = 100,
    outstanding: int = 0,
    policy: str = "REIMBURSE",
    reserve: str = "",
    redeemer: str = "linden",
    funders: tuple[tuple[str, int], ...] = WHOLE,
    value: int = 0,
    price: int = 0,
    sequence: int = 1,
    known: bool = True,
) -> BookedLine:
    """A movement of north's points; postings as (entity, account, counterparty, amount), debits above zero."""
    return BookedLine(
        home="mem_1",
        sequence=sequence,
        kind=kind,
        cause=cause,
        points=points,
        outstanding_after=outstanding,
        accrual_id="acc_1",
        brand="north",
        order_id="ord_1",
        line_number=1,
        policy=policy,
        reserve=reserve,
        redeemer=redeemer,
        funders=funders,
        carried_in=USD,
        rate=Fraction(4, 5),
        currency=USD,
        value=value,
        price=price,
        known=known,
        event_type="POINTS_REDEEMED",
        revision="rev_1",
        location_id="loc_1",
        occur_time=NOON,
        postings=tuple(
            BookedPosting(entity, USD, account, other, amount) for entity, account, other, amount in postings
        ),
    )


def lines_of(event: Event) -> Iterator[BookedLine]:
    """The movements of an event as the books keep them, with what the matrix posts for each."""
    entries = entries_of(event)
    for movement in event.movements:
        accrual = movement.accrual
        spends = movement.kind.value in ("REDEEMED", "RESTORED") and not movement.repays
        money = movement.value or movement.price
        yield BookedLine(
            home=movement.home,
            sequence=movement.sequence,
            kind=movement.kind.value,
            cause=movement.cause.value if movement.cause else "",
            points=movement.points,
            outstanding_after=movement.outstanding_after,
            accrual_id=accrual.accrual_id,
            brand=accrual.brand,
            order_id=accrual.order_id,
            line_number=accrual.line_number,
            policy=accrual.policy.value,
            reserve=accrual.reserve_entity,
            redeemer=(movement.place_entity or event.redeemer) if spends else movement.place_entity,
            funders=accrual.funders,
            carried_in=accrual.currency,
            rate=accrual.rate.fraction(),
            currency=money.currency_code if money else "",
            value=movement.value.minor_units if movement.value else 0,
            price=movement.price.minor_units if movement.price else 0,
            known=True,
            event_type=event.event_type,
            revision=event.revision,
            location_id=event.location_id,
            occur_time=event.occur_time,
            postings=tuple(
                BookedPosting(entry.entity, entry.currency, posting.account.value, posting.counterparty, posting.amount)
                for entry in entries
                if (entry.source.home, entry.source.movement_sequence) == movement.key
                for posting in entry.postings
            ),
        )
