"""What raises an alert, and what does not."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ledger_service.domain.alerts import AlertKind, Raised, SpendTrail, Thresholds, Trails, raised_by
from ledger_service.domain.answers import LogPosition

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
THRESHOLDS = Thresholds(timedelta(minutes=10), many_members=3, many_within=timedelta(minutes=5))


def spend(number: int, minute: float, *, root: str = "mem_a", region: str = "north", till: str = "till") -> SpendTrail:
    position = LogPosition(0, number)
    return SpendTrail("p", position, root, till, "shop", region, NOON + timedelta(minutes=minute))


def raised(spends: Iterable[SpendTrail]) -> list[Raised]:
    before = Trails()
    found: list[Raised] = []
    for each in spends:
        found += raised_by(THRESHOLDS, each, before)
        before.add(each)
    return found


def test_a_member_in_two_regions_within_minutes_raises_one() -> None:
    [alert] = raised([spend(1, 0), spend(2, 9.9, region="south"), spend(3, 9.95, region="south")])
    assert (alert.kind, alert.evidence) == (AlertKind.FAR_APART, (LogPosition(0, 1), LogPosition(0, 2)))


def test_after_the_time_it_takes_to_get_there_it_raises_none() -> None:
    assert raised([spend(1, 0), spend(2, 10, region="south")]) == []


def test_another_member_or_no_region_raises_none() -> None:
    assert raised([spend(1, 0), spend(2, 1, root="mem_b", region="south"), spend(3, 2, region="")]) == []


def test_many_members_at_one_till_raise_one_when_the_number_is_reached() -> None:
    spends = [spend(n, n / 10, root=f"mem_{n % 4}") for n in range(1, 9)]
    [alert] = raised(spends)
    assert (alert.kind, alert.last.position) == (AlertKind.MANY_MEMBERS, LogPosition(0, 3))
    assert alert.evidence == (LogPosition(0, 1), LogPosition(0, 2), LogPosition(0, 3))


def test_members_over_a_longer_time_or_at_several_tills_raise_none() -> None:
    assert raised([spend(n, 2.5 * n, root=f"mem_{n}") for n in range(9)]) == []
    assert raised([spend(n, 0, root=f"mem_{n}", till=f"till-{n}") for n in range(9)]) == []


def test_the_same_log_gives_the_same_alerts() -> None:
    spends = [spend(1, 0), spend(2, 1, region="south")]
    assert [one.alert_id for one in raised(spends)] == [one.alert_id for one in raised(spends)]


def test_a_thousand_spends_are_judged_in_no_time_however_many_others_there_are() -> None:
    """It runs beside the tills: a till of a web shop, whose member is always another, must not hold them up."""
    spends = [spend(n, n / 10_000, root=f"mem_{n}", till="web") for n in range(20_000)]
    before = Trails(spends[:-1_000])
    began = time.process_time()
    for each in spends[-1_000:]:
        assert list(raised_by(THRESHOLDS, each, before)) == []
        before.add(each)
    assert time.process_time() - began < 0.5
