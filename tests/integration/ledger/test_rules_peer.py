"""Rules that take too long over some orders: what becomes of those that were asked about beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2, rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceServicer, add_RulesServiceServicer_to_server
from loyalty.type.v1 import order_pb2

from chassis.runtime.channel import connect
from chassis.runtime.fields import FieldReader
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from ledger_service.domain.order import OrderDocument
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.rules import RulesPeer
from ledger_service.use_cases.ports import Evaluation
from ledger_service.wire.orders import order_document

RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]

PATIENCE_SECONDS = 1.0
"""So long the ledger waits for one request."""

NOON = Timestamp()
NOON.FromDatetime(datetime(2024, 7, 6, 16, tzinfo=UTC))


@dataclass
class Judge(RulesServiceServicer):
    """Never comes to the end of an order that is `stuck`, and aborts requests with one that is in `aborts`."""

    aborts: dict[str, grpc.StatusCode] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    async def EvaluateOrders(
        self,
        request: rules_service_pb2.EvaluateOrdersRequest,
        context: "grpc.aio.ServicerContext[object, object]",
    ) -> rules_service_pb2.EvaluateOrdersResponse:
        """Every order earns nothing."""
        orders = [asked.order.document_id for asked in request.orders]
        self.asked.append(orders)
        for order in orders:
            if order == "stuck":
                await asyncio.sleep(60)
            if order in self.aborts:
                await context.abort(self.aborts[order], "as told")
        evaluation = evaluation_pb2.OrderEvaluation(revision="rev_1", local_date="2024-07-06")
        result = rules_service_pb2.EvaluateOrderResult(evaluation=evaluation)
        return rules_service_pb2.EvaluateOrdersResponse(results=[result] * len(orders))

    StreamProgramRevisions = QuoteRedemption = GetProgram = ApplyProgram = None  # type: ignore[assignment]


@asynccontextmanager
async def asking(judge: Judge) -> AsyncIterator[RulesPeer]:
    """The ledger's side of a connection to the judge."""
    server = grpc.aio.server()
    add_RulesServiceServicer_to_server(judge, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with connect(
            PLAIN.peer(f"127.0.0.1:{port}"), RULES, lambda: "token", timeout_seconds=PATIENCE_SECONDS
        ) as channel:
            yield RulesPeer(channel, ProgramDirectory(channel))
    finally:
        await server.stop(0)


def order(document_id: str) -> OrderDocument:
    """An order of one line."""
    return order_document(
        FieldReader(),
        "order",
        order_pb2.Order(
            source="till-1",
            document_id=document_id,
            location_id="mall",
            occur_time=NOON,
            currency_code="USD",
            total_minor_units=500,
            lines=[order_pb2.OrderLine(line_number=1, brand_id="NORTH", quantity=1, net_minor_units=500)],
        ),
    )


async def outcomes(peer: RulesPeer, program: str, *documents: str) -> list[str]:
    """What becomes of orders that are asked about at once: the revision, or the code of the refusal."""
    results = await asyncio.gather(
        *(peer.evaluate(program, order(document)) for document in documents), return_exceptions=True
    )
    return [_outcome(result) for result in results]


def _outcome(result: Evaluation | BaseException) -> str:
    if isinstance(result, BaseException):
        assert isinstance(result, Refusal)
        return result.code.name
    return result.revision


async def test_the_orders_of_a_program_do_not_wait_for_those_of_another() -> None:
    async with asking(Judge()) as peer:
        slow = asyncio.create_task(outcomes(peer, "a", "stuck", "a-2"))
        await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE_SECONDS / 2):
            assert await outcomes(peer, "b", "b-1", "b-2") == ["rev_1", "rev_1"]
        assert not slow.done()
        await slow


async def test_an_order_that_takes_too_long_fails_alone() -> None:
    async with asking(Judge()) as peer:
        assert await outcomes(peer, "a", "1", "stuck", "3") == ["rev_1", "DEADLINE_EXCEEDED", "rev_1"]


@pytest.mark.parametrize("code", [grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE])
async def test_an_order_that_brings_a_request_down_is_asked_about_alone_once(code: grpc.StatusCode) -> None:
    judge = Judge({"bad": code})
    async with asking(judge) as peer:
        assert await outcomes(peer, "a", "1", "bad", "3") == ["rev_1", code.name, "rev_1"]
    together, alone = [asked for asked in judge.asked if len(asked) > 1], [a for a in judge.asked if len(a) == 1]
    assert {tuple(asked) for asked in together} == {("1", "bad", "3")}
    assert [asked for asked in alone if asked != ["bad"]] in ([["1"], ["3"]], [["3"], ["1"]])


async def test_a_request_that_is_refused_for_another_reason_is_not_repeated() -> None:
    judge = Judge({"bad": grpc.StatusCode.INTERNAL})
    async with asking(judge) as peer:
        assert await outcomes(peer, "a", "1", "bad") == ["INTERNAL"] * 2
    assert judge.asked == [["1", "bad"]]
