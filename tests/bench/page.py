"""The page of a run: what is printed, and written to docs/reference/benchmarks.md."""

from tests.bench import engine, histories, pgbench, prose
from tests.bench.budgets import budgets_table
from tests.bench.callers import callers_table
from tests.bench.claims import Claim, claims, gain
from tests.bench.conditions import conditions_table
from tests.bench.cpu import by_process
from tests.bench.echo import IN_FLIGHT as ECHO_IN_FLIGHT
from tests.bench.figures import counted, fine, ratio, share, spread, table
from tests.bench.goals import goals, longer
from tests.bench.intake import intake_table
from tests.bench.journal_export import export_claims, exports_table
from tests.bench.judging import judging_goals, judging_table
from tests.bench.machine import Machine
from tests.bench.memory import MEGABYTE
from tests.bench.merging import merging_table
from tests.bench.mesh import RPCS, Rpc, case_name
from tests.bench.resolving import resolving_table
from tests.bench.result import Result
from tests.bench.settled import settled_table
from tests.bench.sizes import growth_tables

ECHO = "echo"

_WAYS = (engine.ONE, engine.GROUP)


def page(result: Result) -> str:
    """Markdown."""
    minutes = result.seconds / 60
    return "\n".join(
        (
            prose.head(result.command, result.date, result.rounds, result.plan.lap_seconds, minutes),
            _machine(result.machine),
            "## What has to hold\n",
            _claims("claim", "held", [*claims(result.measured, result.idle), *export_claims(result.exports)]),
            prose.GOALS,
            _claims("goal", "met", [*goals(result.measured, result.plan), *_judging_goals(result)]),
            prose.YARDSTICKS,
            _yardsticks(result),
            prose.MERGING,
            merging_table(result.measured),
            prose.RESOLVING,
            resolving_table(result.measured),
            prose.CALLERS,
            callers_table(result.measured),
            prose.JUDGING,
            judging_table(result.measured),
            prose.CONDITIONS,
            conditions_table(result.measured),
            prose.ENGINE,
            _engine_rates(result),
            _engine_latencies(result),
            prose.SPENDING,
            _spending(result),
            prose.BUDGETS,
            budgets_table(result.measured),
            prose.INTAKE,
            intake_table(result.measured),
            prose.SETTLED,
            settled_table(result.measured, result.plan),
            prose.histories(result.plan),
            _histories(result),
            prose.MESH,
            _mesh(result),
            prose.COST,
            _cost(result),
            prose.MEMORY,
            _memory(result),
            prose.EXPORTS,
            exports_table(result.exports),
            prose.GROWTH,
            growth_tables(result.grown),
        )
    )


def _judging_goals(result: Result) -> list[Claim]:
    return judging_goals(result.measured, result.rules_bytes)


def _machine(machine: Machine) -> str:
    facts = (
        ("cores", f"{machine.cores}"),
        ("memory", f"{machine.memory / 1024**3:.0f} GiB"),
        ("load average before the start", f"{machine.load:.1f}"),
        ("a page flushed to disk", f"{machine.flush_ms:.2f} ms"),
        ("Python", machine.python),
        ("grpcio", machine.grpc),
        ("PostgreSQL, durable settings, 4 GB of log between checkpoints, a quarter of the memory", machine.postgres),
    )
    return table(("machine", ""), facts)


def _claims(kind: str, verdict: str, found: list[Claim]) -> str:
    rows = [(claim.text, claim.figure, "yes" if claim.held else "NO") for claim in found]
    return table((kind, "figure", verdict), rows)


def _latencies(result: Result, case: str) -> tuple[str, str]:
    laps = result.measured[case]
    return fine(spread([lap.p50 for lap in laps])), fine(spread([lap.p99 for lap in laps]))


def _yardsticks(result: Result) -> str:
    cases = [(f"gRPC echo, {ECHO_IN_FLIGHT} in flight", ECHO)]
    cases += [(f"pgbench, {clients} clients", pgbench.case_name(clients)) for clients in pgbench.CLIENTS]
    rows = [(title, counted(spread(result.rates(case))), *_latencies(result, case)) for title, case in cases]
    return table(("yardstick", "a second", "p50 ms", "p99 ms"), rows)


