"""Which programs exist is the rules service's to say, and whether they may be seen comes first."""

import asyncio
from collections.abc import Callable

import pytest

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.identity.calls import email, enroll, question
from tests.integration.identity.house import House, Stub, open_house
from tests.support.servers import Databases


async def reason_of(call: object) -> str:
    with pytest.raises(Refusal) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def until(reason: str, call: Callable[[], object]) -> None:
    for _ in range(500):
        if await reason_of(call()) == reason:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{reason} did not come")


async def test_a_program_nobody_told_of_is_not_found(till: Stub) -> None:
    assert await reason_of(till.EnrollMember(enroll(email("x"), program_id="atlantis"))) == "PROGRAM_NOT_FOUND"


async def test_who_may_not_see_a_program_does_not_learn_whether_it_exists(house: House) -> None:
    async with house.stub(programs=("isle",)) as stub:
        for program in ("grove", "atlantis"):
            refused = await reason_of(stub.ResolveMember(question("mem_x", program_id=program)))
            assert refused == "PROGRAM_NOT_ALLOWED"


async def test_a_program_applied_later_becomes_known(till: Stub, house: House) -> None:
    assert await reason_of(till.ResolveMember(question("mem_x", program_id="later"))) == "PROGRAM_NOT_FOUND"
    house.rules.add("later")
    await until("MEMBER_NOT_FOUND", lambda: till.ResolveMember(question("mem_x", program_id="later")))


async def test_while_the_rules_service_is_away_known_programs_serve_and_unknown_ones_are_unavailable(
    servers: LocalStack, databases: Databases
) -> None:
    async with databases.fresh("identity") as database, open_house(servers, database, ("grove",)) as house:
        await house.rules_server.stop(0)
        async with house.stub() as stub:
            await until("UNAVAILABLE", lambda: stub.ResolveMember(question("mem_x", program_id="isle")))
            assert (await stub.EnrollMember(enroll(email("meanwhile")))).created
