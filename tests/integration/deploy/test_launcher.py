"""The servers' launcher through kill -9 of everybody, as root and as an ordinary user."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from tests.integration.deploy.people import Person, all_gone, person_named


@pytest.fixture(params=["root", "ordinary user"])
def person(request: pytest.FixtureRequest) -> Iterator[Person]:
    with person_named(request.param) as person:
        yield person


async def test_data_survive_an_orderly_stop(person: Person) -> None:
    first = person.start()
    await first.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first.keeper.terminate()
    assert first.keeper.wait(20) == 0
    assert await person.start().value("SELECT answer FROM kept") == 42


async def test_a_killed_launcher_leaves_no_server(person: Person) -> None:
    running = person.start()
    running.keeper.kill()
    assert await all_gone(running.postgres, running.valkey)


async def test_start_right_after_a_killed_launcher(person: Person) -> None:
    first = person.start()
    await first.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first.keeper.kill()
    assert await person.start().value("SELECT answer FROM kept") == 42


async def test_data_survive_servers_and_launcher_killed_at_once(person: Person) -> None:
    first = person.start()
    await first.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in (first.postgres, first.valkey):
        os.kill(pid, signal.SIGKILL)
    first.keeper.kill()
    assert await person.start().value("SELECT answer FROM kept") == 42


async def test_an_interrupted_initdb_is_not_taken_for_a_cluster(person: Person) -> None:
    keeper = person.begin()
    while not list(person.data_dir.glob("postgres.new-*/cluster/base")):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)
    keeper.kill()
    assert not (person.data_dir / "postgres").exists()
    running = person.start()
    assert await running.value("SELECT 1") == 1
    assert not list(person.data_dir.glob("postgres.new-*"))


async def test_a_second_start_on_one_directory_names_the_holder(person: Person) -> None:
    first = person.start()
    refusal = person.refusal()
    assert f"already in use by process {first.keeper.pid}" in refusal
    assert "LOYALTY_DATA_DIR" in refusal
