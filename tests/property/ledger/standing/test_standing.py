"""The standing of any day against the model's, whatever ladder, sales, returns and tiers by hand there are."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.standing.activity import DayActivity, of_homes
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.standing import next_change_day, standing_of, standing_on
from ledger_service.domain.standing.timeline import START, advance
from tests.property.ledger.standing import worlds
from tests.property.ledger.standing.model import DAY, Life, Sale
from tests.support.examples import examples

HORIZON = worlds.LAST + timedelta(days=1500)
lives = {
    "ladder": worlds.ladders(),
    "sales": st.lists(worlds.sales(), max_size=8),
    "manual": st.lists(worlds.manuals(), max_size=2, unique_by=lambda one: one.manual_id),
    "some": st.lists(worlds.days, min_size=1, max_size=6),
}


def rows_of(sales: list[Sale]) -> tuple[DayActivity, ...]:
    return of_homes([[worlds.activity(sale)] for sale in sales])


@settings(max_examples=examples(12), deadline=None)
@given(**lives)
def test_every_day_stands_as_the_model_says(
    ladder: Ladder, sales: list[Sale], manual: list[ManualTier], some: list[date]
) -> None:
    life, rows = Life(ladder, sales).live(worlds.LAST), rows_of(sales)
    for day in {*some, *(sale.day for sale in sales), *(sale.day - DAY for sale in sales)}:
        standing = standing_on(ladder, rows, manual, day)
        assert standing.earned_tier == life.tier(day)
        assert standing.earned_since == life.since(day)
        assert standing.tier == life.shown(manual, day)
        assert standing.value == life.values.get(day, 0)


@settings(max_examples=examples(10), deadline=None)
@given(**lives)
def test_what_is_foreseen_is_what_comes_if_nothing_else_does(
    ladder: Ladder, sales: list[Sale], manual: list[ManualTier], some: list[date]
) -> None:
    life, rows = Life(ladder, sales).live(HORIZON), rows_of(sales)
    for today in some[:3]:
        track = advance(ladder, START, rows, today)
        tier = life.shown(manual, today)
        ahead = (today + timedelta(days=days) for days in range(1, (HORIZON - today).days))
        others = [(day, other) for day in ahead if (other := life.shown(manual, day)) != tier]
        change = next_change_day(ladder, track, rows, manual)
        assert (change if change and change < HORIZON else None) == next((day for day, _ in others), None)
        standing = standing_of(ladder, track, rows, manual)
        assert standing.changes == change
        until = standing.until
        lower = next((day for day, other in others if tier and is_lower(ladder, other, tier, day)), None)
        assert (until if until and until < HORIZON else None) == lower


def is_lower(ladder: Ladder, tier: str, before: str, day: date) -> bool:
    names = ["", *(one.tier_id for one in [one for one in ladder.versions if one.start <= day][-1].tiers)]
    return before not in names or names.index(tier) < names.index(before)
