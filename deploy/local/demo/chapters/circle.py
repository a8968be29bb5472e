"""Chapter: tiers, a birthday present, a budget, and a shop across the border."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import limit_pb2, standing_pb2
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import member_pb2, order_pb2

from deploy.local.demo.office import Office
from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till
from deploy.local.demo.words import amount

CARD = "JULY-CHILD-1"
_BORN = member_pb2.MonthDay(month=7, day=14)
_HOME, _ABROAD = "L-00367", "L-90001"
_ABROAD_CURRENCY = "CAD"
_CIRCLE = "circle"
_POT = "dinner-pot"


@dataclass(frozen=True, slots=True)
class Visits:
    """What the shopper with a birthday bought: at home twice, and then across the border."""

    presents: Sequence[ledger.PostOrderResponse]
    abroad: ledger.PostOrderResponse
    circle: standing_pb2.Standing


async def play(till: Till) -> Visits:
    """Two baskets around a birthday, and one in another currency."""
    await till.enroll(CARD, birthday=_BORN)
    presents = [
        await till.sell(CARD, _basket("BIRTHDAY-1", datetime(2017, 7, 12, 16, tzinfo=UTC), 8_240)),
        await till.sell(CARD, _basket("BIRTHDAY-2", datetime(2017, 7, 15, 16, tzinfo=UTC), 3_110)),
    ]
    time = datetime(2017, 7, 22, 16, tzinfo=UTC)
    abroad = await till.sell(CARD, _basket("BORDER-1", time, 26_000, _ABROAD, _ABROAD_CURRENCY))
    circle = next(one for one in await till.standing(CARD) if one.ladder_id == _CIRCLE)
    return Visits(presents, abroad, circle)


async def tell(screen: Screen, till: Till, office: Office, cards: Sequence[str], visits: Visits) -> None:
    """Who reached which tier, and what was given within limits."""
    screen.chapter(
        "Tiers, a birthday, a budget, a border",
        """What a member spends anywhere counts for the group's circle, what she earns at Care for its beauty circle. A
        tier multiplies the points of the next orders. Offers have limits: a present once a year, a pot that all members
        share. And what is bought in another currency counts, too.""",
    )
    program = await office.configuration()
    await _tell_tiers(screen, till, program, cards)
    _tell_present(screen, visits)
    _tell_pot(screen, await office.limits(_POT))
    _tell_border(screen, visits)


async def _tell_tiers(screen: Screen, till: Till, program: program_pb2.Program, cards: Sequence[str]) -> None:
    reached: Mapping[str, Counter[str]] = {ladder.ladder_id: Counter() for ladder in program.ladders}
    multiplied = 0
    for card in cards:
        for standing in await till.standing(card):
            reached[standing.ladder_id][standing.tier_id] += 1
            multiplied += bool(standing.tier_id)
    rows = table("ladder", "tier", "from", "members", "base points", left=2)
    for ladder in program.ladders:
        version = ladder.versions[-1]
        for tier in version.tiers:
            factor = tier.benefits.multipliers[0].factor
            rows.add_row(
                ladder.name,
                tier.name,
                amount(tier.threshold) if version.HasField("spend") else f"{tier.threshold:,} points",
                f"{reached[ladder.ladder_id][tier.tier_id]:,}",
                f"×{factor.numerator / factor.denominator:g}",
            )
    screen.show(rows)
    screen.figure(multiplied > 0, f"{multiplied:,} tiers were reached by {len(cards):,} members")


def _tell_present(screen: Screen, visits: Visits) -> None:
    given = [_given(answer, "fresh-birthday") for answer in visits.presents]
    screen.show(f"A birthday on 14 July: {given[0]} points with the basket before it, {given[1]} with the one after.")
    screen.figure(given == [100, 0], "the present was given once: a cap of 100 points a member and year")


def _given(answer: ledger.PostOrderResponse, rule_id: str) -> int:
    return sum(earned.granted for earned in answer.earned if earned.rule_id == rule_id)


def _tell_pot(screen: Screen, pots: Sequence[limit_pb2.LimitUsage]) -> None:
    rows = table("Fresh's pot for dinners", "given", "of", "left")
    for pot in pots:
        rows.add_row(pot.window_key, f"{pot.used_points:,}", f"{pot.limit_points:,}", f"{pot.left_points:,}")
    screen.show(rows)
    held = all(pot.used_points <= pot.limit_points for pot in pots)
    used_up = sum(pot.used_points == pot.limit_points for pot in pots)
    last = "one was" if used_up == 1 else f"{used_up} were"
    screen.figure(held, f"no quarter's pot was overdrawn, {last} used up to the last point")


def _tell_border(screen: Screen, visits: Visits) -> None:
    points, circle = visits.abroad.earned_points, visits.circle
    screen.show(
        f"260.00 CAD at Niagara earned {points:,} points, and with 113.50 USD at home she is {circle.tier_name} in the "
        f"circle since {circle.since_date}, until the end of the next year at least."
    )
    screen.figure(
        (circle.value, circle.since_date) == (31_890, "2017-07-22"),
        f"113.50 USD and 260.00 CAD at 0.79 count as {amount(circle.value)} USD",
    )


def _basket(
    document_id: str, time: datetime, net: int, location: str = _HOME, currency: str = "USD"
) -> order_pb2.Order:
    line = order_pb2.OrderLine(
        line_number=1, brand_id="FRESH", sku="BASKET", category_ids=["produce"], quantity=1, net_minor_units=net
    )
    return order_of(document_id, location, time, [line], currency)
