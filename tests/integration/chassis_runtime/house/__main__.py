"""`python -m tests.integration.chassis_runtime.house [serve|migrate]`, configured by HOUSE_ variables."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from pydantic_settings import SettingsConfigDict

from chassis.runtime.application import Application, RegisteredService, Runtime, Worker
from chassis.runtime.contract import ServiceContract
from chassis.runtime.main import run
from chassis.runtime.postgres import open_database
from chassis.runtime.settings import ServiceSettings
from tests.unit.chassis_runtime.echo import ECHO, ROLES, EchoResponse, EchoServicer, add_echo_servicer_to_server


class HouseSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="HOUSE_")

    mood: Literal["well", "never_built", "worker_dies", "leaves_badly"] = "well"


async def _slow(request: Any, _context: Any) -> Any:
    """Takes as many milliseconds as the request says."""
    await asyncio.sleep(request.number / 1000)
    return EchoResponse(text=request.text)


@asynccontextmanager
async def build(settings: HouseSettings, runtime: Runtime) -> AsyncIterator[Application]:
    async def work(stopping: asyncio.Event) -> None:
        if settings.mood == "worker_dies":
            raise RuntimeError("the worker's mood")
        await stopping.wait()
        print("worker stopped", flush=True)

    async def leave() -> None:
        print("leaving", flush=True)
        if settings.mood == "leaves_badly":
            raise RuntimeError("nobody to hand over to")

    print("building", flush=True)
    if settings.mood == "never_built":
        await asyncio.Event().wait()
    async with open_database(
        settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
    ):
        contract = ServiceContract.of(ECHO, ROLES)
        yield Application(
            services=[RegisteredService(contract, add_echo_servicer_to_server, EchoServicer(_slow))],
            workers=[Worker("house", work)],
            leave=leave,
        )
    print("closed", flush=True)


if __name__ == "__main__":
    run(
        HouseSettings,
        service_name="house",
        build=build,
        migrations_package="tests.integration.chassis_runtime.house.migrations",
    )
