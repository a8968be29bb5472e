"""Request ids of commands: the same one again does nothing again."""

from chassis.runtime.postgres import Connection
from settlement_service.domain import refusals
from settlement_service.domain.command import Command
from settlement_service.store.statements import SQL

_CLAIM = SQL.claim_request
_READ = SQL.read_request


async def claim(connection: Connection, command: Command, outcome_id: str) -> str | None:
    """None if the command is new: this transaction then makes `outcome_id`. Else the id of what it made before.
    Refuses REQUEST_ID_REUSED if the id was used for something else."""
    key = (command.program, command.caller, command.request_id)
    if await connection.execute(_CLAIM, *key, command.fingerprint, outcome_id):
        return None
    row = await connection.fetchrow(_READ, command.program, command.caller, command.request_id)
    assert row is not None, "what stands in the way of recording it is there"
    if row["fingerprint"] != command.fingerprint:
        raise refusals.request_id_reused(command.request_id)
    return str(row["outcome_id"])
