"""Events and movements for tests, with everything that does not matter filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from chassis.values.money import Money
from settlement_service.domain.admission import Delivery
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import (
    Accrual,
    CarryingChange,
    Cause,
    Event,
    Kind,
    Movement,
    Obligation,
    Unbookable,
)

USD = "USD"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Booked = dict[str, dict[str, int]]


def accrual(issuer: str = "north", *funders: str, accrual_id: str = "acc_1", currency: str = USD) -> Accrual:
    """An accrual of a brand named as its issuer; several funders share alike."""
    names = funders or (issuer,)
    shares = tuple((name, 10_000 // len(names)) for name in names)
    return Accrual(accrual_id, issuer, issuer, shares, currency, "ord_1", 1, "rule_1", NOON)


def carrying(entity: str, liability: int, receivable: int = 0, currency: str = USD) -> CarryingChange:
    """A change of one funder's carrying value."""
    return CarryingChange(entity, currency, liability, receivable)


def owes(debtor: str, creditor: str, minor_units: int, currency: str = USD) -> Obligation:
    """An obligation."""
    return Obligation(debtor, creditor, Money(currency, minor_units), "agr_1")


def movement(
    kind: Kind,
    *carried: CarryingChange,
    of: Accrual | None = None,
    owed: Sequence[Obligation] = (),
    price: int | None = None,
    cause: Cause = Cause.ORDER,
    cause_id: str = "",
    sequence: int = 1,
    points: int = 10,
    currency: str = USD,
    place: str = "",
) -> Movement:
    """A movement of the home `mem_1`; `place` bears what of the price nobody owes."""
    return Movement(
        home="mem_1",
        sequence=sequence,
        kind=kind,
        cause=cause,
        cause_id=cause_id,
        points=points,
        outstanding_after=0,
        price=None if price is None else Money(currency, price),
        obligations=tuple(owed),
        carrying=carried,
        accrual=of or accrual(),
        place_entity=place,
    )


def event(*movements: Movement, redeemer: str = "", position: int = 1, partition: int = 0) -> Event:
    """An event of the program `harborside`; its hash follows from its place."""
    return Event(
        program="harborside",
        partition=partition,
        position=position,
        event_type="ORDER_POSTED",
        subject_id="ord_1",
        revision="rev_1",
        location_id="loc_1",
        operator="operator",
        region="region",
        channel="",
        brand="",
        redeemer=redeemer,
        occur_time=NOON,
        post_time=NOON,
        hash=sha256(f"{partition}/{position}".encode()).digest(),
        movements=movements,
    )


def delivery(content: Event, fault: str = "") -> Delivery:
    """The event as delivered, readable or not."""
    return Delivery(
        program=content.program,
        partition=content.partition,
        position=content.position,
        hash=content.hash,
        traceparent="",
        content=Unbookable(fault) if fault else content,
        encoded=lambda: b"encoded",
    )


def booked(content: Event) -> Booked:
    """What an event books: entity -> `account` or `account:counterparty` -> amount, debits positive."""
    books: Booked = {}
    for entry in entries_of(content):
        accounts = books.setdefault(entry.entity, {})
        for posting in entry.postings:
            name = f"{posting.account.value}:{posting.counterparty}".rstrip(":")
            name = name if entry.currency == USD else f"{name} {entry.currency}"
            accounts[name] = accounts.get(name, 0) + posting.amount
    return books


def repayment(
    price: int, paid: int, cleared: int, debt: Accrual | None = None, payer: Accrual | None = None
) -> tuple[Movement, Movement]:
    """Peak's points pay a debt of Harbor's; negative amounts unwind it."""
    debt = debt or accrual("harbor", accrual_id="acc_debt")
    payer = payer or accrual("peak", accrual_id="acc_payer")
    crossing = payer.issuer != debt.issuer
    return (
        movement(
            Kind.REDEEMED if price > 0 else Kind.RESTORED,
            carrying(payer.issuer, -paid),
            of=payer,
            owed=[owes(payer.issuer, debt.issuer, price)] if crossing else [],
            price=price,
            cause=Cause.REPAYMENT,
            cause_id="acc_debt",
        ),
        movement(
            Kind.REPAID,
            carrying(debt.issuer, 0, cleared),
            of=debt,
            price=price,
            cause=Cause.REPAYMENT,
            cause_id="acc_payer",
            sequence=2,
            points=10 if price > 0 else -10,
        ),
    )
