"""Members, operators and regional admins on the running mesh: each is let in to what is theirs (docs/DOMAIN.md §10)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import close_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import return_requests_pb2 as returns
from loyalty.settlement.v1 import statement_service_pb2 as statements
from loyalty.settlement.v1 import statement_service_pb2_grpc
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS, Mesh, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import refusal_of, said
from tests.integration.mesh.uploads import sale, upload
from tests.support.mesh import Till, line, member, moment, open_till

PROGRAM = "whose-it-is"
DENIED = ("PERMISSION_DENIED", "type.loyalty")


@dataclass(frozen=True)
class Things:
    """Sales of Ana's at Harbor's shop in the east and at Linden's in the west, a parked return and a refused sale at
    each; Bob, who has nothing."""

    stack: LocalStack
    till: Till
    ana: str
    bob: str
    parked: dict[str, str]

    @asynccontextmanager
    async def seen_by(self, role: str, **claims: Any) -> AsyncIterator[Mesh]:
        """The mesh, as a caller of one role meets it whose token names no division but these."""
        nothing: dict[str, Any] = {"brands": ["*"], "regions": [], "locations": []}
        token = self.stack.token(f"{role}-eyes", programs=[PROGRAM], roles=[role], **(nothing | claims))
        async with open_mesh(self.stack.peer, token) as mesh:
            yield mesh

    def order(self, document: str) -> ledger.GetOrderRequest:
        ref = order_pb2.OrderRef(source="till-1", document_id=document)
        return ledger.GetOrderRequest(program_id=PROGRAM, order=ref)


@pytest_asyncio.fixture(scope="module")
async def things(stack: LocalStack) -> AsyncIterator[Things]:
    roles = ["HEADQUARTERS_ADMIN", "SERVICE", "POS"]
    async with open_till(stack, PROGRAM, roles) as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana, bob = await till.enroll("ANA"), await till.enroll("BOB")
        await till.sell(ana, "EAST", "harbor-1", [line(1, "HARBOR", 10_000)])
        await till.sell(ana, "WEST", "linden-1", [line(1, "LINDEN", 5_000)])
        counter, parked = Counter(till, PROGRAM), {}
        for place in ("harbor-1", "linden-1"):
            early = counter.document(f"EARLY-{place}", [share(f"LATER-{place}", 1)])
            early.location_id = place
            request = ledger.PostReturnRequest(
                program_id=PROGRAM, request_id=f"early-{place}", member=member(ana), return_document=early
            )
            parked[place] = (await till.mesh.ledger.PostReturn(request)).return_id
        lost = [sale(till, "mem_none", f"lost-{place}", 40) for place in parked]
        for place, one in zip(parked, lost, strict=True):
            one.order.location_id = place
            one.order.lines[0].brand_id = "HARBOR" if place == "harbor-1" else "LINDEN"
        await upload(till, lost)
        yield Things(stack, till, ana, bob, parked)


async def test_a_member_sees_its_own(things: Things) -> None:
    """Its wallet, its resolution, and its statement with every brand: those of a token are divisions of the trade, a
    member's points are all its own."""
    own: dict[str, Any] = {"program_id": PROGRAM, "member": member(things.ana)}
    now = things.till.now
    year: dict[str, Any] = {"start_time": moment(now.replace(month=1)), "end_time": moment(now.replace(month=12))}
    async with things.seen_by("MEMBER", brands=[], member=things.ana) as mesh:
        wallet = (await mesh.ledger.GetWallet(ledger.GetWalletRequest(**own))).wallet
        statement = await mesh.ledger.GetMemberStatement(reading.GetMemberStatementRequest(**own, **year))
        found = await mesh.identity.ResolveMember(identity.ResolveMemberRequest(**own))
    assert wallet.balance == statement.closing_balance > 0
    assert {points.brand_id for points in statement.totals} == {"HARBOR", "LINDEN"}
    assert found.resolution.root_member_id == things.ana


@pytest.mark.parametrize("claim", ["bob", "nobody"])
async def test_another_members_is_not_told_from_nobodys(things: Things, claim: str) -> None:
    told = []
    async with things.seen_by("MEMBER", member=things.bob if claim == "bob" else "") as mesh:
        for named in (things.ana, "mem_none"):
            request = ledger.GetWalletRequest(program_id=PROGRAM, member=member(named))
            refusal = await refusal_of(mesh.ledger.GetWallet(request))
            told.append((said(refusal), refusal.message, {**refusal.metadata, "trace_id": ""}))
    assert told[0] == told[1]
    assert told[0][0] == (*DENIED, "MEMBER_NOT_ALLOWED")


async def test_an_operator_sees_sales_of_its_own_locations(things: Things) -> None:
    async with things.seen_by("OPERATOR", operators=["harbor"]) as mesh:
        own = await mesh.ledger.GetOrder(things.order("EAST"))
        told = []
        for document in ("WEST", "NEVER"):
            refusal = await refusal_of(mesh.ledger.GetOrder(things.order(document)))
            told.append((said(refusal), refusal.message.replace(document, "…")))
    assert own.order.order.location_id == "harbor-1"
    assert told[0] == told[1]
    assert told[0][0][2] == "ORDER_NOT_FOUND"


