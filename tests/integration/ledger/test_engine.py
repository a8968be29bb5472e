"""Lanes over real servers: what is committed, what is replayed, and that every checker holds afterwards."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import OrderAnswer, RedemptionAnswer
from ledger_service.domain.commands import PostOrder, RedeemPoints
from ledger_service.domain.fingerprints import Fingerprints, order_key
from tests.support.engine import Engine, open_engine
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.servers import Databases

LINDEN = terms("linden", "4/5", {"north": "1"})
KEYS = Fingerprints(b"k" * 32)


@pytest.fixture
async def engine(databases: Databases, redis_url: str) -> AsyncIterator[Engine]:
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="4") as database,
        open_engine(database.url, redis_url) as engine,
    ):
        yield engine


class Till:
    """Builds commands of one program, each with its own request id."""

    def __init__(self, program: str = "prg") -> None:
        self._pure = PureLedger(program)

    def sale(self, member: str, document: str, points: int, request_id: str | None = None) -> PostOrder:
        command = self._pure.order_command(
            member, document, [sold(1, points * 100, "north")], [award(1, points, "north")]
        )
        origin = self._named(command, request_id or f"sale-{document}", [document, points])
        order = replace(command.order, document_key=order_key("prg", command.order.document.ref))
        return replace(command, origin=origin, order=order)

    def redemption(self, member: str, points: int, request_id: str) -> RedeemPoints:
        command = RedeemPoints(
            self._pure.origin(member), request_id.encode(), f"red_{request_id}", points, LINDEN, None
        )
        return replace(command, origin=self._named(command, request_id, [member, points]))

    def _named(self, command: PostOrder | RedeemPoints, request_id: str, intent: list[object]):  # type: ignore[no-untyped-def]
        key = KEYS.request("prg", "till", request_id, intent)  # type: ignore[arg-type]
        return replace(command.origin, request_id=request_id, request=key)


async def test_a_sale_is_credited(engine: Engine) -> None:
    outcome = await engine.keeper.submit(Till().sale("ana", "d1", 40))
    assert isinstance(outcome.answer, OrderAnswer)
    assert outcome.answer.wallet.balance == 40
    assert (await engine.wallet("prg", "ana")).available == 40
    assert await engine.broken("prg") == []


async def test_the_same_request_again_gives_the_first_answer(engine: Engine) -> None:
    sale = Till().sale("ana", "d1", 40)
    first = await engine.keeper.submit(sale)
    again = await engine.keeper.submit(sale)
    assert (again.answer, again.replayed) == (first.answer, True)
    assert (await engine.wallet("prg", "ana")).balance == 40


async def test_fifty_copies_at_once_have_one_effect(engine: Engine) -> None:
    sale = Till().sale("ana", "d1", 40)
    outcomes = await asyncio.gather(*(engine.keeper.submit(sale) for _ in range(50)))
    assert sum(not outcome.replayed for outcome in outcomes) == 1
    assert len({outcome.answer for outcome in outcomes}) == 1
    assert await engine.broken("prg") == []


async def test_two_hundred_redemptions_at_once_never_spend_a_point_too_many(engine: Engine) -> None:
    till = Till()
    await engine.keeper.submit(till.sale("ana", "d1", 1000))
    tries = [engine.keeper.submit(till.redemption("ana", 10, f"r{n}")) for n in range(200)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 100
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert {refusal.reason for refusal in refused} == {"INSUFFICIENT_POINTS"}
    assert (await engine.wallet("prg", "ana")).balance == 0
    assert await engine.broken("prg") == []


async def test_a_decided_refusal_is_given_again_although_points_have_come_in(engine: Engine) -> None:
    till = Till()
    await engine.keeper.submit(till.sale("ana", "d1", 5))
    redemption = till.redemption("ana", 10, "r1")
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        await engine.keeper.submit(redemption)
    await engine.keeper.submit(till.sale("ana", "d2", 50))
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        await engine.keeper.submit(redemption)
    outcome = await engine.keeper.submit(till.redemption("ana", 10, "r2"))
    assert isinstance(outcome.answer, RedemptionAnswer)
    assert await engine.broken("prg") == []


async def test_the_same_document_under_another_request_gives_the_first_result(engine: Engine) -> None:
    till = Till()
    first = await engine.keeper.submit(till.sale("ana", "d1", 40, "one"))
    again = await engine.keeper.submit(till.sale("ana", "d1", 40, "two"))
    assert (again.answer, again.replayed) == (first.answer, True)
    with pytest.raises(Refusal, match="ORDER_CONFLICT"):
        await engine.keeper.submit(till.sale("ana", "d1", 41, "three"))
    assert await engine.broken("prg") == []


async def test_a_request_id_names_one_intent(engine: Engine) -> None:
    till = Till()
    await engine.keeper.submit(till.sale("ana", "d1", 40, "one"))
    with pytest.raises(Refusal, match="REQUEST_ID_REUSED"):
        await engine.keeper.submit(till.sale("ana", "d2", 40, "one"))
