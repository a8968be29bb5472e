"""Request ids of commands: the same one again does nothing again.

Locks, in the one order in which every transaction of this service takes them, each held until it ends:

1. the request id of a command (here);
2. what a command has to itself: the desk of a program (netting_desk.py), a till's day (control_totals.py);
3. the log's cursor, by partition (journal.py: the intake, which has neither of the above);
4. number series of nettings, payments, disputes and invoices, these by issuer (netting_desk.py);
5. journal heads, by program (appending.py);
6. number series of vouchers, one a transaction and kind (vouchers.py);
7. totals, table by table, each by key (add_to_*.sql).

Whoever holds one waits for later ones alone, so no two transactions wait for each other. One exception is left to the
database, which ends one of the two and has it run again: programs whose journals are begun in this very moment.
"""

from chassis.runtime.postgres import Connection, Database
from settlement_service.domain import refusals
from settlement_service.domain.command import Command
from settlement_service.store.statements import SQL

_LOCK = SQL.lock_request
_READ = SQL.read_request
_REMEMBER = SQL.remember_request


async def claim(connection: Connection, command: Command, outcome_id: str) -> str | None:
    """None if the command is new: this transaction then makes `outcome_id`. Else the id of what it made before.
    Refuses REQUEST_ID_REUSED if the id was used for something else."""
    earlier = await made_before(connection, command)
    if earlier is None:
        await remember(connection, command, outcome_id)
    return earlier


async def made_before(connection: Connection, command: Command) -> str | None:
    """What the command made before, None if it is new; until the transaction ends nobody else carries it out. Refuses
    REQUEST_ID_REUSED."""
    await connection.execute(_LOCK, *_key(command))
    return await outcome_of(connection, command)


async def outcome_of(reader: Connection | Database, command: Command) -> str | None:
    """What the command has made, as far as anybody can see it now. Refuses REQUEST_ID_REUSED."""
    row = await reader.fetchrow(_READ, *_key(command))
    if row is None:
        return None
    if row["fingerprint"] != command.fingerprint:
        raise refusals.request_id_reused(command.request_id)
    return str(row["outcome_id"])


async def remember(connection: Connection, command: Command, outcome_id: str) -> None:
    """Keeps what a new command has made, in the transaction that asked `made_before`."""
    await connection.execute(_REMEMBER, *_key(command), command.fingerprint, outcome_id)


def _key(command: Command) -> tuple[str, str, str]:
    return command.program, command.caller, command.request_id
