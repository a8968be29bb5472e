"""What precedes a spend: proofs refused, an identifier that changed, and look-ups in vain. Told by ids alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import alert_pb2, alert_service_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.alert_service_pb2_grpc import AlertServiceStub
from loyalty.type.v1 import member_pb2, proof_pb2

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import SANDBOX_LINES
from tests.support.mesh import Till, line, member, moment, open_till

PROGRAM = "patterns"
POLICY = """  redemption:
    spending_proof:
      - {above: 2.00 USD, methods: [pin]}
"""
GUESSES = 30
_ALERTS = alert_service_pb2.DESCRIPTOR.services_by_name["AlertService"]


def card(value: str) -> member_pb2.Identifier:
    return member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=value)


@dataclass
class Watched:
    """A program that is watched, its office and a till with a token of its own."""

    office: Till
    till: Till
    alerts: Any

    async def raised(self, kind: int, member_id: str) -> list[alert_pb2.Alert]:
        """The alerts of a kind about a member, once there is one, or a moment later."""
        listing = alert_service_pb2.ListAlertsRequest(program_id=PROGRAM, page_size=500)
        for _ in range(80):
            listed = (await self.alerts.ListAlerts(listing)).alerts
            found = [alert for alert in listed if (alert.kind, alert.member_id) == (kind, member_id)]
            if found:
                return found
            await asyncio.sleep(0.1)
        return []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(stack: LocalStack) -> AsyncIterator[Watched]:
    async with AsyncExitStack() as opened:
        office = await opened.enter_async_context(open_till(stack, PROGRAM))
        # A live program: identity tells of what happened by the real time.
        office.now = datetime.now(UTC)
        await office.apply(PROGRAMS / "worked-basket", "worked-basket", {SANDBOX_LINES: POLICY})
        await office.enroll("CARD-FIRST")
        await office.known()
        token = stack.token("patterns-till", programs=[PROGRAM], roles=["POS"])
        mesh = await opened.enter_async_context(open_mesh(stack.peer, token))
        guard = stack.token("guard", programs=[PROGRAM], roles=["HEADQUARTERS_ADMIN"])
        channel = await opened.enter_async_context(connect(stack.peer("ledger"), _ALERTS, lambda: guard))
        yield Watched(office, Till(mesh, PROGRAM, office.now), AlertServiceStub(channel))


async def rich(watched: Watched, number: str) -> str:
    buyer = await watched.office.enroll(number)
    await watched.office.sell(buyer, number, "mall-1", [line(1, "NORTH", 100_000)])
    return buyer


async def test_proofs_refused_again_and_again_are_told_of_once(watched: Watched) -> None:
    buyer = await rich(watched, "CARD-PROOFS")
    for n in range(7):
        request = ledger.RedeemPointsRequest(
            program_id=PROGRAM,
            request_id=f"guess-{n}",
            member=member(buyer),
            location_id="linden-1",
            brand_id="LINDEN",
            currency_code="USD",
            points=300,
            occur_time=moment(watched.till.now),
            proof=proof_pb2.MemberProof(method=proof_pb2.PROOF_METHOD_PIN, value="1357"),
        )
        try:
            await watched.till.mesh.ledger.RedeemPoints(request)
        except Refusal as refusal:
            assert refusal.reason == "PROOF_REFUSED"  # noqa: PT017
    # So often refused, she is spent from all the same: below the value, and also by this till.
    asked = [watched.till.redeem(buyer, 300, "linden-1", "LINDEN") for _ in range(70)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, Refusal)} == {"PROOF_REQUIRED"}
    await watched.till.redeem(buyer, 10, "linden-1", "LINDEN")
    [alert] = await watched.raised(alert_pb2.ALERT_KIND_PROOFS_REFUSED, buyer)
    assert (alert.location_id, alert.caller, list(alert.evidence)) == ("linden-1", "patterns-till", [])


async def test_a_spend_soon_after_a_card_was_linked_is_told_of_and_one_by_a_card_she_began_with_is_not(
    watched: Watched,
) -> None:
    stays, changes = await rich(watched, "CARD-STAYS"), await rich(watched, "CARD-CHANGES")
    await watched.office.mesh.identity.LinkIdentifier(
        identity.LinkIdentifierRequest(
            program_id=PROGRAM, request_id="link-1", member_id=changes, identifier=card("CARD-NEW")
        )
    )
    await watched.till.redeem(stays, 10, "linden-1", "LINDEN")
    spent = await watched.till.redeem(changes, 10, "linden-1", "LINDEN")
    await watched.till.redeem(changes, 10, "linden-1", "LINDEN")
    [alert] = await watched.raised(alert_pb2.ALERT_KIND_IDENTIFIER_CHANGED, changes)
    assert list(alert.evidence) == [spent.position]
    listing = alert_service_pb2.ListAlertsRequest(program_id=PROGRAM, page_size=500)
    assert stays not in {each.member_id for each in (await watched.alerts.ListAlerts(listing)).alerts}


async def test_look_ups_in_vain_and_then_a_spend_are_told_of(watched: Watched) -> None:
    buyer = await rich(watched, "CARD-GUESSED")

    async def guess(number: int) -> None:
        ref = member_pb2.MemberRef(identifier=card(f"CARD-GUESS-{number}"))
        try:
            if number % 2:
                await watched.till.mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=PROGRAM, member=ref))
            else:
                question = identity.ResolveMemberRequest(program_id=PROGRAM, member=ref)
                await watched.till.mesh.identity.ResolveMember(question)
        except Refusal as refusal:
            assert refusal.reason == "MEMBER_NOT_FOUND"  # noqa: PT017

    await asyncio.sleep(1)  # counts are kept by the second, and those of the second of the caller's last spend are over
    await asyncio.gather(*(guess(number) for number in range(2 * GUESSES)))
    await asyncio.sleep(3)  # both services write their counts down once a second
    spent = await watched.till.redeem(buyer, 10, "linden-1", "LINDEN")
    await watched.till.redeem(buyer, 10, "linden-1", "LINDEN")
    [alert] = await watched.raised(alert_pb2.ALERT_KIND_GUESSED, buyer)
    assert (list(alert.evidence), alert.caller) == ([spent.position], "patterns-till")
