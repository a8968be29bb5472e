"""Whatever a member's life was: what GetWallet answered at an instant is what GetWalletAt says of it afterwards,
statements tie out over any span, many wallets read at once are those read one by one, and the export is the table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random

import asyncpg
import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.statement import Statement, statement_of
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.history_ports import WalletHomes
from tests.support.engine import Engine, open_engine
from tests.support.life import Life
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

ANA = WalletHomes(MemberKey("prg", "ana"), ("ana",))
BEA = WalletHomes(MemberKey("prg", "bea"), ("bea",))
NOBODY = WalletHomes(MemberKey("prg", "nobody"), ("nobody",))
TICK = timedelta(microseconds=1)
STEPS = 90


@asynccontextmanager
async def lives(databases: Databases, redis_url: str, seed: int) -> AsyncIterator[tuple[Life, Life, str]]:
    """Two members on an engine of their own, and its database."""
    clock, chance = ManualClock(NOON), Random(seed)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="2") as database,
        open_engine(database.url, redis_url, clock=clock) as engine,
    ):
        yield Life(engine, clock, chance, "ana"), Life(engine, clock, chance, "bea"), database.url


async def seen(engine: Engine, homes: WalletHomes) -> WalletView:
    return await engine.reader.wallet(*homes, engine.clock.now(), replay_clock=False, soon_days=15)


async def statement(engine: Engine, start: datetime, end: datetime) -> Statement:
    return statement_of(await engine.history.statement(ANA, start - TICK, end - TICK, 5_000))


def figures(view: WalletView) -> tuple[int, ...]:
    return view.balance, view.available, view.pending, view.held, view.debt


@pytest.mark.parametrize("seed", range(5))
async def test_a_past_balance_is_what_was_answered_then(databases: Databases, redis_url: str, seed: int) -> None:
    async with lives(databases, redis_url, seed) as (ana, bea, _):
        engine, told = ana.engine, list[WalletView]()
        for _ in range(STEPS):
            await ana.step()
            told.append(await seen(engine, ANA))
            ana.clock.advance(timedelta(seconds=ana.chance.choice((1, 40_000, 8 * 86_400))))
            told.append(await seen(engine, ANA))
            if ana.chance.random() < 0.2:
                await bea.step()
            one_by_one = [await seen(engine, homes) for homes in (BEA, ANA, NOBODY)]
            now = engine.clock.now()
            assert await engine.reader.wallets([BEA, ANA, NOBODY], now, replay_clock=False, soon_days=15) == one_by_one
        later = [(await engine.history.wallet_at(ANA, view.as_of)).view for view in told]
        assert [figures(view) for view in later] == [figures(view) for view in told]
        assert await engine.broken("prg") == []


@pytest.mark.parametrize("seed", range(5, 8))
async def test_a_statement_ties_out_over_any_span(databases: Databases, redis_url: str, seed: int) -> None:
    async with lives(databases, redis_url, seed) as (ana, _, _):
        engine = ana.engine
        for _ in range(STEPS):
            await ana.step()
        ana.clock.advance(timedelta(days=60))
        whole = (ana.clock.now() - NOON).total_seconds()
        for _ in range(25):
            start = NOON + timedelta(seconds=ana.chance.randint(0, int(whole)))
            end = start + timedelta(days=ana.chance.randint(1, 400))
            end = min(end, ana.clock.now())
            if start >= end:
                continue
            told = await statement(engine, start, end)
            assert told.opening == (await engine.history.wallet_at(ANA, start - TICK)).view.balance
            assert told.closing == (await engine.history.wallet_at(ANA, end - TICK)).view.balance
            assert told.opening + sum(part.points for part in told.totals) == told.closing
            balance = told.opening
            for entry in told.entries:
                balance += entry.change
                assert entry.balance == balance
            times = [entry.post_time for entry in told.entries]
            assert times == sorted(times)
            assert balance == told.closing
            spent = [entry.redemption for entry in told.entries if entry.redemption is not None]
            assert all(redemption.points > 0 for redemption in spent)


async def test_a_span_with_too_many_commands_is_refused_and_says_what_would_fit(
    databases: Databases, redis_url: str
) -> None:
    async with lives(databases, redis_url, 11) as (ana, _, _):
        for _ in range(30):
            await ana.step()
        history, end = ana.engine.history, ana.clock.now()
        with pytest.raises(Refusal) as refused:
            await history.statement(ANA, NOON - TICK, end, 3)
        assert refused.value.reason == "STATEMENT_TOO_LONG"
        fits = datetime.fromisoformat(refused.value.metadata["end_time"])
        parts = (await history.statement(ANA, NOON - TICK, fits - TICK, 3)).parts
        assert len({part.position for part in parts}) == 3


async def test_every_kind_of_movement_of_one_member_comes_up(databases: Databases, redis_url: str) -> None:
    async with lives(databases, redis_url, 3) as (ana, _, url):
        told = list[WalletView]()
        for _ in range(3 * STEPS):
            await ana.step()
            told.append(await seen(ana.engine, ANA))
        connection = await asyncpg.connect(url)
        kinds = {row["kind"] for row in await connection.fetch("SELECT DISTINCT kind FROM movement")}
        await connection.close()
        reached = {"earned", "held", "unheld", "redeemed", "restored", "reversed", "repaid", "expired", "rescheduled"}
        assert kinds >= reached
        assert any(view.debt for view in told)
        assert any(view.held for view in told)
        assert any(view.pending for view in told)
