"""What the ledger has stored for a program, read from its event log and wallets and not from answers."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import movement_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2

from tests.support.mesh import Till, member

READS_AT_ONCE = 64

BrandMember = tuple[str, str]


@dataclass(slots=True)
class Log:
    """Points moved by kind, brand and card; the number of events, and where each partition's log ends."""

    moved: dict[str, Counter[BrandMember]] = field(default_factory=dict)
    events: int = 0
    heads: dict[int, int] = field(default_factory=dict)


async def read_log(till: Till, cards: Mapping[str, str]) -> Log:
    """The whole log of the till's program; `cards` tells the card of a member id."""
    log = Log()
    request = ledger.StreamEventsRequest(program_id=till.program, stop_at_head=True)
    async for message in till.mesh.ledger.StreamEvents(request):
        if message.WhichOneof("message") == "progress":
            log.heads = {place.partition: place.position for place in message.progress.positions}
            continue
        log.events += 1
        for movement in message.event.movements:
            kind = movement_pb2.MovementKind.Name(movement.kind).removeprefix("MOVEMENT_KIND_")
            by_owner = log.moved.setdefault(kind, Counter())
            by_owner[movement.accrual.brand_id, cards[movement.home_member_id]] += movement.points
    return log


async def appended_after(till: Till, heads: Mapping[int, int]) -> int:
    """How many events were appended to the log, of whatever program, since it ended at `heads`."""
    after = [log_position_pb2.LogPosition(partition=partition, position=head) for partition, head in heads.items()]
    request = ledger.StreamEventsRequest(program_id=till.program, after=after, stop_at_head=True)
    appended = 0
    async for message in till.mesh.ledger.StreamEvents(request):
        if message.WhichOneof("message") == "progress":
            appended = sum(place.position - heads[place.partition] for place in message.progress.positions)
    return appended


async def read_wallets(till: Till, members: Iterable[str]) -> dict[str, bytes]:
    """Every wallet as bytes, by member id."""
    limit = asyncio.Semaphore(READS_AT_ONCE)

    async def one(member_id: str) -> tuple[str, bytes]:
        request = ledger.GetWalletRequest(program_id=till.program, member=member(member_id))
        async with limit:
            return member_id, (await till.mesh.ledger.GetWallet(request)).wallet.SerializeToString()

    return dict(await asyncio.gather(*(one(member_id) for member_id in members)))


async def read_books(till: Till) -> dict[str, tuple[int, int, int]]:
    """Earned, reversed and closing points of each brand in the books, once they have come as far as the till."""
    request = settlement.GetBrandBooksRequest(program_id=till.program, at_least=till.cursor())
    answer = await till.mesh.settlement.GetBrandBooks(request)
    return {
        books.brand_id: (books.earned_points, books.reversed_points, books.closing_points) for books in answer.brands
    }
