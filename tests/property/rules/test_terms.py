"""Points of a rule that is taken never expire before they can be spent, wherever and whenever they are earned."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.values.calendar import local_date, zone
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.availability import Availability, available_time
from rules_service.domain.check_terms import terms_faults
from rules_service.domain.earn_rule import AccrualKind, EarnRule, RoundingScope
from rules_service.domain.effects import PointsPerUnit
from rules_service.domain.expiry import Expiry, expire_time, expiry_day, fewest_days
from rules_service.domain.fault import KnownIds
from rules_service.domain.selector import Selector
from tests.property.rules.terms import availabilities, days_of_years, expiries
from tests.support.examples import examples

ZONES = [
    zone(name)
    for name in ("America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu", "America/Sao_Paulo")
]
APIA = zone("Pacific/Apia")
"""It had no 30 December 2011."""

moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


def rule(expiry: Expiry, availability: Availability, first: date | None) -> EarnRule:
    """A rule with these terms."""
    return EarnRule(
        rule_id="r",
        brand_id="A",
        kind=AccrualKind.BASE,
        offer_id="",
        description="",
        selector=Selector(start_date=first),
        effect=PointsPerUnit(Ratio(1, 1)),
        rounding=Rounding.FLOOR,
        rounding_scope=RoundingScope.LINE,
        funders=(),
        expiry=expiry,
        availability=availability,
    )


def taken(asked: EarnRule) -> bool:
    """True if a program may have the rule."""
    return not list(terms_faults(("earn_rules", "r"), asked, (), KnownIds(None, None, None)))


@given(expiries, availabilities, st.none() | days_of_years, moments, st.sampled_from(ZONES))
@settings(max_examples=examples(200))
def test_no_points_expire_before_they_are_available(
    expiry: Expiry, availability: Availability, first: date | None, sold: datetime, tz: ZoneInfo
) -> None:
    assume(taken(rule(expiry, availability, first)))
    day = local_date(sold, tz)
    assume(first is None or first <= day)
    available = available_time(availability, sold, day, tz)
    expires = expire_time(expiry, day, tz)
    assert expires is None or sold < expires
    assert available is None or expires is None or sold < available < expires


@given(expiries, availabilities, st.integers(0, 96))
def test_not_even_where_a_day_was_left_out(expiry: Expiry, availability: Availability, hours: int) -> None:
    assume(taken(rule(expiry, availability, None)))
    sold = datetime(2011, 12, 27, tzinfo=UTC) + timedelta(hours=hours)
    day = local_date(sold, APIA)
    available = available_time(availability, sold, day, APIA)
    expires = expire_time(expiry, day, APIA)
    assert available is None or expires is None or available <= expires


@given(expiries, days_of_years)
def test_points_live_at_least_the_fewest_days(expiry: Expiry, earned: date) -> None:
    day, least = expiry_day(expiry, earned), fewest_days(expiry)
    assert (day is None) == (least is None)
    assert day is None or least is None or (day - earned).days >= least


@given(expiries, days_of_years, days_of_years)
def test_points_that_are_earned_later_never_expire_earlier(expiry: Expiry, one: date, other: date) -> None:
    first, second = expiry_day(expiry, min(one, other)), expiry_day(expiry, max(one, other))
    assert first is None or second is None or first <= second


@given(expiries, days_of_years, st.sampled_from(ZONES))
def test_points_expire_at_the_start_of_a_local_day(expiry: Expiry, earned: date, tz: ZoneInfo) -> None:
    expires, day = expire_time(expiry, earned, tz), expiry_day(expiry, earned)
    if expires is not None:
        assert local_date(expires, tz) == day
        assert local_date(expires - timedelta(microseconds=1), tz) != day
