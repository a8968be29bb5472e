"""Programs that are made to become large: whoever follows programs is not cut off from the others."""

import pytest
from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from rules_service.wire.file_room import MOST_BYTES_A_PROGRAM
from tests.integration.rules.house import RULES, Stub, apply_request, open_house, small_program
from tests.support.servers import Databases

PATIENT_SECONDS = 60.0
FOLLOWERS_MAY_ALLOW = 16 << 20
"""Bytes of a message."""


def grown_ladder(ladder_id: str, changes: int) -> str:
    """A ladder of 100 kB, which it comes to once more on each change."""
    names = ", ".join(f"{'p' * 110}{number}" for number in range(35))
    rungs = ", ".join(f"t{number}: {{from: {number}, perks: [{names}]}}" for number in range(1, 26))
    turns = ", ".join(f"{{from: {1950 + number}-01-01, hold: forever}}" for number in range(changes))
    return f"  {ladder_id}: {{name: L, counts: orders, window: lifetime, tiers: {{{rungs}}}, changes: [{turns}]}}\n"


async def test_a_ladder_that_grows_with_its_changes_is_refused(rules: Stub) -> None:
    with pytest.raises(Refusal) as refused:
        await rules.ApplyProgram(apply_request("grown", small_program("grown"), f"ladders:\n{grown_ladder('l', 100)}"))
    assert refused.value.reason == "PROGRAM_INVALID"
    assert [one.field for one in refused.value.violations] == ["1.yaml:2 ladders.l.changes[9]"]


async def test_the_largest_program_cuts_nobody_off_from_the_others(servers: LocalStack, databases: Databases) -> None:
    ladders = [f"ladders:\n{grown_ladder(f'l{number}', 8)}" for number in range(MOST_BYTES_A_PROGRAM // 920_000)]
    async with databases.fresh("rules") as database, open_house(servers, database) as house:
        token = servers.secrets.mint_token("headquarters", programs=["*"], roles=["HEADQUARTERS_ADMIN", "SERVICE"])
        async with connect(PLAIN.peer(house.address), RULES, lambda: token, timeout_seconds=PATIENT_SECONDS) as channel:
            rules: Stub = RulesServiceStub(channel)
            await rules.ApplyProgram(apply_request("innocent", small_program("innocent")))
            applied = await rules.ApplyProgram(apply_request("grown", small_program("grown"), *ladders))
            assert 0.9 * MOST_BYTES_A_PROGRAM < applied.revision.ByteSize() <= MOST_BYTES_A_PROGRAM
            found = await rules.GetProgram(pb.GetProgramRequest(program_id="grown"))
            assert max(applied.ByteSize(), found.ByteSize()) < FOLLOWERS_MAY_ALLOW
            assert await _followed(rules) == {"innocent", "grown"}


async def _followed(rules: Stub) -> set[str]:
    """The programs that a follower of all is told of before it has caught up."""
    found: set[str] = set()
    async for message in rules.StreamProgramRevisions(pb.StreamProgramRevisionsRequest()):
        if message.HasField("caught_up"):
            break
        found.add(message.revision.program.program_id)
    return found
