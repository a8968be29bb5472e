"""The yardstick of everything that commits: pgbench with an entry and a balance a transaction.

The least any ledger does: one row appended, one of ten thousand balances changed, one commit.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from deploy.local.binaries import postgres_programs
from deploy.local.ports import LOOPBACK
from deploy.local.postgres import SUPERUSER, PostgresServer
from tests.bench.laps import Lap
from tests.bench.rounds import Case

CLIENTS = (8, 32, 128)

_DATABASE = "pgbench"
_ACCOUNTS = 10_000
_THREADS = 2
_FIRST_GUESS = 3_000.0
_FEWEST_TRANSACTIONS = 30
"""Of each client, so that its first, for which the statements are prepared, does not weigh much."""

_LAP_LIMIT_SECONDS = 60.0
_TABLES = f"""
    CREATE TABLE account (account_id integer PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 80);
    CREATE TABLE entry (
        entry_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account_id integer NOT NULL,
        points     bigint NOT NULL,
        post_time  timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO account SELECT number, 0 FROM generate_series(1, {_ACCOUNTS}) AS number;
"""
_SCRIPT = f"""\
\\set account random(1, {_ACCOUNTS})
BEGIN;
INSERT INTO entry (account_id, points) VALUES (:account, 1);
UPDATE account SET balance = balance + 1 WHERE account_id = :account;
END;
"""


@asynccontextmanager
async def pgbench_cases(server: PostgresServer) -> AsyncIterator[list[Case]]:
    """A case for each number of clients, on a database of their own."""
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"CREATE DATABASE {_DATABASE}")
    await connection.close()
    connection = await asyncpg.connect(server.url(_DATABASE))
    await connection.execute(_TABLES)
    await connection.close()
    yield [_case(server, clients) for clients in CLIENTS]


def case_name(clients: int) -> str:
    """The name of a case."""
    return f"pgbench, {clients} clients"


def _case(server: PostgresServer, clients: int) -> Case:
    expected = _FIRST_GUESS

    async def lap(seconds: float) -> Lap:
        nonlocal expected
        # By count: pgbench's clock runs while it connects, which takes 128 clients longer than a short lap.
        transactions = max(_FEWEST_TRANSACTIONS, round(expected * seconds / clients))
        with TemporaryDirectory() as directory:
            measured = await _lap(server, clients, transactions, Path(directory))
        expected = measured.per_second
        return measured

    return Case(case_name(clients), lap)


async def _lap(server: PostgresServer, clients: int, transactions: int, directory: Path) -> Lap:
    script = directory / "entry_and_balance.sql"
    script.write_text(_SCRIPT)
    command = [str(postgres_programs(None, directory) / "pgbench"), "--no-vacuum", "--protocol=prepared"]
    command += [f"--client={clients}", f"--jobs={_THREADS}", f"--transactions={transactions}", f"--file={script}"]
    command += ["--log", f"--log-prefix={directory / 'log'}"]
    command += [f"--host={LOOPBACK}", f"--port={server.settings.port}", f"--username={SUPERUSER}", _DATABASE]
    environment = {**os.environ, "PGPASSWORD": server.settings.password, "PGSSLMODE": "disable"}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=directory,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), _LAP_LIMIT_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise RuntimeError(f"pgbench failed: {errors.decode()}")
    latencies = _logged(directory)
    return Lap.of(latencies, len(latencies) / rate_of(output.decode()))


def _logged(directory: Path) -> list[float]:
    return [latency for log in directory.glob("log.*") for latency in latencies_of(log.read_text())]


def rate_of(output: str) -> float:
    """Transactions a second, without the time to connect, from what pgbench prints."""
    for line in output.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise ValueError("pgbench printed no rate")


def latencies_of(log: str) -> list[float]:
    """Seconds of each transaction; the log's third column is microseconds."""
    return [int(line.split()[2]) / 1e6 for line in log.splitlines()]
