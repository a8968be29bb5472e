"""Appending entries to programs' journals, whoever they come from, and adding them to the accounts' totals."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from chassis.runtime.postgres import Connection
from settlement_service.domain.entry import Entry
from settlement_service.domain.journal import ENCODING, Head, NumberedEntry, chain
from settlement_service.domain.totals import account_changes
from settlement_service.store.columns import columns
from settlement_service.store.statements import SQL

_BEGIN_JOURNALS = SQL.begin_journals
_LOCK_HEADS = SQL.lock_journal_heads
_MOVE_HEADS = SQL.move_journal_heads
_APPEND_ENTRIES = SQL.append_entries
_ADD_TO_ACCOUNTS = SQL.add_to_accounts


async def append_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Numbers, chains and inserts entries in the given order of each program, whose journals are locked in order of
    program until the transaction ends. The totals are not touched: see `add_to_accounts`.

    The database refuses an entry out of balance, and one of a closed period by the constraint `period_is_open`.
    """
    in_order = sorted(entries, key=_program)
    if not in_order:
        return
    heads = await lock_journals(connection, sorted({_program(entry) for entry in in_order}))
    rows: list[tuple[object, ...]] = []
    for program, group in groupby(in_order, key=_program):
        numbered, heads[program] = chain(heads[program], group)
        rows.extend(_row(program, entry) for entry in numbered)
    await connection.execute(_APPEND_ENTRIES, *columns(rows, 14), ENCODING)
    moved = [(program, head.number, head.hash) for program, head in sorted(heads.items())]
    await connection.execute(_MOVE_HEADS, *columns(moved, 3))


async def add_to_accounts(connection: Connection, entries: Iterable[Entry]) -> None:
    """Adds what entries post to the accounts' balances and to those of their days."""
    rows = [(*key, change.amount, change.debits) for key, change in account_changes(entries)]
    if rows:
        await connection.execute(_ADD_TO_ACCOUNTS, *columns(rows, 10))


async def lock_journals(connection: Connection, programs: Sequence[str]) -> dict[str, Head]:
    """The ends of programs' journals, locked in the given (sorted) order; begun if there are none yet."""
    rows = await connection.fetch(_LOCK_HEADS, programs)
    if len(rows) < len(programs):
        await connection.execute(_BEGIN_JOURNALS, programs)
        rows = await connection.fetch(_LOCK_HEADS, programs)
    return {row["program"]: Head(row["entry_number"], row["hash"]) for row in rows}


def _program(entry: Entry) -> str:
    return entry.source.program


def _row(program: str, numbered: NumberedEntry) -> tuple[object, ...]:
    entry = numbered.entry
    return (
        program,
        numbered.number,
        entry.entity,
        entry.currency,
        entry.source.period_sequence,
        entry.source.voucher_id,
        entry.source.home,
        entry.source.movement_sequence,
        ",".join([posting.account for posting in entry.postings]),
        ",".join([posting.counterparty for posting in entry.postings]),
        ",".join([str(posting.amount) for posting in entry.postings]),
        ",".join([posting.account for posting in entry.points]),
        ",".join([str(posting.amount) for posting in entry.points]),
        numbered.hash,
    )
