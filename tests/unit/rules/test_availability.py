"""When points can be spent from, and that rules whose points would expire before are refused at their place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
    AvailableOnEvent,
    available_time,
)
from rules_service.domain.evaluate import evaluate
from tests.unit.rules.examples import SHOP, line, order, program, with_rules

NEW_YORK = ZoneInfo("America/New_York")
EVENING = datetime(2024, 3, 9, 22, 30, tzinfo=NEW_YORK).astimezone(UTC)
"""The next day has 23 hours."""


@pytest.mark.parametrize(
    ("availability", "available"),
    [
        (None, None),
        (AvailableOnEvent(), None),
        (AvailableAfterHours(48), datetime(2024, 3, 12, 3, 30, tzinfo=UTC)),
        (AvailableAfterDays(1), datetime(2024, 3, 10, 5, tzinfo=UTC)),
        (AvailableAfterDays(2), datetime(2024, 3, 11, 4, tzinfo=UTC)),
        (AvailableOn(date(2024, 3, 10)), datetime(2024, 3, 10, 5, tzinfo=UTC)),
        (AvailableOn(date(2024, 3, 9)), None),
        (AvailableOn(date(2020, 1, 1)), None),
    ],
)
def test_points_are_available_from(availability: Availability, available: datetime | None) -> None:
    assert available_time(availability, EVENING, date(2024, 3, 9), NEW_YORK) == available


def test_a_sale_at_the_very_start_of_the_date_is_available_at_once() -> None:
    midnight = datetime(2024, 3, 10, 5, tzinfo=UTC)
    assert available_time(AvailableOn(date(2024, 3, 10)), midnight, date(2024, 3, 10), NEW_YORK) is None


def test_each_award_says_when_it_is_available() -> None:
    rules = """
    earn_rules:
      a: {brand: NORTH, per_unit: {points: 1}}
      b: {brand: NORTH, per_unit: {points: 1}, available: {days: 14}}
      c: {brand: NORTH, per_unit: {points: 1}, available: on_event}
      d: {brand: NORTH, per_unit: {points: 1}, available: at_once}
      e: {brand: NORTH, per_unit: {points: 1}, available: {hours: 1}}
      f: {brand: NORTH, per_unit: {points: 1}, available: {date: 2024-08-01}}
    """
    awards = evaluate(with_rules(rules), order(line(1, "NORTH", 100))).lines[0].awards
    assert [award.available_time for award in awards] == [
        None,
        datetime(2024, 7, 20, 4, tzinfo=UTC),
        None,
        None,
        datetime(2024, 7, 6, 17, tzinfo=UTC),
        datetime(2024, 8, 1, 4, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("available", "more", "key", "reason"),
    [
        ("{days: 30}", "expiry: {days: 30}", "days", "must be below 30: some points expire after 30 days"),
        ("{days: 28}", "expiry: {months: 1}", "days", "must be below 28: some points expire after 28 days"),
        (
            "{hours: 193}",
            "expiry: {rolling_days: 10}",
            "hours",
            "must be at most 192: some points expire after 10 days",
        ),
        ("{hours: 1}", "expiry: {days: 1}", "hours", "cannot be waited for: some points expire after 1 day"),
        (
            "{date: 2025-01-01}",
            "expiry: {months: 6}",
            "date",
            "points of long ago would expire before; say from when the rule is in force (`when.from`)",
        ),
        (
            "{date: 2025-01-01}",
            "expiry: {months: 6}, when: {from: 2024-07-01}",
            "date",
            "must be before 2025-01-01: points that are earned on 2024-07-01 expire then",
        ),
    ],
)
def test_points_that_would_expire_before_they_are_available_are_refused(
    available: str, more: str, key: str, reason: str
) -> None:
    rule = f"{{brand: NORTH, per_unit: {{points: 1}}, {more},"
    text = f"earn_rules:\n  r: {rule}\n    available: {available}}}"
    with pytest.raises(Refusal) as raised:
        program(SHOP, text)
    found = [(violation.field, violation.description) for violation in raised.value.violations]
    assert found[0] == (f"1.yaml:3 earn_rules.r.available.{key}", reason)


@pytest.mark.parametrize(
    "terms",
    [
        "expiry: {days: 30}, available: {days: 29}",
        "expiry: {days: 30}, available: {hours: 672}",
        "expiry: {months: 12}, available: {days: 364}",
        "expiry: never, available: {days: 36500}",
        "expiry: never, available: {date: 2030-01-01}",
        "expiry: {days: 1}, available: on_event",
        "expiry: {months: 6}, available: {date: 2025-01-01}, when: {from: 2024-07-02}",
    ],
)
def test_points_that_live_longer_than_they_wait_are_taken(terms: str) -> None:
    assert program(SHOP, f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, {terms}}}}}").earn_rules


@pytest.mark.parametrize(
    ("available", "place", "reason"),
    [
        ("soon", "", "should be at_once, on_event or {days: 14}"),
        ("", "", "should be at_once, on_event or {days: 14}"),
        ("[1]", "", "should be a map of keys"),
        ("{}", "", "should be at_once, on_event, or one of hours, days, date"),
        ("{hours: 1, days: 1}", "", "should be at_once, on_event, or one of hours, days, date"),
        ("{weeks: 1}", ".weeks", "is no key here; keys are hours, days, date"),
        ("{hours: 0}", ".hours", "should be a whole number from 1 to 87600"),
        ("{days: 1.5}", ".days", "should be a whole number from 1 to 36500"),
        ("{date: tomorrow}", ".date", "should be a date such as 2024-07-01"),
        ("{date: 9999-12-31}", ".date", "should lie between the years 1900 and 2999"),
    ],
)
def test_an_odd_availability_is_refused_at_its_place(available: str, place: str, reason: str) -> None:
    text = f"earn_rules:\n  r:\n    brand: NORTH\n    per_unit: {{points: 1}}\n    available: {available}"
    with pytest.raises(Refusal) as raised:
        program(SHOP, text)
    assert [(violation.field, violation.description) for violation in raised.value.violations] == [
        (f"1.yaml:5 earn_rules.r.available{place}", reason)
    ]
