"""Page tokens of every paged read, with any letter changed, cut, or given to another question."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import return_requests_pb2 as returns

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import refusal_of, said
from tests.integration.mesh.people import open_office
from tests.integration.mesh.uploads import sale, upload
from tests.support.mesh import Till, line, member, open_till


@dataclass(frozen=True)
class Pages:
    """A program in which every list has two pages of one entry."""

    till: Till
    ana: str
    accrual_id: str

    def fields(self, token: str) -> dict[str, Any]:
        return {"program_id": self.till.program, "page_size": 1, "page_token": token}


@pytest_asyncio.fixture(scope="module")
async def pages(stack: LocalStack) -> AsyncIterator[Pages]:
    async with open_till(stack, "page-tokens") as till, open_office(stack, till, "tokens-desk") as desk:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("ANA")
        sold = await till.sell(ana, "SALE", "mall-1", [line(1, "NORTH", 10_000)])
        await till.redeem(ana, 10, "mall-1", "LINDEN")
        await upload(till, [sale(till, "mem_none", name, 40) for name in ("one", "two")])
        for name in ("one", "two"):
            await Counter(till, "tokens").bring(f"EARLY-{name}", share(f"LATER-{name}", 1), by=ana)
            await desk.adjust(ana, 20_000)
        yield Pages(till, ana, sold.earned[0].accrual_id)


READS: dict[str, Callable[[Pages, str], Any]] = {
    "movements": lambda p, token: p.till.mesh.ledger.ListMovements(
        ledger.ListMovementsRequest(member=member(p.ana), **p.fields(token))
    ),
    "explanation": lambda p, token: p.till.mesh.ledger.ExplainAccrual(
        reading.ExplainAccrualRequest(member=member(p.ana), accrual_id=p.accrual_id, **p.fields(token))
    ),
    "refused uploads": lambda p, token: p.till.mesh.ledger.ListRefusedOrders(
        orders.ListRefusedOrdersRequest(**p.fields(token))
    ),
    "parked returns": lambda p, token: p.till.mesh.ledger.ListParkedReturns(
        returns.ListParkedReturnsRequest(**p.fields(token))
    ),
    "proposals": lambda p, token: p.till.mesh.ledger.ListProposedAdjustments(
        people.ListProposedAdjustmentsRequest(**p.fields(token))
    ),
}


@pytest.mark.parametrize("read", READS)
async def test_a_token_leads_to_the_rest_and_ends(pages: Pages, read: str) -> None:
    first = await READS[read](pages, "")
    assert first.next_page_token
    assert (await READS[read](pages, first.next_page_token)).next_page_token == ""


@pytest.mark.parametrize("read", READS)
async def test_a_changed_token_is_refused(pages: Pages, read: str) -> None:
    token = (await READS[read](pages, "")).next_page_token
    data = urlsafe_b64decode(token)
    flipped = [data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :] for n in range(0, len(data), 3)]
    for each in (*(urlsafe_b64encode(one).decode() for one in flipped), token[:-4], token[4:], "x", "A" * 90):
        assert said(await refusal_of(READS[read](pages, each)))[2] == "CURSOR_INVALID", each


@pytest.mark.parametrize("read", READS)
async def test_a_token_of_another_question_is_refused(pages: Pages, read: str) -> None:
    for other in READS.keys() - {read}:
        token = (await READS[other](pages, "")).next_page_token
        assert said(await refusal_of(READS[read](pages, token)))[2] == "CURSOR_INVALID", other
