"""An existing program comes into the pool: asked for, shadowed, accepted by name, pooled; or back."""

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import events_pb2, ledger_service_pb2, pooling_pb2, pooling_service_pb2
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.importing import Migration, open_migration, points
from tests.integration.mesh.pooling import Stub, move, open_pooling
from tests.support.mesh import Till, line, member


@pytest_asyncio.fixture(scope="session")
async def pooling(stack: LocalStack, shop: Till) -> AsyncIterator[Stub]:
    """Headquarters of the sandbox program."""
    await shop.enroll("POOLING000")
    await shop.known()
    async with open_pooling(stack, shop) as stub:
        yield stub


@pytest_asyncio.fixture(scope="session")
async def old_program(stack: LocalStack, shop: Till) -> AsyncIterator[Migration]:
    """Its files."""
    async with open_migration(stack, shop) as migration:
        yield migration


async def refused(stub: Stub, shop: Till, source: str, to: str, request_id: str = "") -> str:
    with pytest.raises(Refusal) as refusal:
        await move(stub, shop, source, to, request_id)
    return refusal.value.reason


def traffic(
    shop: Till, source: str, items: Sequence[pooling_service_pb2.ShadowItem]
) -> list[pooling_service_pb2.CompareShadowRequest]:
    header = pooling_service_pb2.ShadowHeader(program_id=shop.program, source_program_id=source)
    return [
        pooling_service_pb2.CompareShadowRequest(request_id="replay", header=header),
        *(pooling_service_pb2.CompareShadowRequest(item=item) for item in items),
    ]


def sale(
    shop: Till, number: int, buyer: str, order: order_pb2.Order, got: dict[int, int]
) -> pooling_service_pb2.ShadowItem:
    lines = [pooling_service_pb2.ShadowLine(line_number=n, points=p) for n, p in got.items()]
    answered = pooling_service_pb2.ShadowOrder(member=member(buyer), order=order, lines=lines)
    return pooling_service_pb2.ShadowItem(item_number=number, order=answered)


