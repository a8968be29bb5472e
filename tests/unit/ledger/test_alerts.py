"""What raises an alert, and what does not."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from ledger_service.domain.alerts import (
    AlertKind,
    Around,
    Raised,
    RefusedProof,
    SpendTrail,
    Thresholds,
    Trails,
    raised_by,
    raised_by_proof,
)
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
    assert alert.kind is AlertKind.MANY_MEMBERS
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


def around(spends: Sequence[tuple[SpendTrail, Around]]) -> list[Raised]:
    before = Trails()
    found: list[Raised] = []
    for each, told in spends:
        found += raised_by(THRESHOLDS, each, before, told)
        before.add(each)
    return found


def test_the_first_spend_soon_after_an_identifier_changed_raises_one() -> None:
    changed = Around(identifier_change_time=NOON)
    [alert] = around([(spend(1, 29), changed), (spend(2, 29.5), changed)])
    assert (alert.kind, alert.evidence) == (AlertKind.IDENTIFIER_CHANGED, (LogPosition(0, 1),))
    assert around([(spend(1, 30), changed)]) == []
    assert around([(spend(1, 1), Around())]) == []


def test_it_raises_another_after_another_change() -> None:
    first, second = (Around(identifier_change_time=NOON + timedelta(minutes=minute)) for minute in (0, 2))
    assert [one.evidence[0].position for one in around([(spend(1, 1), first), (spend(2, 3), second)])] == [1, 2]


def test_a_spend_after_many_look_ups_in_vain_raises_one() -> None:
    [alert] = around([(spend(1, 1), Around(missed_lookups=29)), (spend(2, 2), Around(missed_lookups=30))])
    assert (alert.kind, alert.evidence) == (AlertKind.GUESSED, (LogPosition(0, 2),))


def test_refused_proofs_raise_one_when_the_number_is_reached_within_the_time() -> None:
    def alerts(minutes: Sequence[float]) -> list[int]:
        times = [NOON + timedelta(minutes=minute) for minute in minutes]
        refused = [RefusedProof(n, "p", "mem_a", "till", "shop", time) for n, time in enumerate(times)]
        return [n for n, each in enumerate(refused) for _ in raised_by_proof(THRESHOLDS, each, times[:n])]

    assert alerts([0, 1, 2, 3, 4, 5, 6]) == [4]
    assert alerts([0, 1, 2, 3, 15]) == []
    assert alerts([0, 1, 2, 3, 14.9]) == [4]
