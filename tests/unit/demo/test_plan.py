"""Who spends and returns what in January."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as earned_pb2

from deploy.local.demo.plan import BringBack, Buy, History, Spend, Visit, histories, january, shopper_of
from deploy.local.demo.sample import Sale, read_sample

FIRST_EXPIRY = datetime(2018, 2, 1, 5, tzinfo=UTC)


def answer(sale: Sale) -> ledger.PostOrderResponse:
    """A point a cent on every line."""
    earned = [
        earned_pb2.EarnedPoints(line_number=line.line_number, granted=line.net_minor_units) for line in sale.order.lines
    ]
    return ledger.PostOrderResponse(earned=earned, earned_points=sum(one.granted for one in earned))


@pytest.fixture(scope="module")
def by_card() -> Mapping[str, History]:
    sales = read_sample()
    return histories(sales, [answer(sale) for sale in sales])


@pytest.fixture(scope="module")
def visits(by_card: Mapping[str, History]) -> Mapping[str, Sequence[Visit]]:
    return january(by_card, besides=shopper_of(by_card).card)


def test_the_same_year_gives_the_same_january(
    by_card: Mapping[str, History], visits: Mapping[str, Sequence[Visit]]
) -> None:
    assert january(by_card, besides=shopper_of(by_card).card) == visits


def test_nobody_plans_to_spend_more_than_was_earned(
    by_card: Mapping[str, History], visits: Mapping[str, Sequence[Visit]]
) -> None:
    for card, steps in visits.items():
        spent = sum(step.points for step in steps if isinstance(step, Spend))
        assert 0 <= spent <= by_card[card].earned


def test_the_shopper_of_the_story_has_plans_of_her_own(
    by_card: Mapping[str, History], visits: Mapping[str, Sequence[Visit]]
) -> None:
    assert shopper_of(by_card).card not in visits


def test_everything_happens_before_the_first_points_lapse(visits: Mapping[str, Sequence[Visit]]) -> None:
    times = [step.time for steps in visits.values() for step in steps if isinstance(step, Spend | BringBack)]
    times += [
        step.sale.order.occur_time.ToDatetime(UTC)
        for steps in visits.values()
        for step in steps
        if isinstance(step, Buy)
    ]
    assert max(times) < FIRST_EXPIRY


def test_every_kind_of_visit_is_made(visits: Mapping[str, Sequence[Visit]]) -> None:
    assert {tuple(type(step) for step in steps) for steps in visits.values()} == {
        (Spend,),
        (BringBack,),
        (Spend, BringBack),
        (Spend, BringBack, Buy),
    }


def test_the_line_brought_back_is_the_one_that_earned_most(
    by_card: Mapping[str, History], visits: Mapping[str, Sequence[Visit]]
) -> None:
    for card, steps in visits.items():
        for step in steps:
            if isinstance(step, BringBack):
                granted = {one.line_number: one.granted for one in by_card[card].answer.earned}
                assert granted[step.line] == max(granted.values())