async def test_the_way_into_the_pool(shop: Till, pooling: Stub, old_program: Migration) -> None:
    buyer = await shop.enroll("POOLED1")
    assert await refused(pooling, shop, "yard", "SHADOW", "pool-yard-1") == "POOLING_STATE"
    first = await move(pooling, shop, "yard", "REQUESTED", "pool-yard-1")
    assert await move(pooling, shop, "yard", "REQUESTED", "pool-yard-1") == first
    assert await refused(pooling, shop, "yard", "SHADOW", "pool-yard-1") == "REQUEST_ID_REUSED"
    await move(pooling, shop, "yard", "SHADOW")
    assert await refused(pooling, shop, "yard", "POOLED") == "IMPORT_NOT_COMMITTED"

    order = shop.order("yard-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])
    quote = pooling_service_pb2.ShadowQuote(
        member=member(buyer), location_id="mall-1", brand_id="LINDEN", currency_code="USD", points=300, minor_units=300
    )
    items = [
        sale(shop, 1, buyer, order, {1: 40, 2: 150}),
        pooling_service_pb2.ShadowItem(item_number=2, quote=quote),
        sale(shop, 3, "mem_nobody", order, {1: 40}),
    ]
    answer = await pooling.CompareShadow(iter(traffic(shop, "yard", items)))
    assert (answer.pooling.last_item_number, answer.repeated_items) == (3, 0)
    again = await pooling.CompareShadow(iter(traffic(shop, "yard", items)))
    assert again.repeated_items == 3
    report = await pooling.GetShadowReport(
        pooling_service_pb2.GetShadowReportRequest(program_id=shop.program, source_program_id="yard")
    )
    totals = {(one.kind, one.brand_id, one.rule): (one.compared, one.differing) for one in report.totals}
    assert totals == {
        (pooling_pb2.SHADOW_KIND_ORDER, "NORTH", "north-base"): (1, 0),
        (pooling_pb2.SHADOW_KIND_ORDER, "HARBOR", "harbor-base"): (1, 1),
        (pooling_pb2.SHADOW_KIND_QUOTE, "LINDEN", ""): (1, 1),
        (pooling_pb2.SHADOW_KIND_REFUSED, "", "MEMBER_NOT_FOUND"): (1, 1),
    }
    [harbor, worth, nobody] = report.differences
    assert (harbor.item_number, harbor.line_number, harbor.old_amount, harbor.mesh_amount) == (1, 2, 150, 196)
    assert (worth.old_amount, worth.mesh_amount) == (300, 240)
    assert nobody.rule == "MEMBER_NOT_FOUND"
    assert (await shop.wallet(buyer)).wallet.balance == 0

    await old_program.bring("yard-members", "yard", {"y1": ""})
    staged = await old_program.stage("yard-points", "yard", [points(1, "y1", 10)], {"NORTH": (1, 1)})
    assert await refused(pooling, shop, "yard", "POOLED") == "IMPORT_NOT_COMMITTED"
    await old_program.commit("yard-points", staged.totals)
    assert await refused(pooling, shop, "yard", "POOLED") == "SHADOW_NOT_ACCEPTED"
    accept = pooling_service_pb2.AcceptShadowReportRequest(
        program_id=shop.program,
        request_id="accept-yard",
        source_program_id="yard",
        last_item_number=2,
        signed_by="F. Inance",
    )
    with pytest.raises(Refusal) as refusal:
        await pooling.AcceptShadowReport(accept)
    assert refusal.value.reason == "SHADOW_NOT_ACCEPTED"
    accept.last_item_number = 3
    assert (await pooling.AcceptShadowReport(accept)).pooling.accepted_by == "F. Inance"
    pooled = await move(pooling, shop, "yard", "POOLED")
    shop._saw(pooled.position)
    assert (await pooling.AcceptShadowReport(accept)).pooling.accepted_by == "F. Inance"
    accept.last_item_number = 2
    with pytest.raises(Refusal) as refusal:
        await pooling.AcceptShadowReport(accept)
    assert refusal.value.reason == "REQUEST_ID_REUSED"
    assert await refused(pooling, shop, "yard", "SHADOW") == "POOLING_STATE"
    assert await refused(pooling, shop, "yard", "LEAVING") == "POOLING_STATE"

    request = pooling_service_pb2.GetPoolingRequest(program_id=shop.program, source_program_id="yard")
    found = (await pooling.GetPooling(request)).pooling
    assert [change.number for change in found.changes] == [1, 2, 3]
    assert [change.signed_by for change in found.changes] == ["H. Quarters"] * 3
    told = [event async for event in _events(shop) if event.event_type == events_pb2.EVENT_TYPE_POOLING_CHANGED]
    assert [event.subject_id for event in told if event.subject_id.startswith("yard/")] == [
        "yard/1",
        "yard/2",
        "yard/3",
    ]
    assert await shop.broken() == []


async def test_before_the_pool_the_way_back_is_open(shop: Till, pooling: Stub) -> None:
    await move(pooling, shop, "shed", "REQUESTED")
    await move(pooling, shop, "shed", "LOCAL")
    await move(pooling, shop, "shed", "REQUESTED")
    await move(pooling, shop, "shed", "SHADOW")
    assert (await move(pooling, shop, "shed", "LOCAL")).number == 5


async def _events(shop: Till) -> AsyncIterator[events_pb2.Event]:
    """The program's events so far."""
    request = ledger_service_pb2.StreamEventsRequest(program_id=shop.program)
    stream = shop.mesh.ledger.StreamEvents(request, timeout=5)
    reached: dict[int, int] = {}
    async for message in stream:
        if message.HasField("event"):
            reached[message.event.position.partition] = message.event.position.position
            yield message.event
        if all(reached.get(p, 0) >= at for p, at in shop.reached.items()):
            stream.cancel()
            return
