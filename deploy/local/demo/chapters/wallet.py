"""Chapter: a wallet as its owner sees it."""

from collections import Counter
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from deploy.local.demo.office import Office
from deploy.local.demo.plan import History
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till, card
from deploy.local.demo.words import day, money, worth


@dataclass(frozen=True, slots=True)
class _Lot:
    brand: str
    points: int
    expire_time: Timestamp | None


async def tell(screen: Screen, till: Till, office: Office, shopper: History) -> None:
    """Balance, what it is made of, what it is worth where, and what lapses next."""
    screen.chapter(
        "A wallet, as the shopper sees it",
        f"""Card {shopper.card} collected most. Her app shows one balance; where its points came from is for her to
        know, and what they would buy depends on where she goes.""",
    )
    wallet = (await till.wallet(shopper.card)).wallet
    lots = await _lots(office, shopper.card)
    rows = table("", "points")
    rows.add_row("balance", f"{wallet.balance:,}")
    rows.add_row("can be spent now", f"{wallet.available:,}")
    brands: Counter[str] = Counter()
    for lot in lots:
        brands[lot.brand] += lot.points
    for brand, points in sorted(brands.items()):
        rows.add_row(f"  given by {brand.capitalize()}", f"{points:,}")
    screen.show(rows)
    await _tell_worth(screen, till, shopper)
    _tell_expiry(screen, lots)
    screen.figure(brands.total() == wallet.balance, f"the brands' points add up to one balance, {wallet.balance:,}")


async def _lots(office: Office, card: str) -> list[_Lot]:
    """What is left of each of her accruals: the points one line of one order earned under one rule."""
    lots: dict[str, _Lot] = {}
    async for movement in office.movements(card):
        accrual = movement.accrual
        expiry = accrual.expire_time if accrual.HasField("expire_time") else None
        # Movements of a home come in order, so the last one stands.
        lots[movement.accrual_id] = _Lot(accrual.brand_id, movement.remaining_after + movement.held_after, expiry)
    return list(lots.values())


async def _tell_worth(screen: Screen, till: Till, shopper: History) -> None:
    quote = await till.quote(card(shopper.card), shopper.last.location_id, "FRESH")
    rows = table("all of it at", "is worth", "one point", "because", wrap=(3,))
    rows.add_row("Fresh", money(quote.value), worth(quote.rate), quote.reason)
    for other in quote.elsewhere:
        rows.add_row(other.brand_name, money(other.value), worth(other.rate), other.reason)
    screen.show(rows)


def _tell_expiry(screen: Screen, lots: list[_Lot]) -> None:
    dates = [lot.expire_time for lot in lots if lot.points > 0 and lot.expire_time is not None]
    if dates:
        first = min(dates, key=Timestamp.ToNanoseconds)
        points = sum(lot.points for lot in lots if lot.expire_time == first)
        screen.show(f"The first {points:,} points lapse on {day(first)}; points are spent in that order.")
