"""What the figures of the page mean."""

YARDSTICKS = """\
## Yardsticks

What gRPC and PostgreSQL take here with nothing of ours on top: a hundred bytes there and back between two Python
processes, and a transaction of pgbench (one entry, one of 10,000 balances, a durable commit).
"""

ENGINE = """\
## The engine without gRPC

One process, four lanes, real PostgreSQL and Valkey. A sale gives one accrual; a redemption consumes from accruals
under a lease. Either each command is a transaction of its own, or whatever waits, up to 250, is one. *Gain* is the
second by the first; *of pgbench* is the second by pgbench with as many clients, whose transaction does far less.
Making the commands is part of both.
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

GROWTH = """\
## Growth on disk

Bytes per accrual; each line earns one. What is not a row of an accrual is paid once an order, so long orders are
cheaper by the accrual. The payloads of the log and the answers kept for repeated requests are parts of `event`.
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
