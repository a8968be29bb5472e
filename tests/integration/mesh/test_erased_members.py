"""A member that was erased is nobody any more, and the books go on: returns, restores and the wallet by its id."""

import asyncio

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as people
from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceStub
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from ledger_service.peers.identity import REMEMBERED_SECONDS
from tests.support.mesh import Till, line

CARD = "ERASED-1"


async def erase(stack: LocalStack, shop: Till, member: str) -> None:
    token = stack.token("office", programs=[shop.program], roles=["HEADQUARTERS_ADMIN"])
    service = people.DESCRIPTOR.services_by_name["PersonService"]
    async with connect(stack.peer("identity"), service, lambda: token) as channel:
        await PersonServiceStub(channel).EraseMember(
            people.EraseMemberRequest(
                program_id=shop.program,
                request_id="erase-1",
                member_id=member,
                reason=person_pb2.ERASURE_REASON_MEMBER_ASKED,
            )
        )


async def test_the_books_of_an_erased_member_go_on(shop: Till, stack: LocalStack) -> None:
    member = await shop.enroll(CARD)
    await shop.sell(member, "erased-sale", "mall-1", [line(1, "NORTH", 40_00), line(2, "HARBOR", 98_00)])
    before = (await shop.wallet(member)).wallet.balance
    await erase(stack, shop, member)
    await asyncio.sleep(REMEMBERED_SECONDS)
    by_card = member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=CARD))
    with pytest.raises(Refusal) as refused:
        await shop.mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=shop.program, member=by_card))
    assert refused.value.reason == "MEMBER_NOT_FOUND"
    await shop.give_back("erased-return", "mall-1", "erased-sale", {2: None})
    after = (await shop.wallet(member)).wallet.balance
    assert (before, after) == (236, 40)
    again = await shop.mesh.identity.EnrollMember(
        identity.EnrollMemberRequest(
            program_id=shop.program, request_id="enroll-erased-again", identifiers=[by_card.identifier]
        )
    )
    assert again.created
    assert again.member.member_id != member
