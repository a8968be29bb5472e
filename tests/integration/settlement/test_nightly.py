"""The nightly round: once a day, by one process at a time, every program and every till's day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.rules.v1 import rules_service_pb2
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from pydantic import SecretStr

from chassis.runtime.channel import connect
from chassis.runtime.clock import ManualClock
from chassis.runtime.postgres import open_database
from chassis.runtime.transport import PLAIN
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.app.parts import Parts
from settlement_service.app.reconciliation import nightly_round
from settlement_service.domain.program_facts import Place, ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import Run, RunKind
from settlement_service.store.books import BooksStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.reach import Reach
from settlement_service.use_cases.reconcile_nightly import Failed, ReconcileNightly
from settlement_service.workers.nightly import Nightly
from tests.integration.settlement.house import House, neighbours, open_house
from tests.integration.settlement.reconciling import ExportingLedger, reconciler, shops
from tests.property.settlement.model import PROGRAM, worked_basket

NIGHT = datetime(2026, 11, 1, 8, tzinfo=UTC)
_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]


@dataclass(frozen=True)
class Process:
    """One of several processes of the service, without its rpcs."""

    round: ReconcileNightly
    clock: ManualClock
    programs: ProgramDirectory

    async def night(self) -> list[Run | Failed]:
        """What its round does now."""
        return [done async for done in self.round(self.clock.now())]


@asynccontextmanager
async def process(servers: LocalStack, database: Database, peers: str) -> AsyncIterator[Process]:
    token = servers.secrets.mint_token("settlement", programs=["*"], roles=["SERVICE"], brands=["*"], locations=["*"])
    clock, programs = ManualClock(NIGHT), ProgramDirectory()
    programs.learn(
        ProgramFacts(
            PROGRAM,
            "rev_1",
            replay_clock=True,
            places={"loc_1": Place("loc_1", "First", "north", "r", "America/Chicago")},
        )
    )
    async with (
        open_database(SecretStr(database.url), application_name="test", pool_size=4) as pool,
        connect(PLAIN.peer(peers), _LEDGER, lambda: token) as ledger,
        connect(PLAIN.peer(peers), _RULES, lambda: token) as rules,
    ):
        books, moved = BooksStore(pool), BooksMoved()
        parts = Parts(
            database=pool,
            history=pool,
            shown=pool,
            ledger=ledger,
            rules=rules,
            programs=programs,
            moved=moved,
            clock=clock,
            books=books,
            reach=Reach(books, moved),
        )
        yield Process(nightly_round(parts), clock, programs)


async def listed(house: House) -> list[pb.Reconciliation]:
    async with reconciler(house) as stub:
        answer = await stub.ListReconciliations(messages.ListReconciliationsRequest(program_id=PROGRAM))
    return list(answer.reconciliations)


async def test_each_program_is_reconciled_once_a_utc_day_also_one_on_a_replay_clock(
    servers: LocalStack, books: Database
) -> None:
    ledger = ExportingLedger()
    async with (
        open_house(servers, books, ledger, shops()) as house,
        neighbours(servers, ledger, shops()) as peers,
        process(servers, books, peers) as one,
    ):
        await house.post(worked_basket().events)
        first = await one.night()
        again = await one.night()
        one.clock.advance(timedelta(days=1))
        next_day = await one.night()
        runs = await listed(house)
    assert [len(each) for each in (first, again, next_day)] == [1, 0, 1]
    assert [(each.caller, each.kind, each.differing) for each in runs] == [
        ("nightly", pb.RECONCILIATION_KIND_LEDGER, 0)
    ] * 2


async def test_two_processes_share_one_night(servers: LocalStack, books: Database) -> None:
    ledger = ExportingLedger()
    async with (
        open_house(servers, books, ledger, shops()) as house,
        neighbours(servers, ledger, shops()) as peers,
        process(servers, books, peers) as one,
        process(servers, books, peers) as other,
    ):
        await house.post(worked_basket().events)
        both = await asyncio.gather(*(each.night() for each in (one, other) for _ in range(3)))
        assert len(await listed(house)) == 1
    assert sum(len(done) for done in both) == 1


async def test_yesterdays_tills_are_looked_at_once_and_again_when_they_are_corrected(
    servers: LocalStack, books: Database
) -> None:
    ledger = ExportingLedger()
    ledger.sell("1", "2026-10-31T12:00:00Z", 500)
    async with (
        open_house(servers, books, ledger, shops()) as house,
        neighbours(servers, ledger, shops()) as peers,
        process(servers, books, peers) as one,
    ):
        one.clock.set(datetime.now(UTC) + timedelta(hours=1))
        yesterday = (one.clock.now().date() - timedelta(days=1)).isoformat()
        day = pb.TillDay(source="pos", location_id="loc_1", business_date=yesterday)
        async with reconciler(house) as stub:
            total = pb.TillTotal(currency_code="USD", sales=1, sales_minor_units=500)
            request = messages.SubmitControlTotalsRequest(
                program_id=PROGRAM, till_day=day, totals=[total], request_id="totals-1"
            )
            await stub.SubmitControlTotals(request)
        first, again = await one.night(), await one.night()
    kinds = [[done.kind for done in night] for night in (first, again)]
    assert kinds == [[RunKind.LEDGER, RunKind.TILLS], []]


async def test_a_ledger_that_is_away_is_counted_and_asked_again(servers: LocalStack, books: Database) -> None:
    ledger = ExportingLedger()
    async with open_house(servers, books, ledger, shops()) as house:
        await house.post(worked_basket().events)
        async with process(servers, books, "127.0.0.1:1") as one:
            [failed] = await one.night()
            assert isinstance(failed, Failed)
            assert failed.kind is RunKind.LEDGER
        async with neighbours(servers, ledger, shops()) as peers, process(servers, books, peers) as one:
            [done] = await one.night()
        assert isinstance(done, Run)
        assert [each.reconciliation_id for each in await listed(house)] == [done.run_id]


async def test_the_worker_runs_after_its_hour_and_ends_when_told_to(servers: LocalStack, books: Database) -> None:
    ledger = ExportingLedger()
    async with (
        open_house(servers, books, ledger, shops()) as house,
        neighbours(servers, ledger, shops()) as peers,
        process(servers, books, peers) as one,
    ):
        await house.post(worked_basket().events)
        stopping = asyncio.Event()
        one.clock.set(NIGHT.replace(hour=1))
        worker = asyncio.create_task(Nightly(one.round, one.clock, hour=2, check_seconds=0.05).run(stopping))
        await asyncio.sleep(0.3)
        assert await listed(house) == []
        one.clock.set(NIGHT)
        await _until_listed(house)
        stopping.set()
        await asyncio.wait_for(worker, 5)


async def _until_listed(house: House) -> None:
    for _ in range(200):
        if await listed(house):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the nightly round did not run")