def _engine_rates(result: Result) -> str:
    rows = []
    for kind, who in engine.SHAPES:
        for callers in engine.CALLERS:
            one, group = (result.rates(engine.case_name(kind, who, callers, batch)) for batch in _WAYS)
            left = ratio(group, result.rates(pgbench.case_name(callers)))
            times = gain(result.measured, kind, who, callers)
            rates = (counted(spread(one)), counted(spread(group)))
            rows.append((f"{kind} of {who}", str(callers), *rates, fine(times), share(left)))
    return table(("commands a second", "callers", "one a transaction", "group commit", "gain", "of pgbench"), rows)


def _engine_latencies(result: Result) -> str:
    rows = []
    for kind, who in engine.SHAPES:
        for callers in engine.CALLERS:
            cases = [engine.case_name(kind, who, callers, batch) for batch in _WAYS]
            rows.append(
                (f"{kind} of {who}", str(callers), *(cell for case in cases for cell in _latencies(result, case)))
            )
    return table(("latency, ms", "callers", "one: p50", "one: p99", "group: p50", "group: p99"), rows)


def _spending(result: Result) -> str:
    rows = []
    for kind in (engine.REDEMPTIONS, *engine.TWO_STEPS):
        for callers in engine.CALLERS:
            case, one_step = (
                engine.case_name(which, engine.SPREAD, callers, engine.GROUP) for which in (kind, engine.REDEMPTIONS)
            )
            by = "" if case == one_step else share(ratio(result.rates(case), result.rates(one_step)))
            rows.append((kind, str(callers), counted(spread(result.rates(case))), *_latencies(result, case), by))
    return table(("way of spending", "callers", "a second", "p50 ms", "p99 ms", "of one step"), rows)


def _histories(result: Result) -> str:
    rows = []
    for call, who, title in histories.listed(result.plan):
        case = histories.case_name(call, who)
        times = "" if histories.fewer(who) == who else fine(longer(result.measured, call, who))
        rows.append((f"`{call}`", title, counted(spread(result.rates(case))), *_latencies(result, case), times))
    return table(("call", "history", "a second", "p50 ms", "p99 ms", "times as long"), rows)


def _mesh(result: Result) -> str:
    rows = [_rpc_row(result, rpc, in_flight) for rpc in RPCS for in_flight in rpc.in_flight]
    header = ("rpc", "in flight", "calls/s", "orders/s", "p50 ms", "p99 ms", "of echo", "books after, s")
    return table(header, rows)


def _rpc_row(result: Result, rpc: Rpc, in_flight: int) -> list[str]:
    case = case_name(rpc, in_flight)
    rates = result.rates(case)
    orders = counted(spread([rate * rpc.items for rate in rates])) if "Order" in rpc.call else ""
    lag = fine(spread(result.lags[case][-result.rounds :])) if case in result.lags else ""
    calls = counted(spread(rates)) if rpc.items == 1 else fine(spread(rates))
    left = share(ratio([rate * rpc.items for rate in rates], result.rates(ECHO)))
    return [rpc.title, str(in_flight), calls, orders, *_latencies(result, case), left, lag]


def _cost(result: Result) -> str:
    names = list(next(iter(result.spent.values()))[0])
    rows = []
    for rpc in RPCS:
        for in_flight in rpc.in_flight:
            spent = by_process(result.spent[case_name(rpc, in_flight)][-result.rounds :])
            costs = [spread([lap / rpc.items for lap in spent[name]]).middle for name in names]
            rows.append((rpc.title, str(in_flight), *(f"{cost:,.0f}" for cost in (*costs, sum(costs)))))
    return table(("µs of a core", "in flight", *names, "in all"), rows)


def _memory(result: Result) -> str:
    rows = [
        (service, f"{idle / MEGABYTE:.0f}", f"{result.loaded[service] / MEGABYTE:.0f}")
        for service, idle in result.idle.items()
    ]
    return table(("service", "idle after its start", "after the load"), rows)
