"""What the figures of the page mean."""

from tests.bench.plan import Plan

GOALS = """\
## Goals

Recorded; a miss does not fail the run, since a busy machine may slow the two sides down differently. The middle of
the rounds decides. Each figure is from the table of its section below; the hot member against many members is from
that of the engine.
"""

YARDSTICKS = """\
## Yardsticks

What gRPC and PostgreSQL take here with nothing of ours on top: a hundred bytes there and back between two Python
processes, and a transaction of pgbench (one entry, one of 10,000 balances, a durable commit).
"""

MERGING = """\
## Merging members

In the engine, without gRPC: a sale of two members as one wallet, the first since they were merged, then, parted
again, a sale of each. Identity's part of a merge is some rows, whatever was earned.
"""

RESOLVING = """\
## Resolving a member

`ResolveMember` of a service's caller, against a bare echo of the same bytes in the same process, without TLS: one call
at a time and in turn; then with 64 in flight, by turns, where *of echo* is how long all of them take. The echo is a
server of grpc.aio with nothing of ours: no interceptor, no message, a handler that gives back the bytes it was given.
*Warm*: the process was asked about the member within the last second and nobody was changed since. *Cold*: it was not,
and asks its database. *Without authority*: the same server less the interceptors that judge by role, division and peer.
"""

CALLERS = """\
## What authorization adds

Calls of one ledger, without TLS, one at a time, as sixteen callers in turn: of a server as it is and, in turn with it,
of one without the interceptors of authority, whose reads no row security binds. Those who list movements cover
different brands, more of them than there are connections, so that every read tells its connection whose it is.
"""

JUDGING = """\
## Judging

Baskets of ten lines against 10 rules and against 10,000, in one process: the same seven rules pay on every line, found
by SKU, category and location, attribute, date and hour; other baskets, and so other rules, every time. And baskets of
the demo's year against its program, through gRPC: a hundred calls one after the other, or one call.
"""

CONDITIONS = """\
## Conditions of rules

In one process: an order of one line and a hundred rules that all select it, by five selectors each or by a condition
in CEL that says the same. Figures are what goes beyond rules that ask nothing, for one rule.
"""

ENGINE = """\
## The engine without gRPC

One process, four lanes, real PostgreSQL and Valkey. A sale gives one accrual; a redemption consumes from accruals
under a lease. Either each command is a transaction of its own, or whatever waits, up to 250, is one. *Gain* is the
second by the first; *of pgbench* is the second by pgbench with as many clients, whose transaction does far less.
Making the commands is part of both.
"""

SPENDING = """\
Ways of spending, many members, group commit. In two steps the points are authorized first, and the capture follows
once that is answered; a sale paid with points captures in its own commit and earns besides. Each counts once done.
"""

BUDGETS = """\
## A hot budget

The ledger's engine again, four lanes in one process: sales of many members that one budget covers, against the same
sales that none does. Each lane grants from its own allotment of the budget (docs/adr/0039).
"""

INTAKE = """\
## Settlement's intake

One process and real PostgreSQL, without gRPC: the events of the engine's sales, from the bytes the ledger would send to
books, in batches of up to 500. Reading them and checking their digest is part of it. Beside it the engine's sales by
128 callers with group commit: those of many members run right before the intake in every round, each of the two alone
on the machine, and are what the goal compares with.
"""

SETTLED = """\
## Closing a month, and books as of a day

Without gRPC, over months of the same accounts (twenty entities, thirty days) and few or very many movements, in turn:
the transaction of `ClosePeriod` with all its checks, an entity's trial balance and a brand's books, both as of the 20th
of the month while that is open. Rows are made by set-based SQL, movements and journal entries among them. What calls
cost goes by accounts and days.
"""

MESH = """\
## Through the mesh

Four service processes and the load in a fifth. Members are named by card, the lines of an order belong to four brands
in turn, every call is traced, and settlement follows. *Of echo* is orders, or calls, by the echo's calls: how much of
bare gRPC is left. *Books after* is how long settlement then took until it held all of it.
"""

COST = """\
Processor time by process, in microseconds for each order or call (medians; of a batch, for each of its orders). It is
what the mesh needs, however busy the machine is: two cores have two million of them a second.
"""

MEMORY = """\
## Memory

Resident, in MB of a million bytes, shared libraries included.
"""

EXPORTS = """\
A journal exported whole, a posting a record, by the statement service alone in a process, a new one for each form: the
most it ever held, and what it held before. `python -m tests.bench.journal_export 1000000` does the same with a million
movements, which are five million records. CSV and JSON lines take no more for them. Parquet does not stay under 150 MB:
its library alone is 33, and the foot, which is held to the end of the file, comes to some 40 for a million movements.
"""

GROWTH = """\
## Growth on disk

Bytes per accrual; each line earns one. What is not a row of an accrual is paid once an order, so long orders are
cheaper by the accrual. The payloads of the log and the answers kept for repeated requests are parts of `event`.
Then bytes per spending: a redemption in one step, a hold (an authorization) that stays open, and one that is captured.
What they change in rows that were there leaves old versions behind, which is counted with the others.
"""


def histories(plan: Plan) -> str:
    """How long histories and the full database were made, and what is called."""
    return f"""\
## Long histories

Engine and database without gRPC and peers, whose share of a call would hide differences. One database is filled with
{plan.accruals:,} accruals, those of members with {plan.movements:,} movements among them. Most of their accruals
are spent or expired; up to a thousand are open and lapse over the year to come or, where they roll, a year after the
last activity. Rows are made by set-based SQL and lie in the order in which they were earned; all checks of balances
hold for them, hashes and most events are left out. Wallets (with what lapses in 30 days) and redemptions are called
one at a time, in turn for members of each kind, and compared by the middle call; sales are posted by 32 tills at once
for twice as long, by turns in quarters, and compared by how many. The full database has taken sales for
{plan.settling_seconds:g} s before: the first change of a page after a checkpoint logs a whole image of it, and right
after one nearly every sale into a full database pays for that. How much it is, and what PostgreSQL needs, is said
[in its runbook](../runbooks/postgresql.md).
"""


def head(command: str, date: str, rounds: int, lap_seconds: float, minutes: float) -> str:
    """How the figures came about."""
    return f"""\
# Benchmarks

Written by `{command}` on {date}; do not edit. Every case ran for {lap_seconds:g} s in each round.
Rounds: {rounds}; minutes in all: {minutes:.1f}. Figures are medians over the rounds (lowest–highest).

The ratios are what counts. They are taken within rounds, on a machine that is shared and noisy: absolute figures vary
by a third from run to run, and load, services and databases all live on its cores.
"""
