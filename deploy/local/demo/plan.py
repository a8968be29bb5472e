"""Who spends and who brings goods back in January: decided from what each card earned, the same in every run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from deploy.local.demo.sample import Sale, order_of

BRANDS = ("FRESH", "PANTRY", "CARE", "FUEL")
FIRST_DAY = datetime(2018, 1, 3, 15, tzinfo=UTC)
"""After the sample's last order, and before the first of its points lapse on 1 February."""

FEWEST_POINTS = 40
_REPAYMENT_CENTS = 9_000


@dataclass(frozen=True, slots=True)
class History:
    """What a card did in the year: points it earned, its last sale that earned any, and the answer to that."""

    card: str
    earned: int
    last: order_pb2.Order
    answer: ledger.PostOrderResponse


@dataclass(frozen=True, slots=True)
class Spend:
    """Spends points at a brand."""

    points: int
    brand: str
    location: str
    time: datetime


@dataclass(frozen=True, slots=True)
class BringBack:
    """Returns one whole line of a sale."""

    document_id: str
    sale: str
    line: int
    location: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Buy:
    """Buys again."""

    sale: Sale


Visit = Spend | BringBack | Buy


def histories(sales: Sequence[Sale], answers: Sequence[ledger.PostOrderResponse]) -> Mapping[str, History]:
    """Every card that earned something, by card."""
    found: dict[str, History] = {}
    for sale, answer in zip(sales, answers, strict=True):
        if answer.earned_points:
            before = found.get(sale.card)
            earned = answer.earned_points + (before.earned if before else 0)
            found[sale.card] = History(sale.card, earned, sale.order, answer)
    return found


def shopper_of(by_card: Mapping[str, History]) -> History:
    """The shopper the story is about: who earned most."""
    return max(by_card.values(), key=lambda history: (history.earned, history.card))


def january(by_card: Mapping[str, History], besides: str) -> Mapping[str, Sequence[Visit]]:
    """What the other cards do, in order, by card.

    Of every ten, four spend half of their points somewhere, two bring goods back, and two spend everything and then
    bring goods back: points already spent become a debt. One of these two buys again, which repays it.
    """
    visits: dict[str, Sequence[Visit]] = {}
    others = [by_card[card] for card in sorted(by_card) if card != besides and by_card[card].earned >= FEWEST_POINTS]
    for number, history in enumerate(others):
        time = FIRST_DAY + timedelta(minutes=number)
        brand = BRANDS[number % len(BRANDS)]
        match number % 10:
            case 0 | 1 | 2 | 3:
                visits[history.card] = [_spend(history, history.earned // 2, brand, time)]
            case 4 | 5:
                visits[history.card] = [_bring_back(history, time)]
            case 6:
                visits[history.card] = _overspend(history, brand, time)
            case 7:
                visits[history.card] = [*_overspend(history, brand, time), _buy(history, time + timedelta(days=4))]
    return visits


def _overspend(history: History, brand: str, time: datetime) -> list[Visit]:
    return [_spend(history, history.earned, brand, time), _bring_back(history, time + timedelta(days=2))]


def _spend(history: History, points: int, brand: str, time: datetime) -> Spend:
    return Spend(points, brand, history.last.location_id, time)


def _bring_back(history: History, time: datetime) -> BringBack:
    """The line of the last sale that earned most."""
    dearest = max(history.answer.earned, key=lambda earned: (earned.granted, -earned.line_number))
    sale = history.last.document_id
    return BringBack(f"R-{sale}", sale, dearest.line_number, history.last.location_id, time)


def _buy(history: History, time: datetime) -> Buy:
    line = order_pb2.OrderLine(
        line_number=1,
        brand_id="PANTRY",
        sku="WEEKLY-SHOP",
        category_ids=["grocery"],
        quantity=1,
        net_minor_units=_REPAYMENT_CENTS,
    )
    return Buy(Sale(history.card, order_of(f"N-{history.card}", history.last.location_id, time, [line])))
