"""A source on its way through the pool, on the running mesh."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from loyalty.identity.v1 import identity_service_pb2
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2, pooling_pb2, pooling_service_pb2
from loyalty.ledger.v1.pooling_service_pb2_grpc import PoolingServiceStub
from loyalty.type.v1 import member_pb2

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.importing import Migration, open_migration, points
from tests.support.mesh import Till, member

if TYPE_CHECKING:
    from loyalty.ledger.v1.pooling_service_pb2_grpc import PoolingServiceAsyncStub

Stub: TypeAlias = "PoolingServiceAsyncStub"
_SERVICE = pooling_service_pb2.DESCRIPTOR.services_by_name["PoolingService"]
_NUMBERS = count(1)


async def move(
    stub: Stub, shop: Till, source: str, to: str, request_id: str = "", locations: Sequence[str] = ()
) -> pooling_pb2.PoolingChange:
    """Moves a source on."""
    request = pooling_service_pb2.ChangePoolingRequest(
        program_id=shop.program,
        request_id=request_id or f"move-{next(_NUMBERS)}",
        source_program_id=source,
        to_state=pooling_pb2.PoolingState.Value(f"POOLING_STATE_{to}"),
        signed_by="H. Quarters",
        reason="the attic joins",
        location_ids=locations,
    )
    return (await stub.ChangePooling(request)).change


@asynccontextmanager
async def open_pooling(stack: LocalStack, shop: Till) -> AsyncIterator[Stub]:
    """PoolingService for headquarters."""
    token = stack.token("office", programs=[shop.program], roles=["HEADQUARTERS_ADMIN"], brands=["*"])
    async with connect(stack.peer("ledger"), _SERVICE, lambda: token, timeout_seconds=30) as channel:
        yield PoolingServiceStub(channel)


@dataclass(frozen=True)
class Pool:
    """Sources that come and go."""

    stub: Stub
    migration: Migration
    shop: Till
    members: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Two imports of members of one program may meet: one after the other."""

    async def join(self, source: str, balances: dict[str, int], locations: Sequence[str] = ()) -> dict[str, str]:
        """Takes a source with these points of NORTH, two old ones for one, into the pool; its member ids."""
        await move(self.stub, self.shop, source, "REQUESTED", locations=locations)
        await move(self.stub, self.shop, source, "SHADOW")
        async with self.members:
            await self.migration.bring(f"{source}-people", source, dict.fromkeys(balances, ""))
        members = {one: await self.member_of(source, one) for one in balances}
        lines = [points(n, one, 2 * held) for n, (one, held) in enumerate(balances.items(), start=1)]
        staged = await self.migration.stage(f"{source}-points", source, lines, {"NORTH": (1, 2)})
        await self.migration.commit(f"{source}-points", staged.totals)
        await self._shadow(source, next(iter(members.values())))
        await move(self.stub, self.shop, source, "POOLED")
        return members

    async def _shadow(self, source: str, somebody: str) -> None:
        """Compares one quote and accepts what it came to."""
        quote = pooling_service_pb2.ShadowQuote(
            member=member(somebody),
            location_id="mall-1",
            brand_id="LINDEN",
            currency_code="USD",
            points=300,
            minor_units=300,
        )
        header = pooling_service_pb2.ShadowHeader(program_id=self.shop.program, source_program_id=source)
        item = pooling_service_pb2.ShadowItem(item_number=1, quote=quote)
        messages = [
            pooling_service_pb2.CompareShadowRequest(request_id="replay", header=header),
            pooling_service_pb2.CompareShadowRequest(item=item),
        ]
        await self.stub.CompareShadow(iter(messages))
        await self.stub.AcceptShadowReport(
            pooling_service_pb2.AcceptShadowReportRequest(
                program_id=self.shop.program,
                request_id=f"accept-{source}",
                source_program_id=source,
                last_item_number=1,
                signed_by="F. Inance",
            )
        )

    async def leave(self, source: str) -> str:
        """Goes back to LOCAL; the state arrived at, or the reason it was refused for."""
        request_id = f"leave-{next(_NUMBERS)}"
        try:
            while True:
                change = await move(self.stub, self.shop, source, "LOCAL", request_id)
                if change.to_state != pooling_pb2.POOLING_STATE_LEAVING:
                    self.shop._saw(change.position)
                    return pooling_pb2.PoolingState.Name(change.to_state).removeprefix("POOLING_STATE_")
                await asyncio.sleep(0.05)
        except Refusal as refusal:
            return refusal.reason

    async def found(self, source: str) -> pooling_pb2.Pooling:
        """How far a source is."""
        request = pooling_service_pb2.GetPoolingRequest(program_id=self.shop.program, source_program_id=source)
        return (await self.stub.GetPooling(request)).pooling

    async def withdrawn(self, source: str) -> list[balance_import_pb2.WithdrawnBalance]:
        """What went back to it, page by page."""
        request = balance_import_service_pb2.ListWithdrawnBalancesRequest(
            program_id=self.shop.program, import_id=f"{source}-points", page_size=1
        )
        lines: list[balance_import_pb2.WithdrawnBalance] = []
        while True:
            page = await self.migration.balances.ListWithdrawnBalances(request)
            lines += page.lines
            request.page_token = page.next_page_token
            if not page.next_page_token:
                return lines

    async def member_of(self, source: str, external_id: str) -> str:
        """A member by the source's own number."""
        kind = member_pb2.IDENTIFIER_KIND_POS
        reference = member_pb2.Identifier(kind=kind, value=f"{source}:{external_id}")
        request = identity_service_pb2.ResolveMemberRequest(
            program_id=self.shop.program, member=member_pb2.MemberRef(identifier=reference)
        )
        return (await self.shop.mesh.identity.ResolveMember(request)).resolution.member_id


@asynccontextmanager
async def open_pool(stack: LocalStack, shop: Till) -> AsyncIterator[Pool]:
    """All of it for headquarters."""
    async with open_pooling(stack, shop) as stub, open_migration(stack, shop) as migration:
        yield Pool(stub, migration, shop)
