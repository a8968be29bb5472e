"""An upload as a till sends it: sales one after another, and what it is told of each."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from tests.support.mesh import Till, line, member

Request = ledger.StreamOrdersRequest
Acknowledged = ledger.StreamOrdersResponse


def sale(
    till: Till, buyer: str, request_id: str, dollars: int, document_id: str = "", *lines: order_pb2.OrderLine
) -> ledger.PostOrderRequest:
    """A sale of one line at North, or of the lines given."""
    listed = lines or (line(1, "NORTH", dollars * 100),)
    order = till.order(document_id or f"UP-{request_id}", "mall-1", listed)
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


def numbered(sales: Iterable[ledger.PostOrderRequest], first: int = 1) -> list[Request]:
    """The messages of an upload."""
    return [Request(sequence=number, order=order) for number, order in enumerate(sales, start=first)]


async def upload(till: Till, sales: Iterable[ledger.PostOrderRequest]) -> list[Acknowledged]:
    """Every acknowledgement of a whole upload."""
    return await sent(till, numbered(sales))


async def sent(till: Till, messages: Sequence[Request]) -> list[Acknowledged]:
    """Every acknowledgement of these messages."""

    async def all_of_them() -> AsyncIterator[Request]:
        for message in messages:
            yield message

    return [answer async for answer in till.mesh.ledger.StreamOrders(all_of_them())]


@asynccontextmanager
async def open_upload(till: Till) -> AsyncIterator[Any]:
    """A stream to write to and read from; cut at the end of the block."""
    call = till.mesh.ledger.StreamOrders()
    try:
        yield call
    finally:
        call.cancel()


def told(answer: Acknowledged) -> str:
    """In short: the balance after it, a star for a replay; or the reason, a plus if it is kept aside."""
    if answer.HasField("refusal"):
        return f"{answer.refusal.reason}{'+' if answer.kept_aside else ''}"
    return f"{answer.posted.wallet.balance}{'*' if answer.replayed else ''}"
