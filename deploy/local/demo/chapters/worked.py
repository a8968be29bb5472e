"""Chapter: the worked basket of docs/DOMAIN.md §11, step by step, against the figures written there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loyalty.settlement.v1 import books_pb2
from loyalty.type.v1 import log_position_pb2, order_pb2

from deploy.local.demo.office import Office
from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, mark, table
from deploy.local.demo.till import Till, card
from deploy.local.demo.words import amount

PROGRAM = "worked-basket"
CARD = "BASKET-1"
_TIME = datetime(2026, 3, 2, 17, tzinfo=UTC)
_ENTITIES = ("north", "harbor", "peak", "linden")
_POSITIONS = f"positions of {', '.join(map(str.capitalize, _ENTITIES))}"
_OWED = frozenset({"due_to", "due_from"})


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, figures as they came and as they are written, and where in the log it lies."""

    what: str
    got: Mapping[str, int]
    expected: Mapping[str, int]
    position: log_position_pb2.LogPosition
    net: Sequence[int]


async def play(till: Till) -> Sequence[Step]:
    """Buys, spends, brings back, buys again."""
    await till.enroll(CARD)
    basket = [("NORTH", 4_000, ""), ("HARBOR", 9_800, ""), ("PEAK", 6_000, "activewear")]
    sold = await till.sell(CARD, _order("B-1", "mall-1", _TIME, basket))
    spent = await till.redeem(
        card(CARD), 300, "linden-1", "LINDEN", _TIME + timedelta(days=1), request_id=f"redeem-{CARD}"
    )
    returned = await till.give_back("B-1-R", "peak-1", _TIME + timedelta(days=2), "B-1", [2])
    more = await till.sell(CARD, _order("B-2", "north-1", _TIME + timedelta(days=3), [("NORTH", 10_000, "")]))
    names = ("shirt", "jacket", "leggings", "activewear bonus")
    earned = {name: one.granted for name, one in zip(names, sold.earned, strict=True)}
    return (
        Step(
            "buys a North shirt 40.00, a Harbor jacket 98.00, Peak leggings 60.00",
            earned | {"balance": sold.wallet.balance},
            dict(zip(names, (40, 196, 60, 120), strict=True)) | {"balance": 416},
            sold.position,
            (0, 0, 0, 0),
        ),
        Step(
            "spends 300 points at Linden",
            {"worth, cents": spent.redemption.value.minor_units, "balance": spent.wallet.balance},
            {"worth, cents": 240, "balance": 116},
            spent.position,
            (-32, -157, -51, 240),
        ),
        Step(
            "brings the jacket back, whose points are spent",
            {
                "taken back": returned.reversed_points,
                "repaid at once": returned.repaid_points,
                "balance": returned.wallet.balance,
            },
            {"taken back": 196, "repaid at once": 116, "balance": -80},
            returned.position,
            (-32, -64, -144, 240),
        ),
        Step(
            "buys again at North for 100.00",
            {"earned": more.earned_points, "repaid": more.repaid_points, "balance": more.wallet.balance},
            {"earned": 100, "repaid": 80, "balance": 20},
            more.position,
            (-96, 0, -144, 240),
        ),
    )


async def tell(screen: Screen, till: Till, office: Office, steps: Sequence[Step]) -> None:
    """Each step with its figures and the entities' net positions after it."""
    screen.chapter(
        "The worked basket: every figure, step by step",
        """The example of docs/DOMAIN.md §11, in a program of its own with other brands. A position is what an entity
        is owed less what it owes, in US dollars, read from settlement's journal up to that step. The jacket's points
        were spent before it came back, so Peak's points repay Harbor first and North's the rest: Harbor is made whole
        and no more, and Linden, where she spent them, keeps its claim throughout.""",
    )
    now = {net.entity_id: net.minor_units for net in (await office.positions(till.cursor())).net}
    journal = [entry async for entry in office.journal()]
    rows = table("step", "expected", "got", "", wrap=(0,))
    for number, step in enumerate(steps, start=1):
        rows.add_row(f"{number}. She {step.what}", style="bold")
        for name, expected in step.expected.items():
            got = step.got[name]
            rows.add_row(f"   {name}", f"{expected:,}", f"{got:,}", mark(got == expected))
        net = _net_at(journal, step.position)
        rows.add_row(f"   {_POSITIONS}", _amounts(step.net), _amounts(net), mark(net == list(step.net)))
    screen.show(rows)
    held = all(step.got == step.expected for step in steps)
    screen.figure(held, f"{sum(len(step.expected) for step in steps)} figures are those of the page")
    screen.figure(
        all(_net_at(journal, step.position) == list(step.net) for step in steps)
        and [now.get(entity, 0) for entity in _ENTITIES] == list(steps[-1].net),
        "every position is that of the page, to the cent, and the books stand there now",
    )


def _net_at(journal: Sequence[books_pb2.JournalEntry], position: log_position_pb2.LogPosition) -> list[int]:
    """Each entity's net position up to an event. The member is one, so all events lie in one partition."""
    net = dict.fromkeys(_ENTITIES, 0)
    for entry in journal:
        if entry.position.position <= position.position:
            for posting in entry.postings:
                if posting.account in _OWED:
                    net[entry.entity_id] += posting.debit_minor_units - posting.credit_minor_units
    return [net[entity] for entity in _ENTITIES]


def _amounts(net: Sequence[int]) -> str:
    return "  ".join(map(amount, net))


def _order(document_id: str, location: str, time: datetime, goods: Sequence[tuple[str, int, str]]) -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(
            line_number=number,
            brand_id=brand,
            sku=f"{document_id}-{number}",
            category_ids=[category] if category else [],
            quantity=1,
            net_minor_units=net,
        )
        for number, (brand, net, category) in enumerate(goods, start=1)
    ]
    return order_of(document_id, location, time, lines)
