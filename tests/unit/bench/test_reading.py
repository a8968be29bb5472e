"""What is read from pgbench, and what follows from sizes and laps: growth, the claims and the goals."""

import pytest

from tests.bench import budgets, callers, engine, histories, intake, merging, resolving, settled
from tests.bench.claims import LEAST_GAIN, MOST_IDLE_BYTES, claims, gain
from tests.bench.goals import LEAST_HOT, LEAST_UNDER_BUDGET, LONGEST_CALL, LONGEST_SALE, goals, longer
from tests.bench.growth import Growth, Size, Snapshot, added, growth
from tests.bench.journal_export import MOST_BYTES, MOST_BYTES_PARQUET, Export, export_claims
from tests.bench.laps import Lap
from tests.bench.months import sizes
from tests.bench.pgbench import latencies_of, rate_of
from tests.bench.plan import FULL
from tests.bench.rounds import Case
from tests.bench.sizes import growth_table


def test_the_rate_of_pgbench_is_read() -> None:
    assert rate_of("latency average = 0.8 ms\ntps = 9512.250000 (without initial connection time)\n") == 9512.25


def test_an_output_without_a_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="no rate"):
        rate_of("pgbench (18.6)\n")


def test_the_log_of_pgbench_gives_seconds() -> None:
    assert latencies_of("0 1 1500 0 1700000000 5\n3 1 250 0 1700000000 9\n") == [0.0015, 0.00025]


def snapshot(accruals: int, scale: int) -> Snapshot:
    ledger = {"accrual": Size(1_000 * scale, 500 * scale), "burn": Size(70 * scale, 7 * scale)}
    return Snapshot(accruals, 300 * scale, 200 * scale, ledger, {"entry": Size(900 * scale, 100 * scale)})


def test_growth_is_the_difference_for_each() -> None:
    assert growth("orders of 1 line", 10, snapshot(5, 1), snapshot(15, 3)) == Growth(
        title="orders of 1 line",
        count=10,
        payloads=60.0,
        answers=40.0,
        ledger={"accrual": Size(200.0, 100.0), "burn": Size(14.0, 1.4)},
        books={"entry": Size(180.0, 20.0)},
    )


def test_relations_add_up() -> None:
    assert added({"a": Size(1.0, 2.0), "b": Size(10.0, 20.0)}) == Size(11.0, 22.0)


def test_the_growth_table_adds_up_to_the_ledger() -> None:
    names = ("accrual", "movement", "event", "wallet", "home")
    one = Growth("orders", 10, 60.0, 40.0, {name: Size(100.0, 10.0) for name in names}, {"entry": Size(7.0, 3.0)})
    lines = growth_table("accrual", names[:3], [one]).splitlines()
    cells = {row[1]: row[2:4] for row in ([cell.strip() for cell in line.split("|")] for line in lines)}
    assert cells["**ledger**"] == ["500", "50"]
    assert cells["others (`wallet`, `home`, …)"] == ["200", "20"]
    assert cells["**books of settlement**"] == ["7", "3"]


def laps(times: float) -> dict[str, list[Lap]]:
    return {
        engine.case_name(kind, who, callers, batch): [Lap(1, rate, 1.0, 1.0)]
        for kind, who in engine.SHAPES
        for callers in engine.CALLERS
        for batch, rate in ((engine.ONE, 100.0), (engine.GROUP, 100.0 * times))
    }


def test_the_gain_is_group_commit_by_one_a_transaction() -> None:
    assert gain(laps(4.0), *engine.SHAPES[0], callers=128).middle == 4.0


@pytest.mark.parametrize(("times", "held"), [(LEAST_GAIN, True), (LEAST_GAIN - 0.01, False)])
def test_group_commit_has_to_gain_enough(times: float, held: bool) -> None:
    assert {claim.held for claim in claims(laps(times), {})} == {held}


@pytest.mark.parametrize(("memory", "held"), [(MOST_IDLE_BYTES - 1, True), (MOST_IDLE_BYTES, False)])
def test_an_idle_service_has_to_be_small(memory: int, held: bool) -> None:
    assert claims(laps(LEAST_GAIN), {"rules": memory})[-1].held is held


