"""What a batch writes: the last state of every row it touched, and everything it appends."""

from collections.abc import Iterable, Sequence

import asyncpg

from chassis.runtime.postgres import Connection
from chassis.runtime.statements import Statement
from chassis.values.canonical import chained_json_hash
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Applied
from ledger_service.domain.slice import Changes
from ledger_service.domain.wallet import Wallet
from ledger_service.store import codec, rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.ports import Application, Head, HeadMoved, Refused


async def write_keys(connection: Connection, applied: Sequence[Application], refused: Sequence[Refused]) -> None:
    """What became of the claimed keys: a place in the log, a refusal to keep, or nothing."""
    settled = [(a.command.origin.request.key, *a.applied.event.position, None) for a in applied]
    kept = [(r.command.origin.request.key, None, None, codec.encode_refusal(r.refusal)) for r in refused if r.kept]
    await _write(connection, SQL.settle_requests, [*settled, *kept])
    documents = [
        (a.command.document_key, *a.applied.event.position) for a in applied if a.command.document_key is not None
    ]
    await _write(connection, SQL.settle_documents, documents)
    gone = [r.command.origin.request.key for r in refused if not r.kept]
    if gone:
        await connection.execute(SQL.release_requests, gone)
    # Only an applied command keeps its document.
    documents_gone = [r.command.document_key for r in refused if r.command.document_key is not None]
    if documents_gone:
        await connection.execute(SQL.release_documents, documents_gone)


async def write_state(connection: Connection, changes: Sequence[Changes]) -> None:
    """The last state of each row the batch touched, each written once."""
    await _write_wallets(connection, changes)
    await _write(connection, SQL.upsert_homes, _chain_rows(changes))
    await _write_accruals(connection, changes)
    burns = {burn.movement: burn for change in changes for burn in change.burns.values()}
    await _write(connection, SQL.upsert_burns, map(rows.burn_values, burns.values()))
    returned = {key: line for change in changes for key, line in change.returned.items()}
    await _write(connection, SQL.upsert_returned_lines, map(rows.returned_line_values, returned.values()))
    orders = (rows.order_values(change.order) for change in changes if change.order is not None)
    await _write(connection, SQL.insert_orders, orders)
    returns = (rows.return_values(c.posted_return) for c in changes if c.posted_return is not None)
    await _write(connection, SQL.insert_returns, returns)
    redemptions = (rows.redemption_values(c.redemption) for c in changes if c.redemption is not None)
    await _write(connection, SQL.insert_redemptions, redemptions)


async def write_events(connection: Connection, head: Head, applied: Sequence[Applied]) -> bytes:
    """Appends movements, obligations and events; the hash of the last event."""
    last = head.hash
    events: list[rows.Values] = []
    for one in applied:
        payload = codec.encode(one.event)
        last = chained_json_hash(last, "event/1", payload)
        event = one.event
        answer = codec.encode(one.answer)
        events.append((*event.position, event.program, event.type.value, event.post_time, payload, answer, last))
    moves = [(one.event, recorded.movement) for one in applied for recorded in one.event.movements]
    movements = (rows.movement_values(event.program, movement, event.position) for event, movement in moves)
    await _write(connection, SQL.insert_movements, movements)
    owed = (row for event, movement in moves for row in rows.obligation_values(event.program, movement))
    await _write(connection, SQL.insert_obligations, owed)
    await _write(connection, SQL.insert_events, events)
    return last


async def _write_wallets(connection: Connection, changes: Sequence[Changes]) -> None:
    # A wallet's first change of the batch tells whether it is new: its version is 1.
    new = {change.wallet.key for change in changes if change.wallet.version == 1}
    wallets: dict[object, Wallet] = {change.wallet.key: change.wallet for change in changes}
    try:
        born = (rows.wallet_values(wallet) for key, wallet in wallets.items() if key in new)
        await _write(connection, SQL.insert_wallets, born)
    except asyncpg.UniqueViolationError as error:
        raise HeadMoved from error
    known = [rows.wallet_values(wallet) for key, wallet in wallets.items() if key not in new]
    if known:
        updated = await connection.fetch(SQL.update_wallets, *rows.columns(known, 0))
        if len(updated) != len(known):
            raise HeadMoved


def _chain_rows(changes: Sequence[Changes]) -> Iterable[rows.Values]:
    chains = {key: link for change in changes for key, link in change.chains.items()}
    return ((rows.bucket(*key), *key, *link) for key, link in chains.items())


async def _write_accruals(connection: Connection, changes: Sequence[Changes]) -> None:
    born = {accrual_id for change in changes for accrual_id in change.born}
    accruals: dict[str, Accrual] = {}
    for change in changes:
        accruals.update(change.accruals)
    new = (rows.accrual_values(accrual) for accrual in accruals.values() if accrual.accrual_id in born)
    await _write(connection, SQL.insert_accruals, new)
    changed = (rows.balance_values(accrual) for accrual in accruals.values() if accrual.accrual_id not in born)
    await _write(connection, SQL.update_accruals, changed)


async def _write(connection: Connection, statement: Statement, values: Iterable[rows.Values]) -> None:
    """Runs a set-based statement, unless there is nothing to write."""
    columns = rows.columns(values, 0)
    if columns:
        await connection.execute(statement, *columns)