@pytest.mark.parametrize(
    ("role", "claims", "told"),
    [
        ("LOCATION_MANAGER", {"brands": ["LINDEN"], "locations": ["harbor-1"]}, False),
        ("HEADQUARTERS_ADMIN", {"brands": ["LINDEN"], "locations": ["*"]}, False),
        ("POS", {"brands": ["LINDEN"], "locations": ["linden-1"]}, False),
        ("POS", {"brands": ["LINDEN"], "locations": ["harbor-1"]}, True),
        ("OPERATOR", {"brands": [], "operators": ["harbor"]}, True),
        ("LOCATION_MANAGER", {"brands": ["HARBOR"], "locations": ["linden-1"]}, True),
    ],
)
async def test_a_sale_of_other_brands_is_told_where_it_was_made(
    things: Things, role: str, claims: dict[str, Any], told: bool
) -> None:
    """To a till there, which may have to take the goods back, and to whoever runs the place: without the lines."""
    async with things.seen_by(role, **claims) as mesh:
        if told:
            sale = (await mesh.ledger.GetOrder(things.order("EAST"))).order.order
            assert (sale.total_minor_units, len(sale.lines)) == (10_000, "HARBOR" in claims["brands"])
            return
        hidden, absent = [await refusal_of(mesh.ledger.GetOrder(things.order(one))) for one in ("EAST", "NEVER")]
    assert said(hidden) == said(absent)
    assert hidden.message.replace("EAST", "NEVER") == absent.message
    assert said(hidden)[2] == "ORDER_NOT_FOUND"


async def test_an_operator_sees_returns_of_its_own_locations(things: Things) -> None:
    async with things.seen_by("OPERATOR", operators=["harbor"]) as mesh:
        request = returns.GetReturnRequest(program_id=PROGRAM, return_id=things.parked["harbor-1"])
        assert (await mesh.ledger.GetReturn(request)).posted_return.return_id == things.parked["harbor-1"]
        request.return_id = things.parked["linden-1"]
        assert said(await refusal_of(mesh.ledger.GetReturn(request)))[2] == "RETURN_NOT_FOUND"
        listed = returns.ListParkedReturnsRequest(program_id=PROGRAM, location_id="harbor-1")
        assert len((await mesh.ledger.ListParkedReturns(listed)).returns) == 1
        listed.location_id = "linden-1"
        assert said(await refusal_of(mesh.ledger.ListParkedReturns(listed))) == (*DENIED, "DIVISION_NOT_ALLOWED")


async def test_an_operator_sees_refused_uploads_and_totals_of_its_own_locations(things: Things) -> None:
    async with things.seen_by("OPERATOR", operators=["harbor"]) as mesh:
        refused = await mesh.ledger.ListRefusedOrders(orders.ListRefusedOrdersRequest(program_id=PROGRAM))
        totals = close_pb2.StreamDocumentTotalsRequest(
            program_id=PROGRAM,
            location_id="harbor-1",
            start_time=moment(things.till.now.replace(month=1)),
            end_time=moment(things.till.now.replace(month=12)),
        )
        sums = [total async for total in mesh.ledger.StreamDocumentTotals(totals)]
    assert {one.order.location_id for one in refused.orders} == {"harbor-1"}
    assert {total.location_id for total in sums} == {"harbor-1"}


async def test_an_operator_reads_the_statement_of_its_own_entity(things: Things) -> None:
    token = things.stack.token("books", programs=[PROGRAM], roles=["OPERATOR"], operators=["harbor"], brands=[])
    async with things.stack.peer("settlement").channel() as channel:
        stub = statement_service_pb2_grpc.StatementServiceStub(channel)
        metadata = (("authorization", f"Bearer {token}"),)
        request = statements.GetStatementRequest(program_id=PROGRAM, entity_id="harbor")
        answer = await stub.GetStatement(request, metadata=metadata)
        assert answer.statement.header.entity_id == "harbor"


async def test_a_region_is_its_locations(things: Things) -> None:
    async with things.seen_by("REGIONAL_ADMIN", regions=["west"]) as mesh:
        assert (await mesh.ledger.GetOrder(things.order("WEST"))).order.order.location_id == "linden-1"
        assert said(await refusal_of(mesh.ledger.GetOrder(things.order("EAST"))))[2] == "ORDER_NOT_FOUND"
        refused = await mesh.ledger.ListRefusedOrders(orders.ListRefusedOrdersRequest(program_id=PROGRAM))
        assert {one.order.location_id for one in refused.orders} == {"linden-1"}
        resolve = returns.ResolveParkedReturnRequest(
            program_id=PROGRAM,
            request_id="not-the-region's",
            return_id=things.parked["harbor-1"],
            reject="there is no such sale",
            operator_id="region-west",
            occur_time=moment(things.till.now),
        )
        assert said(await refusal_of(mesh.ledger.ResolveParkedReturn(resolve)))[2] in ("RETURN_NOT_FOUND", "MALFORMED")


async def test_a_page_token_of_one_program_opens_none_of_another(things: Things, shop: Till) -> None:
    listed = orders.ListRefusedOrdersRequest(program_id=PROGRAM, page_size=1)
    page = await things.till.mesh.ledger.ListRefusedOrders(listed)
    assert page.next_page_token
    listed.program_id, listed.page_token = shop.program, page.next_page_token
    assert said(await refusal_of(shop.mesh.ledger.ListRefusedOrders(listed)))[2] == "CURSOR_INVALID"


async def test_an_event_names_the_caller_of_its_command(things: Things) -> None:
    request = ledger.StreamEventsRequest(program_id=PROGRAM, stop_at_head=True)
    stream = things.till.mesh.ledger.StreamEvents(request)
    callers = {one.event.caller async for one in stream if one.HasField("event")}
    assert callers == {"till"}