def with_goals(hot: float, call: float, sale: float, budget: float) -> dict[str, list[Lap]]:
    """Laps in which hot members, calls for long histories, sales into a full database and sales under a budget do so
    many times."""
    measured = laps(LEAST_GAIN)
    for kind in (engine.SALES, engine.REDEMPTIONS):
        for who, rate in ((engine.SPREAD, 100.0), (engine.HOT, 100.0 * hot)):
            measured[engine.case_name(kind, who, engine.CALLERS[-1], engine.GROUP)] = [Lap(1, rate, 1.0, 1.0)]
    for what, who, _ in histories.listed(FULL):
        times = 1.0 if who == histories.fewer(who) else sale if what == histories.SALE else call
        measured[histories.case_name(what, who)] = [Lap(1, 100.0 / times, times, times)]
    for name, rate in ((budgets.NONE, 100.0), (budgets.HOT, 100.0 * budget)):
        measured[budgets.case_name(name)] = [Lap(1, rate, 1.0, 1.0)]
    good = hot >= LEAST_HOT
    measured[intake.INTAKE] = [Lap(1, 150.0 if good else 149.0, 1.0, 1.0)]
    longer_by = settled.GOAL if good else settled.GOAL + 0.01
    for asked in settled.CALLS:
        for size, milliseconds in zip(sizes(FULL), (1.0, longer_by), strict=True):
            measured[settled.case_name(asked, size)] = [Lap(1, 1.0, milliseconds, milliseconds)]
    more = 0.0 if good else 0.01
    taken = {
        resolving.ECHO: 1.0,
        resolving.RESOLVE: resolving.LONGEST_RESOLVE + more,
        resolving.UNGUARDED: resolving.LONGEST_RESOLVE / resolving.MOST_AUTHORITY,
        merging.case_name(merging.FEW): 1.0,
        merging.case_name(merging.MANY): merging.GOAL + more,
    }
    for called in callers.CALLS:
        taken[callers.case_name(called, whole=True)] = callers.MOST + more
        taken[callers.case_name(called, whole=False)] = 1.0
    for name, milliseconds in taken.items():
        measured[name] = [Lap(1, 1.0, milliseconds, milliseconds)]
    together = (resolving.LONGEST_RESOLVE + more, 1.0, resolving.MOST_AUTHORITY + more)
    for name, rate in zip(resolving.TOGETHER, together, strict=True):
        measured[name] = [Lap(1, rate, 1.0, 1.0)]
    return measured


def test_a_call_takes_longer_where_fewer_are_done() -> None:
    assert longer(with_goals(1.0, 4.0, 1.0, 1.0), histories.WALLET, histories.MANY).middle == 4.0


def test_what_is_as_good_as_its_goal_meets_it() -> None:
    as_good = with_goals(LEAST_HOT, LONGEST_CALL, LONGEST_SALE, LEAST_UNDER_BUDGET)
    assert all(goal.held for goal in goals(as_good, FULL))


def test_what_is_worse_than_its_goal_misses_it() -> None:
    worse = with_goals(LEAST_HOT - 0.01, LONGEST_CALL + 0.01, LONGEST_SALE + 0.01, LEAST_UNDER_BUDGET - 0.01)
    assert not any(goal.held for goal in goals(worse, FULL))


@pytest.mark.parametrize(
    ("form", "most"), [("CSV", MOST_BYTES), ("JSONL", MOST_BYTES), ("PARQUET", MOST_BYTES_PARQUET)]
)
def test_an_export_is_held_to_the_memory_of_its_form(form: str, most: int) -> None:
    below, at = (Export(form, 1, 5, 100, 1.0, 1, peak) for peak in (most - 1, most))
    assert [claim.held for claim in export_claims([below, at])] == [True, False]


def test_the_intake_runs_right_after_the_sales_that_it_is_compared_with() -> None:
    async def lap(seconds: float) -> Lap:
        raise AssertionError(seconds)

    cases = [Case(name, lap) for name in ("one", intake.PEAK, "other")]
    ordered = intake.intake_after_peak(cases, Case(intake.INTAKE, lap))
    assert [case.name for case in ordered] == ["one", intake.PEAK, intake.INTAKE, "other"]
