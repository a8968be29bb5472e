"""A member or a pair that fails, or is erased, holds up no other one, and what a till saw is kept when a link is
refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from loyalty.identity.v1 import duplicate_pb2 as duplicates

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, link, question
from tests.integration.identity.house import House, People, Stub
from tests.integration.identity.merging.desk import Desk, open_desk, until
from tests.integration.identity.merging.test_duplicate_service import (
    MERGED,
    ONE_MAILBOX,
    PROPOSED,
    enrolled,
    pair_of,
    signals,
    verified,
)
from tests.integration.identity.people import erase


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House) -> AsyncIterator[Desk]:
    """Headquarters."""
    async with open_desk(house) as desk:
        yield desk


@asynccontextmanager
async def failing(house: House, table: str, column: str, member: str) -> AsyncIterator[None]:
    """The database refuses rows of one member in a table, as a fault of ours would."""
    async with house.sql(owner=True) as sql:
        await sql.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;"
            f"CREATE TRIGGER fails BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN (NEW.{column} = '{member}') EXECUTE FUNCTION fail()"
        )
        try:
            yield
        finally:
            await sql.execute(f"DROP TRIGGER fails ON {table}; DROP FUNCTION fail()")


async def test_a_member_that_cannot_be_looked_at_holds_up_nobody(till: Stub, desk: Desk, house: House) -> None:
    async with house.sql(owner=True) as sql:
        bad = await enrolled(till, email("bad.queue"))
        async with failing(house, "duplicate_key", "member_id", bad):
            await sql.execute("DELETE FROM duplicate_key WHERE member_id = $1", bad)
            await sql.execute(
                "INSERT INTO duplicate_due (bucket, program_id, member_id)"
                " SELECT bucket, program_id, member_id FROM member WHERE member_id = $1",
                bad,
            )
            one, other = await enrolled(till, email("good.queue")), await enrolled(till, email("good.queue+x"))

            async def found() -> bool:
                return len(await desk.listed(other, PROPOSED)) == 1

            await until(found)
            assert [list(pair.member_ids) for pair in await desk.listed(one, PROPOSED)] == [sorted([one, other])]
            assert await sql.fetchval("SELECT count(*) FROM duplicate_due WHERE member_id = $1", bad) > 0

        async def looked_at() -> bool:
            return not await sql.fetchval("SELECT count(*) FROM duplicate_due WHERE member_id = $1", bad)

        await until(looked_at)


async def test_a_pair_that_cannot_be_judged_holds_up_no_other(till: Stub, desk: Desk, house: House) -> None:
    one, bad, _ = await pair_of(till, desk, "bad.rule")
    await verified(house, one, bad)
    async with house.sql() as sql:
        version = await sql.fetchval("SELECT coalesce(max(version), 0) FROM merge_rule WHERE program_id = 'grove'")
    async with failing(house, "link_change", "absorbed_member_id", bad):
        set_version = await desk.set_rule(ONE_MAILBOX, replaced=version)
        try:
            good, other, _ = await pair_of(till, desk, "good.rule")
            await verified(house, good, other)

            async def merged() -> bool:
                return (await till.ResolveMember(question(other))).resolution.root_member_id == good

            await until(merged)
            assert (await till.ResolveMember(question(bad))).resolution.root_member_id == bad
            assert [pair.state for pair in await desk.listed(one, PROPOSED)] == [PROPOSED]
            assert [pair.state for pair in await desk.listed(good, MERGED)] == [MERGED]
        finally:
            await desk.set_rule(duplicates.MergeRule(), replaced=set_version)


async def test_a_link_refused_because_it_is_anothers_speaks_for_the_two_being_one(till: Stub, desk: Desk) -> None:
    one, other = await enrolled(till, card("TK1")), await enrolled(till, card("TK2"))
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            await till.LinkIdentifier(link(one, card("TK2")))
        assert refused.value.reason == "IDENTIFIER_TAKEN"
        assert other not in str(refused.value)
    [pair] = (await desk.find(other)).duplicates
    assert (signals(pair), list(pair.member_ids)) == ({"NAMED_TOGETHER"}, sorted([one, other]))


async def test_an_erasure_and_a_verdict_on_the_same_person_do_not_lock_each_other_out(
    till: Stub, desk: Desk, office: People, house: House
) -> None:
    """Whoever decides a pair holds it, and then its members."""
    one, _, pair = await pair_of(till, desk, "ring")
    async with house.sql() as deciding:
        async with deciding.transaction():
            await deciding.execute("SET LOCAL lock_timeout = 500")
            held = "SELECT FROM duplicate WHERE duplicate_id = $1 FOR UPDATE"
            assert await deciding.fetch(held, pair.duplicate_id)
            erasing = asyncio.create_task(_erased(office, one))
            await asyncio.wait([erasing], timeout=0.1)
            assert await deciding.fetch("SELECT FROM member WHERE member_id = $1 FOR NO KEY UPDATE", one)
        assert await erasing == [one]


async def _erased(office: People, member: str) -> list[str]:
    return list((await office.EraseMember(erase(member))).member_ids)
