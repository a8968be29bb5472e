"""Voiding what may have arrived, through the whole mesh."""

import asyncio
from collections import Counter

import pytest

from chassis.values.refusal import Refusal
from tests.integration.mesh.holds import (
    VOIDED,
    authorizing,
    earner,
    fresh,
    voiding,
)
from tests.integration.mesh.hostile import refusal_of, replayed, said
from tests.support.mesh import Till


@pytest.fixture
async def ana(shop: Till) -> str:
    return await earner(shop)


async def test_an_authorization_is_voided_by_its_request_id(shop: Till, ana: str) -> None:
    request = authorizing(shop, ana, 100)
    await shop.mesh.ledger.AuthorizeRedemption(request)
    voided = await shop.mesh.ledger.VoidRedemption(voiding(shop, original=request.request_id, buyer=ana))
    assert (voided.authorization.state, voided.wallet.available) == (VOIDED, 300)


async def test_what_was_voided_before_it_arrived_never_succeeds(shop: Till, ana: str) -> None:
    late = authorizing(shop, ana, 100)
    void = voiding(shop, original=late.request_id, buyer=ana)
    first = await shop.mesh.ledger.VoidRedemption(void)
    assert not first.HasField("authorization")
    for _ in range(3):
        assert said(await refusal_of(shop.mesh.ledger.AuthorizeRedemption(late)))[2] == "VOIDED_BEFORE"
    assert await replayed(shop.mesh.ledger.VoidRedemption(void)) == (first.SerializeToString(deterministic=True), True)
    assert (await shop.wallet(ana)).wallet.available == 300


async def test_voiding_it_once_more_under_another_id_is_the_first_result(shop: Till, ana: str) -> None:
    late = fresh("never")
    answers = [
        await replayed(shop.mesh.ledger.VoidRedemption(voiding(shop, original=late, buyer=ana))) for _ in range(2)
    ]
    assert answers[0][0] == answers[1][0]
    assert [was_replayed for _, was_replayed in answers] == [False, True]


async def test_another_members_authorization_is_not_voided(shop: Till, ana: str) -> None:
    request = authorizing(shop, ana, 100)
    await shop.mesh.ledger.AuthorizeRedemption(request)
    bo = await shop.enroll(fresh("BO"))
    refusal = await refusal_of(shop.mesh.ledger.VoidRedemption(voiding(shop, original=request.request_id, buyer=bo)))
    assert said(refusal)[2] == "AUTHORIZATION_NOT_FOUND"


async def test_a_void_that_races_its_authorization_leaves_nothing_held(shop: Till, ana: str) -> None:
    heard: Counter[str] = Counter()
    for number in range(20):
        late = authorizing(shop, ana, 10)
        calls = [
            shop.mesh.ledger.AuthorizeRedemption(late),
            shop.mesh.ledger.VoidRedemption(voiding(shop, original=late.request_id, buyer=ana)),
        ]
        answers = await asyncio.gather(*(calls if number % 2 else reversed(calls)), return_exceptions=True)
        for answer in answers:
            heard[answer.reason if isinstance(answer, Refusal) else type(answer).__name__] += 1
    assert heard["VoidRedemptionResponse"] == 20
    assert heard["AuthorizeRedemptionResponse"] + heard["VOIDED_BEFORE"] == 20
    wallet = (await shop.wallet(ana)).wallet
    assert (wallet.available, wallet.held) == (300, 0)
