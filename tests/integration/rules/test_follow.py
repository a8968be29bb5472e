"""New revisions reach streams and other instances, also when the announcement is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from loyalty.rules.v1 import rules_service_pb2 as pb

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.rules.house import House, Stub, apply_request, listeners, open_house, small_program
from tests.support.servers import Databases

PATIENCE_SECONDS = 10
"""For what is no promise in seconds; far less than the tick that heals everything."""


@asynccontextmanager
async def following(stub: Stub, *program_ids: str) -> AsyncIterator[asyncio.Queue[tuple[str, int]]]:
    """What a stream says, as (program, sequence); ("", 0) is the sign that it has caught up."""
    heard: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def listen() -> None:
        async for message in stub.StreamProgramRevisions(pb.StreamProgramRevisionsRequest(program_ids=program_ids)):
            heard.put_nowait((message.revision.program_id, message.revision.sequence))

    listening = asyncio.ensure_future(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def live_sequence(stub: Stub, program_id: str) -> int:
    """The live sequence as this instance's memory knows it; 0 if it does not."""
    async with following(stub, program_id) as heard:
        name, sequence = await asyncio.wait_for(heard.get(), PATIENCE_SECONDS)
        return sequence if name else 0


async def test_a_stream_tells_what_is_live_then_catches_up_then_tells_what_comes(rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("stream", small_program("stream", 1)))
    async with following(rules, "stream") as heard:
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("stream", 1)
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        for sequence in (2, 3):
            await rules.ApplyProgram(apply_request("stream", small_program("stream", sequence)))
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("stream", sequence)


async def test_a_stream_tells_of_a_program_that_did_not_exist(rules: Stub) -> None:
    async with following(rules, "later") as heard:
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        await rules.ApplyProgram(apply_request("later", small_program("later")))
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("later", 1)


async def test_a_stream_tells_only_of_programs_the_caller_covers(house: House, rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("hidden", small_program("hidden")))
    await rules.ApplyProgram(apply_request("shown", small_program("shown")))
    async with house.stub(programs=["shown"]) as stub:
        async with following(stub) as heard:
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("shown", 1)
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        with pytest.raises(Refusal) as raised:
            async for _ in stub.StreamProgramRevisions(pb.StreamProgramRevisionsRequest(program_ids=["hidden"])):
                pass
        assert raised.value.reason == "PROGRAM_NOT_ALLOWED"


async def test_another_instance_has_a_new_revision_within_two_seconds(
    servers: LocalStack, house: House, rules: Stub
) -> None:
    async with (
        open_house(servers, house.database) as second,
        second.stub() as stub,
        following(stub, "spread") as heard,
    ):
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        await listeners(servers, house, 2)
        await rules.ApplyProgram(apply_request("spread", small_program("spread")))
        assert await asyncio.wait_for(heard.get(), 2) == ("spread", 1)


async def test_an_instance_that_starts_later_has_everything_before_its_first_call(
    servers: LocalStack, house: House, rules: Stub
) -> None:
    await rules.ApplyProgram(apply_request("restart", small_program("restart", 1)))
    await rules.ApplyProgram(apply_request("restart", small_program("restart", 2)))
    async with open_house(servers, house.database) as second, second.stub() as stub:
        assert await live_sequence(stub, "restart") == 2


async def test_a_lost_announcement_heals_at_the_next_tick(servers: LocalStack, databases: Databases) -> None:
    async with databases.fresh("rules") as database:
        connection = await asyncpg.connect(database.owner_url)
        try:
            # Announcements go nowhere: the function that sends them is shadowed for the serving role.
            await connection.execute("CREATE SCHEMA mute")
            await connection.execute("CREATE FUNCTION mute.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''")
            await connection.execute("GRANT USAGE ON SCHEMA mute TO PUBLIC")
            await connection.execute(f'ALTER DATABASE "{database.name}" SET search_path = mute, public, pg_catalog')
        finally:
            await connection.close()
        async with (
            open_house(servers, database) as first,
            open_house(servers, database, reconcile_seconds=0.5) as second,
            first.stub() as applying,
            second.stub() as stub,
            following(stub, "mute") as heard,
        ):
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
            await applying.ApplyProgram(apply_request("mute", small_program("mute")))
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("mute", 1)


async def test_an_instance_listens_again_after_its_connection_was_cut(
    servers: LocalStack, databases: Databases
) -> None:
    async with (
        databases.fresh("rules") as database,
        open_house(servers, database) as first,
        open_house(servers, database) as second,
        first.stub() as applying,
        second.stub() as stub,
        following(stub, "cut") as heard,
    ):
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        pids = await listeners(servers, first, 2)
        connection = await asyncpg.connect(servers.postgres.url(database.name))
        try:
            await connection.execute("SELECT pg_terminate_backend(pid, 1000) FROM unnest($1::int[]) AS pid", pids)
        finally:
            await connection.close()
        assert set(await listeners(servers, first, 2)).isdisjoint(pids)
        await applying.ApplyProgram(apply_request("cut", small_program("cut")))
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("cut", 1)


async def test_a_program_that_cannot_be_loaded_does_not_keep_others_back(
    servers: LocalStack, databases: Databases
) -> None:
    async with (
        databases.fresh("rules") as database,
        open_house(servers, database, reconcile_seconds=0.5) as house,
        house.stub() as stub,
        following(stub, "sound") as heard,
    ):
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("", 0)
        connection = await asyncpg.connect(database.owner_url)
        try:
            await connection.execute("INSERT INTO revision VALUES ('broken', 'rev_1', '{}')")
            await connection.execute("INSERT INTO publication VALUES ('broken', 1, 'rev_1', now())")
        finally:
            await connection.close()
        await stub.ApplyProgram(apply_request("sound", small_program("sound")))
        assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == ("sound", 1)
