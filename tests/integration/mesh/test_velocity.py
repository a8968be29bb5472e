"""A member is not spent from without end, a repeat costs nothing, and who tries numbers out gets nowhere."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, open_till

PROGRAM = "velocity-test"
SPENDS, BY_ONE_TILL, MISSES = 60, 30, 120
"""The defaults of docs/adr/0068."""


def refused(outcomes: Sequence[Any]) -> list[Refusal]:
    return [outcome for outcome in outcomes if isinstance(outcome, Refusal) and outcome.reason == "TOO_FREQUENT"]


async def all_of(calls: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    return await asyncio.gather(*calls, return_exceptions=True)


async def test_a_member_is_spent_from_so_often_and_a_repeat_is_answered_all_the_same(stack: LocalStack) -> None:
    tokens = [stack.token(f"shop-till-{n}", programs=[PROGRAM], roles=["POS"]) for n in range(3)]
    async with (
        open_till(stack, PROGRAM) as office,
        open_mesh(stack.peer, tokens[0]) as mesh,
        open_mesh(stack.peer, tokens[1]) as second,
        open_mesh(stack.peer, tokens[2]) as third,
    ):
        await office.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await office.enroll("CARD-VELOCITY")
        await office.sell(ana, "D-1", "mall-1", [line(1, "NORTH", 100_000)])
        till, *others = [Till(one, PROGRAM) for one in (mesh, second, third)]
        # What is refused costs the member nothing, however often.
        tried = await all_of([till.redeem(ana, 10**6, "mall-1", "LINDEN") for _ in range(SPENDS + 10)])
        assert {outcome.reason for outcome in tried} <= {"INSUFFICIENT_POINTS", "TOO_FREQUENT"}

        began = time.monotonic()
        outcomes = await all_of(
            [till.redeem(ana, 2, "mall-1", "LINDEN", request_id=f"spend-{n}") for n in range(BY_ONE_TILL + 10)]
        )
        passed = len(outcomes) - len(refused(outcomes))
        # Some less where Valkey was too slow to hear what was given back; next to none if nothing had been.
        assert BY_ONE_TILL / 2 <= passed <= BY_ONE_TILL + 1 + (time.monotonic() - began)
        elsewhere = await all_of(
            [one.redeem(ana, 2, "mall-1", "LINDEN", request_id=f"spend-{n}") for n in range(25) for one in others]
        )
        passed += len(elsewhere) - len(refused(elsewhere))
        assert SPENDS / 2 <= passed <= SPENDS + 1 + (time.monotonic() - began)
        limits = {refusal.metadata["limit"] for refusal in refused(outcomes)}
        assert limits == {"spends_per_till_and_member"}
        assert all(0 < (refusal.retry_after_seconds or 0) <= 2 for refusal in refused([*outcomes, *elsewhere]))
        answered = next(n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception))
        again = await all_of([till.redeem(ana, 2, "mall-1", "LINDEN", request_id=f"spend-{answered}")] * 1)
        assert refused(again) == []


@pytest.mark.parametrize("service", ["identity", "ledger"])
async def test_numbers_tried_out_are_stopped_and_known_ones_are_not(stack: LocalStack, service: str) -> None:
    program = f"velocity-{service}"
    token = stack.token(f"guesser-{service}", programs=[program], roles=["POS"])
    async with open_till(stack, program) as office, open_mesh(stack.peer, token) as mesh:
        await office.apply(PROGRAMS / "worked-basket", "worked-basket")
        await office.enroll("CARD-KNOWN")
        await office.known()

        async def ask(card: str) -> object:
            ref = member_pb2.MemberRef(
                identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=card)
            )
            if service == "ledger":
                return await mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=program, member=ref))
            return await mesh.identity.ResolveMember(identity.ResolveMemberRequest(program_id=program, member=ref))

        assert refused(await all_of([ask("CARD-KNOWN") for _ in range(2 * MISSES)])) == []
        began, tried, stopped = time.monotonic(), 0, 0
        while not stopped:
            stopped = len(refused(await all_of([ask(f"CARD-{tried}-{n}") for n in range(20)])))
            tried += 20
        assert tried - stopped <= MISSES + 20 + 2 * (time.monotonic() - began)
        assert refused(await all_of([ask("CARD-KNOWN")])) != [], "the caller is stopped, whoever it asks about"
