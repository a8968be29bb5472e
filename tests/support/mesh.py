"""A till and an office on the running mesh, as tests use them: short calls with the long messages filled in."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import order_requests_pb2
from loyalty.rules.v1 import rules_service_pb2 as rules
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2, member_pb2, order_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import Mesh, open_mesh, program_files
from deploy.local.stack import LocalStack

ALL_ROLES = ("HEADQUARTERS_ADMIN", "POS", "FINANCE", "SERVICE")
_NUMBERS = itertools.count(1)


def moment(value: datetime) -> Timestamp:
    """A moment as a message."""
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def member(member_id: str) -> member_pb2.MemberRef:
    """A member by id."""
    return member_pb2.MemberRef(member_id=member_id)


@dataclass
class Till:
    """One caller in one program. Request and document ids count up unless given."""

    mesh: Mesh
    program: str
    now: datetime = datetime(2026, 3, 2, 17, tzinfo=UTC)
    reached: dict[int, int] = field(default_factory=dict)

    async def apply(self, folder: Path, program_id_in_files: str, changes: Mapping[str, str] | None = None) -> str:
        """Makes a program's files live under this till's program id; the revision. `changes` says which texts of the
        files are replaced; each must occur."""
        replaced = {f"id: {program_id_in_files}": f"id: {self.program}"} | dict(changes or {})
        files = list(program_files(folder))
        for old, new in replaced.items():
            if not any(old in file.content for file in files):
                raise ValueError(f"no file says {old!r}")
            for file in files:
                file.content = file.content.replace(old, new)
        request = rules.ApplyProgramRequest(program_id=self.program, request_id=self._id("apply"), files=files)
        return (await self.mesh.rules.ApplyProgram(request)).revision.revision

    async def enroll(self, card: str) -> str:
        """A member by card; its id. A program that was just applied takes a moment to be known everywhere."""
        request = identity.EnrollMemberRequest(
            program_id=self.program,
            request_id=self._id("enroll"),
            identifiers=[member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=card)],
        )
        for _ in range(100):
            try:
                return (await self.mesh.identity.EnrollMember(request)).member.member_id
            except Refusal as refusal:
                if refusal.reason != "PROGRAM_NOT_FOUND":
                    raise
                await asyncio.sleep(0.05)
        raise TimeoutError("the program never became known to identity")

    async def known(self) -> None:
        """Returns when the ledger knows the program."""
        request = order_requests_pb2.ListRefusedOrdersRequest(program_id=self.program)
        for _ in range(100):
            try:
                await self.mesh.ledger.ListRefusedOrders(request)
            except Refusal as refusal:
                if refusal.reason != "PROGRAM_NOT_FOUND":
                    raise
                await asyncio.sleep(0.05)
            else:
                return
        raise TimeoutError("the program never became known to the ledger")

    def order(
        self, document_id: str, location: str, lines: Iterable[order_pb2.OrderLine], currency: str = "USD"
    ) -> order_pb2.Order:
        """A sale."""
        listed = list(lines)
        return order_pb2.Order(
            source="till-1",
            document_id=document_id,
            location_id=location,
            channel="store",
            occur_time=moment(self.now),
            currency_code=currency,
            total_minor_units=sum(line.net_minor_units for line in listed),
            lines=listed,
        )

    async def sell(
        self, buyer: str, document_id: str, location: str, lines: Iterable[order_pb2.OrderLine]
    ) -> ledger.PostOrderResponse:
        """Posts a sale."""
        request = ledger.PostOrderRequest(
            program_id=self.program,
            request_id=self._id("sale"),
            member=member(buyer),
            order=self.order(document_id, location, lines),
        )
        answer = await self.mesh.ledger.PostOrder(request)
        self._saw(answer.position)
        return answer

    async def redeem(
        self, buyer: str, points: int, location: str, brand: str, request_id: str | None = None
    ) -> ledger.RedeemPointsResponse:
        """Spends points."""
        answer = await self.mesh.ledger.RedeemPoints(
            ledger.RedeemPointsRequest(
                program_id=self.program,
                request_id=request_id or self._id("redeem"),
                member=member(buyer),
                location_id=location,
                brand_id=brand,
                currency_code="USD",
                points=points,
                occur_time=moment(self.now),
            )
        )
        self._saw(answer.position)
        return answer

    async def give_back(
        self, document_id: str, location: str, sale: str, lines: Mapping[int, int | None]
    ) -> ledger.PostReturnResponse:
        """Returns pieces (None: all) of lines of one sale."""
        ref = order_pb2.OrderRef(source="till-1", document_id=sale)
        shares = [_share(returns.SaleLineRef(order=ref, line_number=line), pieces) for line, pieces in lines.items()]
        document = returns.Return(
            source="till-1",
            document_id=document_id,
            location_id=location,
            occur_time=moment(self.now),
            lines=[returns.ReturnLine(line_number=n, sale_lines=[share]) for n, share in enumerate(shares, start=1)],
        )
        request = ledger.PostReturnRequest(
            program_id=self.program, request_id=self._id("return"), return_document=document
        )
        answer = await self.mesh.ledger.PostReturn(request)
        self._saw(answer.position)
        return answer

    async def wallet(self, buyer: str) -> ledger.GetWalletResponse:
        """A balance."""
        return await self.mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=self.program, member=member(buyer)))

    async def net_positions(self, currency: str = "USD") -> dict[str, int]:
        """Net position by entity, with everything in it that this till has done."""
        request = settlement.GetPositionsRequest(program_id=self.program, at_least=self.cursor())
        answer = await self.mesh.settlement.GetPositions(request)
        return {
            net.entity_id: net.minor_units
            for positions in answer.positions
            if positions.currency_code == currency
            for net in positions.net
        }

    def cursor(self) -> list[log_position_pb2.LogPosition]:
        """The positions this till has seen."""
        return [
            log_position_pb2.LogPosition(partition=partition, position=position)
            for partition, position in sorted(self.reached.items())
        ]

    async def broken(self) -> list[str]:
        """Every finding of every checker of the ledger and the books, and every difference between the two."""
        found: list[str] = []
        async for one in self.mesh.ledger.VerifyIntegrity(ledger.VerifyIntegrityRequest(program_id=self.program)):
            found += [f"ledger {one.check.invariant}: {finding}" for finding in one.check.findings]
        reconciled = await self.mesh.settlement.ReconcileLedger(
            settlement.ReconcileLedgerRequest(program_id=self.program, at_least=self.cursor())
        )
        found += [f"{d.figure}: ledger {d.ledger}, books {d.books}" for d in reconciled.differences]
        books = await self.mesh.settlement.VerifyBooks(settlement.VerifyBooksRequest(program_id=self.program))
        found += [f"books {check.invariant}: {finding}" for check in books.checks for finding in check.findings]
        return found

    def _id(self, what: str) -> str:
        return f"{what}-{next(_NUMBERS)}"

    def _saw(self, position: log_position_pb2.LogPosition) -> None:
        self.reached[position.partition] = max(position.position, self.reached.get(position.partition, 0))


def _share(sale_line: returns.SaleLineRef, pieces: int | None) -> returns.ReturnedShare:
    if pieces is None:
        return returns.ReturnedShare(sale_line=sale_line, whole=True)
    return returns.ReturnedShare(sale_line=sale_line, quantity=pieces)


def line(
    number: int, brand: str, net: int, *, categories: Sequence[str] = (), quantity: int = 1, sku: str = ""
) -> order_pb2.OrderLine:
    """A line of a sale."""
    return order_pb2.OrderLine(
        line_number=number,
        brand_id=brand,
        sku=sku or f"SKU-{number}",
        category_ids=categories,
        quantity=quantity,
        net_minor_units=net,
    )


@asynccontextmanager
async def open_till(
    stack: LocalStack, program: str, roles: Sequence[str] = ALL_ROLES, brands: Sequence[str] = ("*",)
) -> AsyncIterator[Till]:
    """A till with a token of its own for one program, and some or all of its brands."""
    async with open_mesh(stack.peer, stack.token("till", programs=[program], roles=roles, brands=brands)) as mesh:
        yield Till(mesh, program)
