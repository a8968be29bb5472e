"""Spending that takes a proof of the member: asked for by value, however often it is sent, and recorded without it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.identity.v1 import proof_service_pb2 as proving
from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceStub
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as requests
from loyalty.type.v1 import member_pb2, proof_pb2

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import SANDBOX_LINES, faulty_fields, findings_of, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment, open_till

if TYPE_CHECKING:
    from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceAsyncStub

POLICY = """  redemption:
    spending_proof:
      - {above: 1.00 USD, methods: [card_in_hand, pin]}
      - {above: 2.00 USD, methods: [pin]}
    proof_window_minutes: 10
"""
CARD, PIN = proof_pb2.PROOF_METHOD_CARD_IN_HAND, proof_pb2.PROOF_METHOD_PIN
SECRET = "86420975"
REQUIRED = ("FAILED_PRECONDITION", "ledger.loyalty", "PROOF_REQUIRED")


def proof(method: Any = PIN, value: str = SECRET) -> proof_pb2.MemberProof:
    return proof_pb2.MemberProof(method=method, value=value)


@dataclass
class Careful:
    """A program that asks for proofs, seen from a till of Linden's: a point is worth 0.8 cents there."""

    till: Till
    proofs: "ProofServiceAsyncStub"
    members: int = 0

    async def member(self) -> tuple[str, str]:
        """A new member of 1,000 points with a PIN: id and card."""
        self.members += 1
        card = f"CAREFUL-{self.members}"
        buyer = await self.till.enroll(card)
        await self.till.sell(buyer, card, "mall-1", [line(1, "NORTH", 100_000)])
        request = proving.SetPinRequest(program_id=self.till.program, request_id=card, pin=SECRET, reason="asked for")
        request.member.member_id = buyer
        await self.proofs.SetPin(request)
        return buyer, card

    def request(self, buyer: str, points: int, name: str, **more: Any) -> ledger.RedeemPointsRequest:
        return ledger.RedeemPointsRequest(
            program_id=self.till.program,
            request_id=f"{name}-{buyer}",
            member=member(buyer),
            location_id="linden-1",
            brand_id="LINDEN",
            currency_code="USD",
            points=points,
            occur_time=moment(self.till.now),
            **more,
        )

    async def redeem(self, buyer: str, points: int, name: str, **more: Any) -> ledger.RedeemPointsResponse:
        return await self.till.mesh.ledger.RedeemPoints(self.request(buyer, points, name, **more))

    async def authorize(self, buyer: str, points: int, name: str, **more: Any) -> authorization_pb2.Authorization:
        one = self.request(buyer, points, name, **more)
        asked = requests.AuthorizeRedemptionRequest(proof=more.get("proof"), hold_seconds=60)
        for field in ("program_id", "request_id", "location_id", "brand_id", "currency_code", "points"):
            setattr(asked, field, getattr(one, field))
        asked.member.CopyFrom(one.member)
        asked.occur_time.CopyFrom(one.occur_time)
        return (await self.till.mesh.ledger.AuthorizeRedemption(asked)).authorization

    def after(self, **span: int) -> "Careful":
        """The same, some time later."""
        return replace(self, till=replace(self.till, now=self.till.now + timedelta(**span)))

    async def restore(self, redemption_id: str, points: int) -> None:
        asked = requests.RestoreRedemptionRequest(
            program_id=self.till.program,
            request_id=f"restore-{redemption_id}-{self.till.now}".replace(" ", "-"),
            redemption_id=redemption_id,
            points=points,
            occur_time=moment(self.till.now),
        )
        await self.till.mesh.ledger.RestoreRedemption(asked)

    async def increase(self, authorization_id: str, points: int, name: str, **more: Any) -> Any:
        asked = requests.IncreaseHoldRequest(
            program_id=self.till.program,
            request_id=f"{name}-{authorization_id}",
            authorization_id=authorization_id,
            points=points,
            occur_time=moment(self.till.now),
            **more,
        )
        return (await self.till.mesh.ledger.IncreaseHold(asked)).authorization


@pytest_asyncio.fixture(scope="module")
async def careful(stack: LocalStack) -> AsyncIterator[Careful]:
    async with AsyncExitStack() as opened:
        till = await opened.enter_async_context(open_till(stack, "careful"))
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", {SANDBOX_LINES: SANDBOX_LINES + POLICY})
        token = stack.token("desk", programs=["careful"], roles=["HEADQUARTERS_ADMIN"])
        service = proving.DESCRIPTOR.services_by_name["ProofService"]
        channel = await opened.enter_async_context(connect(stack.peer("identity"), service, lambda: token))
        yield Careful(till, ProofServiceStub(channel))
        assert await findings_of(till) == []


