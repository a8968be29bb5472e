"""What answers show of orders' accruals, redemptions and holds."""

from chassis.values.money import Money
from ledger_service.domain.answers import HoldView, RedemptionView
from ledger_service.domain.answers.spend import RedemptionLine
from ledger_service.domain.hold import Hold, Spending
from ledger_service.domain.redemption import Redemption


def redemption_view(redemption: Redemption) -> RedemptionView:
    """A redemption as a till sees it."""
    return RedemptionView(
        redemption_id=redemption.redemption_id,
        brand=redemption.brand,
        location_id=redemption.location_id,
        points=redemption.points,
        value=redemption.value,
        rate=redemption.rate,
        revision=redemption.revision,
        post_time=redemption.post_time,
        authorization_id=redemption.authorization_id,
        order_id=redemption.order_id,
        lines=tuple(_line(redemption, number) for number in redemption.line_numbers),
        restored_points=redemption.restored_points,
        restored_value=redemption.restored_value,
        proof=redemption.proof,
    )


def _line(redemption: Redemption, line_number: int) -> RedemptionLine:
    pieces = redemption.of_line(line_number)
    return RedemptionLine(
        line_number=line_number,
        points=sum(piece.points for piece in pieces),
        value=Money(redemption.value.currency_code, sum(piece.value for piece in pieces)),
        restored_points=sum(piece.restored_points for piece in pieces),
    )


def hold_view(hold: Hold, spending: Spending) -> HoldView:
    """An authorization as a till sees it."""
    terms = spending.terms
    rate = terms.here.rate
    return HoldView(
        authorization_id=hold.hold_id,
        state=hold.state,
        brand=terms.here.brand,
        location_id=spending.location_id,
        points=spending.points,
        held_points=hold.points,
        captured_points=spending.captured_points,
        captured_value=Money(rate.currency, spending.captured_value),
        value=Money(rate.currency, rate.per_point.floor_of(spending.points)),
        rate=rate,
        revision=terms.revision,
        expire_time=hold.time_out,
        proof=spending.proof,
    )
