"""A process that is told to end carries out the changes it has begun while everything they need is still there."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from chassis.runtime.application import Application, Worker
from chassis.runtime.audit.record import OK, Phase
from chassis.runtime.main import _serve_until
from chassis.runtime.postgres import Database
from chassis.runtime.server import Server
from chassis.runtime.settings import ServiceSettings
from chassis.runtime.transport import PLAIN
from deploy.local.ports import free_ports
from tests.integration.audit.keep import House, KeepRequest, KeepResponse, calling_at, kept, verifier


async def test_a_change_whose_caller_has_gone_is_carried_out_before_what_it_needs_ends(
    house: House, pool: Database, tmp_path: Path
) -> None:
    begun, working, told = asyncio.Event(), True, asyncio.Event()

    async def work(stopping: asyncio.Event) -> None:
        nonlocal working
        await stopping.wait()
        working = False

    async def changes(_request: Any) -> Any:
        begun.set()
        await asyncio.sleep(0.3)
        assert working, "its worker ended before it"
        return KeepResponse()

    house.keeper.answer = changes
    application = Application(
        services=kept(house.keeper, house.audit), workers=[Worker("needed", work)], audit=house.audit
    )
    address = f"127.0.0.1:{free_ports(1)[0]}"
    settings = cast(ServiceSettings, SimpleNamespace(listen_address=address, drain_seconds=5.0))
    server = Server(application, verifier(tmp_path))
    serving = asyncio.ensure_future(_serve_until(told, application, server, settings, PLAIN))
    async with calling_at(address) as (keep, _log):
        call = asyncio.ensure_future(_await(keep.Change(KeepRequest(program_id="p1", request_id="r-1"))))
        await begun.wait()
        call.cancel()
        told.set()
        assert await serving == 0
    results = [(record.entry.phase, record.entry.result) for record in await house.records_now()]
    assert results == [(Phase.INTENT, ""), (Phase.OUTCOME, OK)]


async def _await(call: Any) -> Any:
    return await call