async def test_below_the_first_tier_nobody_is_asked(careful: Careful) -> None:
    buyer, _ = await careful.member()
    spent = (await careful.redeem(buyer, 125, "plain")).redemption
    assert (spent.value.minor_units, spent.proof_method, spent.proof_id) == (100, 0, "")


async def test_above_it_the_proof_is_asked_for_and_recorded(careful: Careful) -> None:
    buyer, card = await careful.member()
    before = await state_of(careful.till, buyer)
    refusal = await refusal_of(careful.redeem(buyer, 130, "buy"))
    assert (said(refusal), refusal.metadata["methods"]) == (REQUIRED, "CARD_IN_HAND,PIN")
    assert await state_of(careful.till, buyer) == before
    # Under the same id: nothing was kept.
    spent = (await careful.redeem(buyer, 130, "buy", proof=proof(CARD, card))).redemption
    assert (spent.proof_method, spent.proof_id[:4]) == (CARD, "prf_")
    lookup = requests.GetRedemptionRequest(program_id=careful.till.program, redemption_id=spent.redemption_id)
    assert (await careful.till.mesh.ledger.GetRedemption(lookup)).redemption == spent


async def test_a_card_that_the_call_names_her_by_is_in_her_hand(careful: Careful) -> None:
    buyer, card = await careful.member()
    request = careful.request(buyer, 130, "by-card", proof=proof(CARD, ""))
    request.member.identifier.kind = member_pb2.IDENTIFIER_KIND_CARD
    request.member.identifier.value = card
    assert (await careful.till.mesh.ledger.RedeemPoints(request)).redemption.proof_method == CARD
    other, _ = await careful.member()
    assert faulty_fields(await refusal_of(careful.redeem(other, 130, "by-id", proof=proof(CARD, "")))) == [
        "proof.value"
    ]


async def test_a_card_of_his_own_that_a_thief_links_to_her_spends_nothing_of_hers(
    careful: Careful, stack: LocalStack
) -> None:
    buyer, _ = await careful.member()
    async with open_mesh(stack.peer, stack.token("thief", programs=["careful"], roles=["POS"])) as mesh:
        link = identity.LinkIdentifierRequest(program_id="careful", request_id="theft", member_id=buyer)
        link.identifier.kind, link.identifier.value = member_pb2.IDENTIFIER_KIND_CARD, "CAREFUL-THIEF"
        await mesh.identity.LinkIdentifier(link)
        theft = careful.request(buyer, 130, "theft", proof=proof(CARD, "CAREFUL-THIEF"))
        assert (await refusal_of(mesh.ledger.RedeemPoints(theft))).reason == "PROOF_REFUSED"
        # As soon as she has proved herself it is a new card of hers.
        link.request_id = "hers"
        link.proof.CopyFrom(proof())
        await mesh.identity.LinkIdentifier(link)
        assert (await mesh.ledger.RedeemPoints(theft)).redemption.proof_method == CARD


async def test_more_takes_more(careful: Careful) -> None:
    buyer, card = await careful.member()
    refusal = await refusal_of(careful.redeem(buyer, 300, "more", proof=proof(CARD, card)))
    assert (said(refusal), refusal.metadata["methods"]) == (REQUIRED, "PIN")
    wrong = await refusal_of(careful.redeem(buyer, 300, "more", proof=proof(PIN, "97531086")))
    assert said(wrong) == ("PERMISSION_DENIED", "identity.loyalty", "PROOF_REFUSED")
    assert (await careful.redeem(buyer, 300, "more", proof=proof())).redemption.proof_method == PIN


async def test_a_repeat_is_the_same_intent_whatever_it_carries(careful: Careful) -> None:
    buyer, _ = await careful.member()
    first = await careful.redeem(buyer, 300, "again", proof=proof())
    assert await careful.redeem(buyer, 300, "again", proof=proof(PIN, "11112222")) == first
    assert await careful.redeem(buyer, 300, "again") == first


