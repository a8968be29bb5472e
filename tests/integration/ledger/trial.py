"""A history of commands over real servers, and what it leaves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import Heard, crowd, rows_of
from tests.property.ledger.twin import Done
from tests.support.engine import Engine, open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

Rows = list[tuple[object, ...]]

TABLES = {
    "wallet": "bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time, "
    "pending_until, merge_seq",
    "home": "bucket, program, member, length, hash",
    "accrual": "bucket, program, accrual_id, home, remaining, held, reversed, expired, available_time, expire_time",
    "movement": "bucket, program, home, sequence, accrual_id, kind, points, remaining_after, cause, cause_id, price, "
    "pays_sequence, partition, position, hash",
    "obligation": "bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id",
    "burn": "bucket, program, accrual_id, home, sequence, points, price, borne, repaid_points, repaid_price",
    "returned_line": "bucket, program, order_id, line_number, basis, returned, sold",
    "request_key": "key, fingerprint, partition, position, refusal",
    "document_key": "key, state, home, partition, position",
    "redemption": "bucket, program, redemption_id, root, points, value, post_time",
    "event": "partition, position, program, type, post_time, payload, answer, hash",
}

LATER = (timedelta(), timedelta(days=1), timedelta(days=3), timedelta(days=45))
"""After the history, wallets are looked at again."""


@dataclass(frozen=True)
class Left:
    """What a history leaves: what each command heard, all rows, broken checks, and wallets by member and time."""

    heard: list[Heard]
    tables: dict[str, Rows]
    broken: list[str]
    views: Mapping[tuple[str, timedelta], WalletView]

    @property
    def told(self) -> list[object]:
        """Answers, and reasons of refusals."""
        return [one.reason if isinstance(one, Refusal) else _answer_of(one) for one in self.heard]

    @property
    def payloads(self) -> list[object]:
        """The events as they lie in the log."""
        return [payload for *_, payload, _, _ in self.tables["event"]]


async def left_by(databases: Databases, redis_url: str, done: Sequence[Done], size: int) -> Left:
    """Sends each moment's commands all at once to an engine with batches of at most `size`."""
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, batch_size=size) as engine,
    ):
        heard: list[Heard] = []
        for moment in _moments(done):
            clock.set(moment[0].now)
            heard += await crowd(engine, [one.command for one in moment])
        tables = {
            name: await rows_of(database, f"SELECT {columns} FROM {name} ORDER BY {columns}")
            for name, columns in TABLES.items()
        }
        broken = [check.description for check in await engine.broken("prg")]
        return Left(heard, tables, broken, await _views(engine, done))


async def _views(engine: Engine, done: Sequence[Done]) -> dict[tuple[str, timedelta], WalletView]:
    homes = {one.command.origin.wallet: one.command.origin.homes for one in done}
    now = done[-1].now
    return {
        (key.member, later): await engine.reader.wallet(MemberKey(*key), homes[key], now + later, replay_clock=False)
        for key in homes
        for later in LATER
    }


def _moments(done: Sequence[Done]) -> Iterator[list[Done]]:
    for moment in dict.fromkeys(one.now for one in done):
        yield [one for one in done if one.now == moment]


def _answer_of(heard: Heard) -> object:
    assert isinstance(heard, Outcome), heard
    return heard.answer
