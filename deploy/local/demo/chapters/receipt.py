"""Chapter: one redemption at another brand, as the shopper, the cashier and finance each see it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_pb2
from loyalty.type.v1 import order_pb2
from rich.panel import Panel

from chassis.runtime.telemetry import span
from chassis.values.refusal import Refusal
from deploy.local.demo.office import Office
from deploy.local.demo.plan import History
from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till, app
from deploy.local.demo.words import amount, money

MOST_POINTS = 500
BRAND = "CARE"
REQUEST_ID = "redeem-at-care"
_TIME = datetime(2018, 1, 20, 16, 30, tzinfo=UTC)
_TOO_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """The quote she saw, what was done, and the reason a second, greedy try was refused for."""

    quote: redemption_pb2.Quote
    answer: ledger.RedeemPointsResponse
    refusal: str


async def play(till: Till, shopper: History) -> Receipt:
    """Sale, quote, redemption at the quoted worth, and a try to spend what she does not have."""
    location, phone = shopper.last.location_id, app(f"APP-{shopper.card}")
    points = min(MOST_POINTS, shopper.earned // 2)
    await till.link(shopper.card, phone)
    # The sale comes first: on a replay clock a quote is as of the wallet's last event.
    await till.sell(shopper.card, _order(location))
    with span("till checkout"):
        quote = await till.quote(phone, location, BRAND, points)
        answer = await till.redeem(
            phone, points, location, BRAND, _TIME, request_id=REQUEST_ID, quoted=quote.value.minor_units
        )
    try:
        await till.redeem(phone, _TOO_MANY, location, BRAND, _TIME, request_id=f"{REQUEST_ID}-too-many")
    except Refusal as refusal:
        return Receipt(quote, answer, refusal.reason)
    return Receipt(quote, answer, "")


def _order(location: str) -> order_pb2.Order:
    line = order_pb2.OrderLine(
        line_number=1, brand_id=BRAND, sku="HAND-CREAM", category_ids=["cosmetics"], quantity=1, net_minor_units=1_240
    )
    return order_of("C-1", location, _TIME, [line])


async def tell(screen: Screen, office: Office, shopper: History, receipt: Receipt) -> None:
    """The receipt, the refusal, and what lies behind."""
    redemption, wallet = receipt.answer.redemption, receipt.answer.wallet
    screen.chapter(
        "A receipt: points spent at another brand",
        f"""{_TIME.day} {_TIME:%B %Y}: she buys hand cream at a Care counter, holds up her phone, whose app points to
        the same member as her card, and pays with {redemption.points} points. Before she agrees the till shows what
        they are worth here, what they would be worth elsewhere, and why. The text is the ledger's own; a till only
        prints it.""",
    )
    thanks = f"Paid with {redemption.points} points: {money(redemption.value)}\nBalance: {wallet.balance:,} points"
    screen.show(Panel.fit(f"{receipt.quote.receipt_text}\n\n{thanks}", title="Care", padding=(0, 2)))
    screen.figure(
        redemption.value.minor_units == receipt.quote.value.minor_units,
        f"what was quoted was given: {money(redemption.value)}",
    )
    screen.figure(
        receipt.refusal == "INSUFFICIENT_POINTS",
        f"a second try to spend {_TOO_MANY:,} points: refused ({receipt.refusal or 'not refused'}), nothing moved",
    )
    await _tell_behind(screen, office, shopper, redemption)


async def _tell_behind(screen: Screen, office: Office, shopper: History, redemption: redemption_pb2.Redemption) -> None:
    points: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    owed: Counter[tuple[str, str]] = Counter()
    async for movement in office.movements(shopper.card):
        if movement.cause_id == redemption.redemption_id:
            points[movement.accrual.brand_id] += movement.points
            worth[movement.accrual.brand_id] += movement.value.minor_units
            for debt in movement.obligations:
                owed[debt.debtor_entity_id, debt.creditor_entity_id] += debt.amount.minor_units
    screen.say(
        """The cashier sees no more than that. Finance sees whose points they were, the oldest first, and what the
        brands that gave them now owe Care. Care's own points owe nobody."""
    )
    rows = table("points of", "points", "worth at Care")
    for brand in sorted(points):
        rows.add_row(brand.capitalize(), f"{points[brand]:,}", amount(worth[brand]))
    rows.add_row("in all", f"{points.total():,}", amount(worth.total()))
    screen.show(rows)
    for (debtor, creditor), cents in sorted(owed.items()):
        screen.show(f"{debtor} owes {creditor} {amount(cents)} USD")
    screen.figure(
        points.total() == redemption.points and worth.total() == redemption.value.minor_units,
        "the pieces add up to the points and to the cent",
    )
