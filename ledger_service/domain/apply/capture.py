"""Spending points that were set aside: held parts in burn order, worth the cumulative floor (docs/DOMAIN.md §5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chassis.values.money import Money
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.answers import CaptureAnswer
from ledger_service.domain.apply.authorize import open_authorization
from ledger_service.domain.apply.bill import LinePoints
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.spending import Taken, burn_order, first_of, spend, walked
from ledger_service.domain.apply.views import hold_view, redemption_view
from ledger_service.domain.commands import CaptureRedemption
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HeldPart, Hold, HoldState, Spending
from ledger_service.domain.redemption import IMPLIED_LINE, Redemption


@dataclass(frozen=True, slots=True)
class Capture:
    """Points to be captured of an open authorization, and what they are worth in minor units."""

    hold: Hold
    spending: Spending
    points: int
    value: int


def capture_redemption(draft: Draft, command: CaptureRedemption) -> Applied:
    """Burns held points. Debt that lay hidden under the hold is open now, and repaid at once."""
    capture = capture_of(draft, command.authorization_id, command.points)
    redemption, hold = captured(
        draft, capture, command.redemption_id, [(IMPLIED_LINE, capture.points)], command.release_rest
    )
    repay_debts(draft)
    wallet = draft.close(activity=True)
    assert hold.spending is not None, "an authorization says what it is for"
    answer = CaptureAnswer(redemption_view(redemption), hold_view(hold, hold.spending), wallet, draft.stamp.position)
    subject = Subject(
        EventType.REDEMPTION_CAPTURED,
        redemption.redemption_id,
        redemption.brand,
        redemption.redeemer,
        proof=redemption.proof,
    )
    return draft.finish(answer, subject)


def capture_of(draft: Draft, authorization_id: str, points: int) -> Capture:
    """What capturing so many points (0: all that is held) comes to; AUTHORIZATION_ENDED, CAPTURE_EXCEEDS_HOLD,
    WORTH_NOTHING."""
    hold, spending = open_authorization(draft, authorization_id)
    points = points or hold.points
    if points > hold.points:
        raise refusals.capture_exceeds_hold(authorization_id, points, hold.points)
    per_point = spending.terms.here.rate.per_point
    value = per_point.floor_of(spending.captured_points + points) - spending.captured_value
    if value == 0:
        raise refusals.worth_nothing(points, spending.terms.here.brand)
    return Capture(hold, spending, points, value)


def captured(
    draft: Draft,
    capture: Capture,
    redemption_id: str,
    lines: Sequence[LinePoints],
    release_rest: bool,
    order_id: str = "",
) -> tuple[Redemption, Hold]:
    """Burns what is captured for lines whose points sum to it: value by largest remainder over them, then over each
    one's accruals. The redemption, and the hold as it is afterwards."""
    hold, spending, terms = capture.hold, capture.spending, capture.spending.terms
    taken = _taken(draft, capture)
    values = largest_remainder(capture.value, [points for _, points in lines])
    burnt = [(number, value, parts) for value, (number, parts) in zip(values, walked(lines, taken), strict=True)]
    redemption = Redemption(
        program=hold.program,
        redemption_id=redemption_id,
        root=draft.origin.wallet.member,
        brand=terms.here.brand,
        redeemer=terms.redeemer,
        location_id=spending.location_id,
        points=capture.points,
        value=Money(terms.here.rate.currency, capture.value),
        rate=terms.here.rate,
        revision=terms.revision,
        occur_time=draft.origin.occur_time,
        post_time=draft.post_time,
        authorization_id=hold.hold_id,
        order_id=order_id,
        pieces=spend(draft, redemption_id, terms, burnt, from_held=True),
        proof=spending.proof,
    )
    draft.put_redemption(redemption, new=True)
    return redemption, _left(draft, capture, taken, release_rest)


def _taken(draft: Draft, capture: Capture) -> list[Taken]:
    """The accruals behind the hold in burn order, as far as they are captured."""
    spending, held = capture.spending, capture.hold.parts
    order = burn_order(spending.terms, spending.place) or (lambda accrual: accrual.burn_key)
    accruals = [(draft.known(part.accrual_id), part.points) for part in held]
    in_order = sorted(accruals, key=lambda one: order(one[0]))
    return first_of(in_order, capture.points)


def _left(draft: Draft, capture: Capture, taken: Iterable[Taken], release_rest: bool) -> Hold:
    """What is left of the hold; nothing ends it."""
    gone = {accrual.accrual_id: points for accrual, points in taken}
    spending = replace(
        capture.spending,
        captured_points=capture.spending.captured_points + capture.points,
        captured_value=capture.spending.captured_value + capture.value,
    )
    parts = tuple(filter(_holds, (_less(part, gone.get(part.accrual_id, 0)) for part in capture.hold.parts)))
    hold = replace(capture.hold, parts=parts, spending=spending)
    if release_rest or not parts:
        return draft.end_hold(hold, HoldState.CLEARED)
    draft.put_hold(hold)
    return hold


def _less(part: HeldPart, points: int) -> HeldPart:
    return replace(part, points=part.points - points)


def _holds(part: HeldPart) -> bool:
    return part.points > 0
