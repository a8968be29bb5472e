"""What the ledger has stored for a program, read from its event log and wallets and not from answers."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import movement_pb2, return_requests_pb2
from loyalty.ledger.v1.accrual_pb2 import Accrual
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2

from tests.support.mesh import Till, member

READS_AT_ONCE = 64

BrandMember = tuple[str, str]
Lot = tuple[str, int]
"""An accrual of a program with one rule a brand: the sale and the line."""


@dataclass(slots=True)
class Log:
    """Points moved by kind, brand and card; each lot as its last movement left it; the movements by card as bytes,
    without the ids that differ from program to program; the number of events, and where each partition's log ends."""

    moved: dict[str, Counter[BrandMember]] = field(default_factory=dict)
    lots: dict[Lot, Accrual] = field(default_factory=dict)
    histories: dict[str, list[bytes]] = field(default_factory=dict)
    events: int = 0
    heads: dict[int, int] = field(default_factory=dict)

    def take(self, movement: movement_pb2.Movement, sale: str, card: str) -> None:
        """Counts a movement of an accrual that `sale` earned."""
        kind = movement_pb2.MovementKind.Name(movement.kind).removeprefix("MOVEMENT_KIND_")
        by_owner = self.moved.setdefault(kind, Counter())
        by_owner[movement.accrual.brand_id, card] += movement.points
        if not sale:
            return
        self.lots[sale, movement.accrual.line_number] = movement.accrual
        self.histories.setdefault(card, []).append(_without_ids(movement, sale).SerializeToString(deterministic=True))


def _without_ids(movement: movement_pb2.Movement, sale: str) -> movement_pb2.Movement:
    """A copy that says the sale's document instead of its id, and nothing else that is made from the program's id."""
    copy = movement_pb2.Movement()
    copy.CopyFrom(movement)
    copy.ClearField("home_member_id")
    copy.ClearField("accrual_id")
    copy.ClearField("cause_id")
    copy.ClearField("hash")
    copy.pays.ClearField("home_member_id")
    copy.accrual.ClearField("accrual_id")
    copy.accrual.ClearField("home_member_id")
    copy.accrual.ClearField("revision")
    copy.accrual.order_id = sale
    return copy


async def read_log(till: Till, cards: Mapping[str, str], sales: Mapping[str, str]) -> Log:
    """The whole log of the till's program; `cards` tells the card of a member id, `sales` the document of an order id
    (of those left out only the points are counted)."""
    log = Log()
    request = ledger.StreamEventsRequest(program_id=till.program, stop_at_head=True)
    async for message in till.mesh.ledger.StreamEvents(request):
        if message.WhichOneof("message") == "progress":
            log.heads = {place.partition: place.position for place in message.progress.positions}
            continue
        log.events += 1
        for movement in message.event.movements:
            log.take(movement, sales.get(movement.accrual.order_id, ""), cards[movement.home_member_id])
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
    """Every wallet as bytes, by member id; without history it is as of now, which is left out."""
    limit = asyncio.Semaphore(READS_AT_ONCE)

    async def one(member_id: str) -> tuple[str, bytes]:
        request = ledger.GetWalletRequest(program_id=till.program, member=member(member_id))
        async with limit:
            wallet = (await till.mesh.ledger.GetWallet(request)).wallet
        if not wallet.version:
            wallet.ClearField("as_of_time")
        return member_id, wallet.SerializeToString()

    return dict(await asyncio.gather(*(one(member_id) for member_id in members)))


async def read_books(till: Till) -> dict[str, tuple[int, int, int, int]]:
    """Earned, reversed, adjusted and closing points of each brand in the books, once they have come as far as the
    till."""
    request = settlement.GetBrandBooksRequest(program_id=till.program, at_least=till.cursor())
    answer = await till.mesh.settlement.GetBrandBooks(request)
    return {
        books.brand_id: (books.earned_points, books.reversed_points, books.adjusted_points, books.closing_points)
        for books in answer.brands
    }


async def read_parked(till: Till) -> list[return_requests_pb2.PostedReturn]:
    """Every return that waits for its sale, page by page."""
    found: list[return_requests_pb2.PostedReturn] = []
    request = return_requests_pb2.ListParkedReturnsRequest(program_id=till.program, page_size=100)
    while True:
        page = await till.mesh.ledger.ListParkedReturns(request)
        found += page.returns
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


async def read_return(till: Till, return_id: str) -> return_requests_pb2.PostedReturn:
    """A return as it stands now."""
    request = return_requests_pb2.GetReturnRequest(program_id=till.program, return_id=return_id)
    return (await till.mesh.ledger.GetReturn(request)).posted_return
