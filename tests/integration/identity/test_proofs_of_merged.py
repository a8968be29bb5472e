"""Proofs across a merge and its undoing, and by the clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from loyalty.identity.v1 import identifier_pb2, merge_service_pb2
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub
from loyalty.type.v1 import member_pb2

from chassis.runtime.caller import Caller, set_caller
from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from deploy.local.stack import LocalStack
from ledger_service.domain.proof import ProofMethod
from ledger_service.peers.proofs import IdentityProofs
from ledger_service.use_cases.spend_ports import GivenProof, ProofQuestion
from tests.integration.identity.calls import email, verify
from tests.integration.identity.house import House, Stub, open_house
from tests.integration.identity.proving import CODE, PIN, PROOFS, REFUSED, Desk, fresh, open_desk, refused, said
from tests.support.servers import Databases

MERGES = merge_service_pb2.DESCRIPTOR.services_by_name["MergeService"]
OURS, HERS = "2468", "8642"
VERIFY = messages.PROOF_PURPOSE_VERIFY_IDENTIFIER


class MovedClock:
    """The real time and what it was moved by."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def merges(house: House) -> AsyncIterator[Any]:
    token = house.servers.secrets.mint_token("merger", programs=["*"], roles=["HEADQUARTERS_ADMIN"])
    async with connect(PLAIN.peer(house.address), MERGES, lambda: token) as channel:
        yield MergeServiceStub(channel)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House, till: Stub) -> AsyncIterator[Desk]:
    async with open_desk(house, till) as opened:
        yield opened


async def merge(merges: Any, survivor: str, absorbed: str) -> None:
    await merges.MergeMembers(
        merge_service_pb2.MergeMembersRequest(
            program_id="grove",
            request_id=fresh("merge"),
            survivor=member_pb2.MemberRef(member_id=survivor),
            absorbed=member_pb2.MemberRef(member_id=absorbed),
            reason="one person",
            decided_by="Ada Admin",
        )
    )


async def unmerge(merges: Any, member: str) -> None:
    await merges.UnmergeMember(
        merge_service_pb2.UnmergeMemberRequest(
            program_id="grove",
            request_id=fresh("unmerge"),
            absorbed_member_id=member,
            reason="two persons",
            decided_by="Ada Admin",
        )
    )


async def test_a_merged_member_proves_herself_with_the_survivors_pin_and_parted_with_her_own(
    desk: Desk, merges: Any
) -> None:
    (survivor, _), (absorbed, _) = await desk.member(), await desk.member()
    await desk.set_pin(survivor, OURS, reason="asked for")
    await desk.set_pin(absorbed, HERS, reason="asked for")
    before = fresh("use")
    proof_id = await desk.verify(absorbed, PIN, HERS, before)
    await merge(merges, survivor, absorbed)
    for named in (survivor, absorbed):
        await desk.verify(named, PIN, OURS)
        assert said(await refused(desk.verify(named, PIN, HERS))) == REFUSED
    # What was accepted before is told again, whatever became of her since.
    assert await desk.verify(absorbed, PIN, HERS, before) == proof_id
    await unmerge(merges, absorbed)
    await desk.verify(absorbed, PIN, HERS)
    assert said(await refused(desk.verify(absorbed, PIN, OURS))) == REFUSED
    await desk.verify(survivor, PIN, OURS)


async def test_who_was_parted_before_her_points_were_spent_proves_herself_anew_for_the_same_use(
    house: House, desk: Desk, merges: Any
) -> None:
    (survivor, _), (absorbed, _) = await desk.member(), await desk.member()
    await desk.set_pin(survivor, OURS, reason="asked for")
    await desk.set_pin(absorbed, HERS, reason="asked for")
    await merge(merges, survivor, absorbed)
    till = Caller("till", *[frozenset({"*"})] * 5)
    set_caller(till, lambda: till)
    token = house.servers.secrets.mint_token("ledger", programs=["*"], roles=["SERVICE"])
    async with connect(PLAIN.peer(house.address), PROOFS, lambda: token) as channel:
        proofs, use = IdentityProofs(channel), fresh("use")

        async def asked(pin: str) -> str:
            given = GivenProof(ProofMethod.PIN, pin)
            return (await proofs.verify(ProofQuestion("grove", use, absorbed, given, "mall-1"))).proof_id

        of_both = await asked(OURS)
        await unmerge(merges, absorbed)
        assert said(await refused(asked(OURS))) == REFUSED
        hers = await asked(HERS)
        assert hers not in ("", of_both)
        assert await asked(HERS) == hers


async def test_a_pin_set_for_an_absorbed_member_is_the_survivors(desk: Desk, merges: Any) -> None:
    (survivor, _), (absorbed, _) = await desk.member(), await desk.member()
    await merge(merges, survivor, absorbed)
    await desk.set_pin(absorbed, OURS, reason="asked for")
    await desk.verify(survivor, PIN, OURS)
    await unmerge(merges, absorbed)
    await desk.verify(survivor, PIN, OURS)
    assert said(await refused(desk.verify(absorbed, PIN, OURS))) == REFUSED


async def test_a_code_is_the_roots_of_when_it_was_made_wherever_it_was_sent(desk: Desk, merges: Any) -> None:
    (survivor, _), (absorbed, name) = await desk.member(), await desk.member()
    hers = await desk.issue(name)
    await merge(merges, survivor, absorbed)
    assert said(await refused(desk.verify(absorbed, CODE, hers))) == REFUSED
    await desk.verify(survivor, CODE, await desk.issue(name))
    await unmerge(merges, absorbed)
    await desk.verify(absorbed, CODE, hers)


async def test_a_lock_stays_with_whose_it_is(desk: Desk, merges: Any) -> None:
    (survivor, _), (absorbed, _) = await desk.member(), await desk.member()
    await desk.set_pin(survivor, OURS, reason="asked for")
    await desk.set_pin(absorbed, HERS, reason="asked for")
    for _ in range(3):
        await refused(desk.verify(absorbed, PIN, "1357"))
    await merge(merges, survivor, absorbed)
    await desk.verify(absorbed, PIN, OURS)
    await unmerge(merges, absorbed)
    assert said(await refused(desk.verify(absorbed, PIN, HERS))) == REFUSED


async def test_a_code_ends_and_a_lock_opens_by_the_clock(servers: LocalStack, databases: Databases) -> None:
    clock = MovedClock()
    async with (
        databases.fresh("identity") as database,
        open_house(servers, database, ("grove",), clock) as house,
        house.stub() as till,
        open_desk(house, till) as desk,
    ):
        member, name = await desk.member()
        late, in_time = await desk.issue(name), timedelta(minutes=9, seconds=55)
        verifying = await desk.issue(name, VERIFY)
        clock.moved = timedelta(minutes=10)
        assert said(await refused(desk.verify(member, CODE, late))) == REFUSED
        request = verify(member, email(name))
        request.proof.CopyFrom(
            identifier_pb2.IdentifierProof(method=identifier_pb2.IDENTIFIER_PROOF_METHOD_ONE_TIME_CODE, code=verifying)
        )
        assert said(await refused(till.VerifyIdentifier(request))) == REFUSED
        code = await desk.issue(name)
        clock.moved += in_time
        await desk.verify(member, CODE, code)

        await desk.set_pin(member, OURS, reason="asked for")
        for _ in range(3):
            await refused(desk.verify(member, PIN, "1357"))
        clock.moved += timedelta(seconds=25)
        assert said(await refused(desk.verify(member, PIN, OURS))) == REFUSED
        clock.moved += timedelta(seconds=5)
        await desk.verify(member, PIN, OURS)