async def test_an_amount_cannot_be_split(careful: Careful) -> None:
    buyer, _ = await careful.member()
    await careful.redeem(buyer, 100, "one")
    refusal = await refusal_of(careful.redeem(buyer, 100, "two"))
    assert refusal.metadata["methods"] == "CARD_IN_HAND,PIN"
    # Nor by naming the best of proofs with each part, in the hope that nobody looks at it.
    wrong = proof(PIN, "97531086")
    assert (await refusal_of(careful.redeem(buyer, 100, "two", proof=wrong))).reason == "PROOF_REFUSED"
    await careful.redeem(buyer, 100, "two", proof=proof())


async def test_of_two_halves_at_once_one_is_asked_for_a_proof(careful: Careful) -> None:
    buyer, _ = await careful.member()
    calls = [careful.redeem(buyer, 100, f"half-{number}") for number in range(3)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refusals) == 2
    assert {refusal.reason for refusal in refusals} <= {"PROOF_REQUIRED", "OVERTAKEN"}


async def test_what_is_set_aside_counts_and_its_capture_needs_no_more(careful: Careful) -> None:
    buyer, _ = await careful.member()
    held = await careful.authorize(buyer, 100, "hold")
    assert said(await refusal_of(careful.redeem(buyer, 100, "beside"))) == REQUIRED
    larger = await refusal_of(careful.increase(held.authorization_id, 200, "larger"))
    assert larger.metadata["methods"] == "PIN"
    grown = await careful.increase(held.authorization_id, 200, "larger", proof=proof())
    assert (grown.points, grown.proof_method) == (300, PIN)
    # What proved her once is enough for what the authorization grows to.
    assert (await careful.increase(held.authorization_id, 50, "larger-still")).points == 350
    capture = requests.CaptureRedemptionRequest(
        program_id=careful.till.program,
        request_id=f"capture-{buyer}",
        authorization_id=held.authorization_id,
        occur_time=moment(careful.till.now),
    )
    spent = (await careful.till.mesh.ledger.CaptureRedemption(capture)).redemption
    assert (spent.points, spent.proof_method, spent.proof_id) == (350, PIN, grown.proof_id)


async def test_what_a_hold_was_proven_by_does_not_hide_what_was_spent_beside_it(careful: Careful) -> None:
    buyer, card = await careful.member()
    held = await careful.authorize(buyer, 130, "hold", proof=proof(CARD, card))
    await careful.redeem(buyer, 100, "beside", proof=proof())
    wrong = proof(PIN, "97531086")
    assert (
        await refusal_of(careful.increase(held.authorization_id, 50, "more", proof=wrong))
    ).reason == "PROOF_REFUSED"
    assert (await careful.increase(held.authorization_id, 50, "more", proof=proof())).proof_method == PIN


async def test_what_was_given_back_since_counts_no_more(careful: Careful) -> None:
    buyer, _ = await careful.member()
    for name in ("first", "second"):
        spent = await careful.redeem(buyer, 100, name)
        await careful.restore(spent.redemption.redemption_id, 100)
    last = await careful.redeem(buyer, 100, "third")
    # Half of it is no way around, nor is what comes back of what is no longer in the window.
    await careful.restore(last.redemption.redemption_id, 50)
    assert said(await refusal_of(careful.redeem(buyer, 100, "fourth"))) == REQUIRED
    later = careful.after(minutes=11)
    await later.redeem(buyer, 100, "fifth")
    await later.restore(last.redemption.redemption_id, 50)
    assert said(await refusal_of(later.redeem(buyer, 100, "sixth"))) == REQUIRED


async def test_a_hold_that_has_timed_out_counts_no_more(careful: Careful) -> None:
    buyer, _ = await careful.member()
    await careful.authorize(buyer, 100, "hold")
    assert said(await refusal_of(careful.redeem(buyer, 100, "beside"))) == REQUIRED
    await careful.after(minutes=2).redeem(buyer, 100, "beside")


async def test_a_quote_says_what_will_be_asked_for(careful: Careful) -> None:
    buyer, _ = await careful.member()
    for points, methods in ((125, []), (130, [CARD, PIN]), (300, [PIN])):
        request = ledger.QuoteRedemptionRequest(
            program_id=careful.till.program,
            member=member(buyer),
            location_id="linden-1",
            brand_id="LINDEN",
            currency_code="USD",
            points=points,
        )
        assert list((await careful.till.mesh.ledger.QuoteRedemption(request)).quote.proof_methods) == methods
