"""Setting points aside: exact accruals in burn order, on terms that every capture keeps (docs/DOMAIN.md §5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from chassis.values.money import Money
from ledger_service.domain import refusals
from ledger_service.domain.answers import AuthorizationAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.pricing import prices_of
from ledger_service.domain.apply.proving import check_proof
from ledger_service.domain.apply.spending import burn_order, check_number, take, value_of
from ledger_service.domain.apply.views import hold_view
from ledger_service.domain.commands import AuthorizeRedemption, IncreaseHold
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HeldPart, Hold, HoldKind, HoldState, Spending
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.scope import SpendingPlace


def authorize_redemption(draft: Draft, command: AuthorizeRedemption) -> Applied:
    """Holds the points from now on, by the ledger's clock, for as long as asked."""
    origin = draft.origin
    # What other brands would have given is for quotes; a hold keeps only what a capture needs.
    terms = replace(command.terms, elsewhere=())
    check_number(command.points, terms)
    value = value_of(command.points, terms, command.quoted)
    check_proof(command.demand, command.proof, value, draft.wallet.version)
    parts = _held(draft, command.authorization_id, command.points, terms, origin.place(terms.here.brand), value)
    hold = Hold(
        program=origin.program,
        hold_id=command.authorization_id,
        root=origin.wallet.member,
        kind=HoldKind.AUTHORIZATION,
        state=HoldState.OPEN,
        time_out=draft.post_time + timedelta(seconds=command.hold_seconds),
        parts=tuple(parts),
        spending=Spending(terms, origin.location_id, command.points, proof=command.proof),
    )
    return _finished(draft, hold, EventType.REDEMPTION_AUTHORIZED)


def increase_hold(draft: Draft, command: IncreaseHold) -> Applied:
    """Holds more on the terms and until the time-out of an authorization."""
    hold, spending = open_authorization(draft, command.authorization_id)
    terms, points = spending.terms, spending.points + command.points
    check_number(points, terms)
    value = value_of(points, terms)
    proof = command.proof or spending.proof
    check_proof(command.demand, proof, value, draft.wallet.version)
    more = _held(draft, hold.hold_id, command.points, terms, spending.place, value)
    larger = replace(hold, parts=_merged(hold.parts, more), spending=replace(spending, points=points, proof=proof))
    return _finished(draft, larger, EventType.HOLD_INCREASED)


def open_authorization(draft: Draft, authorization_id: str) -> tuple[Hold, Spending]:
    """An authorization of the wallet that still holds points; AUTHORIZATION_NOT_FOUND, AUTHORIZATION_ENDED."""
    hold = draft.hold(authorization_id)
    if hold is None or hold.spending is None:
        raise refusals.authorization_not_found(authorization_id)
    if hold.state_at(draft.post_time) is not HoldState.OPEN:
        raise refusals.authorization_ended(authorization_id, hold.word_at(draft.post_time))
    return hold, hold.spending


def _held(
    draft: Draft, hold_id: str, points: int, terms: RedemptionTerms, place: SpendingPlace, value: Money
) -> list[HeldPart]:
    """Sets points aside. What a capture of them could not be settled for is refused now, so that none fails for it."""
    taken = take(draft, points, place, burn_order(terms, place))
    for accrual, part in taken:
        # Of the whole value: no piece of a capture is worth more.
        prices_of(accrual, part, value, terms)
    return [draft.hold_points(accrual, part, hold_id, HoldKind.AUTHORIZATION) for accrual, part in taken]


def _merged(parts: Iterable[HeldPart], more: Iterable[HeldPart]) -> tuple[HeldPart, ...]:
    """One part for each accrual, so that a capture burns it once."""
    merged = {part.accrual_id: part for part in parts}
    for part in more:
        known = merged.get(part.accrual_id)
        merged[part.accrual_id] = replace(part, points=part.points + known.points) if known else part
    return tuple(merged.values())


def _finished(draft: Draft, hold: Hold, event: EventType) -> Applied:
    spending = hold.spending
    assert spending is not None, "an authorization says what it is for"
    draft.put_hold(hold)
    wallet = draft.close()
    answer = AuthorizationAnswer(hold_view(hold, spending), wallet, draft.stamp.position)
    terms = spending.terms
    return draft.finish(answer, Subject(event, hold.hold_id, terms.here.brand, terms.redeemer, proof=spending.proof))
