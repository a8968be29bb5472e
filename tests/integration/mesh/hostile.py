"""What hostile tests need: calls of raw bytes with any token, refusals as values, and the state of a program."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from loyalty.ledger.v1 import events_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2

from chassis.runtime.status import from_rpc_error
from chassis.runtime.transport import Peer
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.support.mesh import Till

T = TypeVar("T")

SANDBOX_LINES = "  sandbox: true\n  replay_clock: true\n"
"""What makes the worked basket's files a sandbox; without it they are a live program."""


async def refusal_of(call: Awaitable[object]) -> Refusal:
    """The refusal a call gets; fails if it gets an answer."""
    try:
        answer = await call
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"not refused: {answer}")


def said(refusal: Refusal) -> tuple[str, str, str]:
    """Code, domain and reason."""
    return refusal.code.name, refusal.domain, refusal.reason


def faulty_fields(refusal: Refusal) -> list[str]:
    """The faulty fields of a malformed call, in order of their names."""
    assert said(refusal) == ("INVALID_ARGUMENT", "type.loyalty", "MALFORMED"), refusal
    return sorted(violation.field for violation in refusal.violations)


@dataclass
class Wire:
    """Calls by full method name with bytes as they are and the metadata that is given."""

    peer: Callable[[str], Peer]
    channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)

    async def call(
        self,
        service: str,
        method: str,
        request: bytes = b"",
        *,
        token: str | None = None,
        metadata: Sequence[tuple[str, str]] = (),
        streaming: bool = False,
        seconds: float = 10.0,
    ) -> bytes:
        """The answer's bytes, or the first ones of a stream; raises Refusal."""
        # What every process serves is asked of the one whose log most roles may read.
        process = "settlement" if service == "type" else service
        channel = self.channels.setdefault(process, self.peer(process).channel())
        headers = [*metadata, *([] if token is None else [("authorization", f"Bearer {token}")])]
        open_call: Any = (channel.unary_stream if streaming else channel.unary_unary)(method)
        call = open_call(request, metadata=headers, timeout=seconds)
        try:
            answer: bytes = await call.read() if streaming else await call
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error, service) from None
        finally:
            call.cancel()
        return answer

    async def ledger(self, method: str, request: Message | bytes, token: str | None) -> bytes:
        """A unary call of the ledger."""
        data = request if isinstance(request, bytes) else request.SerializeToString()
        return await self.call("ledger", f"/loyalty.ledger.v1.LedgerService/{method}", data, token=token)


@asynccontextmanager
async def open_wire(stack: LocalStack) -> AsyncIterator[Wire]:
    """Raw channels to the services."""
    # A service's certificate, so that nothing is refused for want of one before it is tried.
    wire = Wire(partial(stack.peer, of="settlement"))
    try:
        yield wire
    finally:
        for channel in wire.channels.values():
            await channel.close()


@dataclass(frozen=True, slots=True)
class State:
    """Everything a refused call must leave as it was (I4)."""

    wallets: tuple[bytes, ...]
    heads: Mapping[int, int]
    positions: bytes
    books: bytes


async def heads_of(till: Till) -> dict[int, int]:
    """The positions of all partitions; reads on from where the till's last call of this kind ended."""
    known: dict[int, int] = _HEADS.get(id(till), {})
    request = ledger.StreamEventsRequest(
        program_id=till.program,
        after=cursor(known),
        stop_at_head=True,
    )
    async for message in till.mesh.ledger.StreamEvents(request):
        if message.HasField("progress"):
            known = {place.partition: place.position for place in message.progress.positions}
    _HEADS[id(till)] = known
    return known


_HEADS: dict[int, dict[int, int]] = {}


def cursor(places: Mapping[int, int]) -> list[log_position_pb2.LogPosition]:
    """Where a stream goes on."""
    return [log_position_pb2.LogPosition(partition=p, position=n) for p, n in sorted(places.items())]


async def events_after(till: Till, after: Mapping[int, int]) -> list[events_pb2.Event]:
    """What was appended since, partition by partition."""
    request = ledger.StreamEventsRequest(program_id=till.program, after=cursor(after), stop_at_head=True)
    found: list[events_pb2.Event] = []
    message: ledger.StreamEventsResponse
    async for message in till.mesh.ledger.StreamEvents(request):
        if message.HasField("event"):
            found.append(message.event)
    return found


async def state_of(till: Till, *members: str) -> State:
    """The program as it stands: some wallets, the log's heads, positions and books."""
    wallets = []
    for each in members:
        wallet = (await till.wallet(each)).wallet
        wallet.ClearField("as_of_time")
        wallets.append(wallet.SerializeToString(deterministic=True))
    heads = await heads_of(till)
    at_least = cursor(heads)
    asked = settlement.GetPositionsRequest(program_id=till.program, at_least=at_least)
    positions = await till.mesh.settlement.GetPositions(asked)
    books = await till.mesh.settlement.GetBrandBooks(
        settlement.GetBrandBooksRequest(program_id=till.program, at_least=at_least)
    )
    return State(tuple(wallets), heads, positions.SerializeToString(), books.SerializeToString())


async def findings_of(till: Till) -> list[str]:
    """What the checkers find. A ledger that was just started again may not be reached yet by the others."""
    return await patiently(till.broken)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """What a call says once it is not refused for the moment: sent again as `RetryInfo` says, for 15 s at most."""
    async with asyncio.timeout(15):
        while True:
            try:
                return await call()
            except Refusal as refusal:
                if not refusal.transient:
                    raise
                await asyncio.sleep(refusal.retry_after_seconds or 0.2)


async def replayed(call: Any) -> tuple[bytes, bool]:
    """An answer's bytes, and whether its trailers call it a replay."""
    answer: Message = await call
    trailers = await call.trailing_metadata()
    return answer.SerializeToString(deterministic=True), ("replayed", "true") in tuple(trailers)
