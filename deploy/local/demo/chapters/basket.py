"""Chapter: a mixed basket, split line by line."""

from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till
from deploy.local.demo.words import amount, day

CARD = "WALK-IN-1"
_TIME = datetime(2017, 7, 15, 14, tzinfo=UTC)
_GOODS = (
    ("strawberries and salad", "FRESH", "produce", 1_275),
    ("bread, pasta, oil", "PANTRY", "grocery", 2_140),
    ("lipstick", "CARE", "cosmetics", 1_799),
    ("fuel", "FUEL", "fuel", 3_840),
    ("home delivery", "", "", 499),
)


@dataclass(frozen=True, slots=True)
class Basket:
    """What was announced and what was then posted."""

    order: order_pb2.Order
    preview: ledger.PreviewOrderResponse
    posted: ledger.PostOrderResponse


async def play(till: Till) -> Basket:
    """A new member, a preview, the sale."""
    order = _order()
    await till.enroll(CARD)
    preview = await till.preview(CARD, order)
    return Basket(order, preview, await till.sell(CARD, order))


def tell(screen: Screen, basket: Basket) -> None:
    """Each line with the points it earns, and why."""
    screen.chapter(
        "A mixed basket: one till, one receipt, four brands",
        f"""{day(basket.order.occur_time)}, one basket with goods of all four brands and a delivery fee of none. Each
        line is judged by the rules of its own brand, so a promotion touches only the goods it is meant for. The till
        asks first what the basket would earn, then posts it.""",
    )
    rows = table("line", "goods", "brand", "paid", "points", "why", left=3, wrap=(1, 5))
    for line, evaluated, (goods, *_) in zip(basket.order.lines, basket.preview.evaluation.lines, _GOODS, strict=True):
        points = sum(award.points for award in evaluated.awards)
        rows.add_row(
            str(line.line_number),
            goods,
            line.brand_id.capitalize() or "–",
            amount(line.net_minor_units),
            str(points),
            evaluated.explanation,
        )
    rows.add_row("", "in all", "", amount(basket.order.total_minor_units), str(basket.preview.points), "")
    screen.show(rows)
    screen.figure(
        _granted(basket.posted) == _announced(basket.preview),
        f"posted as announced: {basket.posted.earned_points} points, line by line and rule by rule",
    )
    screen.figure(
        basket.posted.wallet.balance == basket.posted.earned_points,
        f"one balance for the member: {basket.posted.wallet.balance}",
    )


def _announced(preview: ledger.PreviewOrderResponse) -> dict[tuple[int, str], int]:
    return {
        (line.line_number, award.rule_id): award.points for line in preview.evaluation.lines for award in line.awards
    }


def _granted(posted: ledger.PostOrderResponse) -> dict[tuple[int, str], int]:
    return {(earned.line_number, earned.rule_id): earned.granted for earned in posted.earned}


def _order() -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(
            line_number=number,
            brand_id=brand,
            sku=f"MIX-{number}",
            category_ids=[category] if category else [],
            quantity=1,
            net_minor_units=net,
        )
        for number, (_, brand, category, net) in enumerate(_GOODS, start=1)
    ]
    return order_of("MIX-1", "L-00367", _TIME, lines)
