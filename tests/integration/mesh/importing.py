"""A migration on the running mesh: stubs of both import services, and short calls."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from loyalty.identity.v1 import import_pb2, import_service_pb2
from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceStub
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2
from loyalty.ledger.v1.balance_import_service_pb2_grpc import BalanceImportServiceStub
from loyalty.type.v1 import member_pb2, money_pb2, points_pb2

from chassis.runtime.channel import connect
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, moment

if TYPE_CHECKING:
    from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceAsyncStub
    from loyalty.ledger.v1.balance_import_service_pb2_grpc import BalanceImportServiceAsyncStub

EARNED = datetime(2025, 11, 3, 9, tzinfo=UTC)
EXPIRES = datetime(2027, 3, 31, 22, tzinfo=UTC)
_IDENTITY = import_service_pb2.DESCRIPTOR.services_by_name["ImportService"]
_LEDGER = balance_import_service_pb2.DESCRIPTOR.services_by_name["BalanceImportService"]
_NUMBERS = count(1)


@dataclass(frozen=True)
class Migration:
    """One old program that comes over into a till's program."""

    members: "ImportServiceAsyncStub"
    balances: "BalanceImportServiceAsyncStub"
    program: str

    async def bring(self, import_id: str, source: str, people: Mapping[str, str]) -> import_pb2.Import:
        """Imports and commits people: external id and card (may be empty)."""
        header = import_service_pb2.ImportHeader(program_id=self.program, import_id=import_id, source_program_id=source)
        messages = [import_service_pb2.ImportMembersRequest(request_id="up", header=header)]
        for number, (external_id, card) in enumerate(people.items(), start=1):
            one = import_pb2.ImportedMember(external_id=external_id, join_time=moment(EARNED))
            if card:
                kind = member_pb2.IDENTIFIER_KIND_CARD
                identifier = member_pb2.Identifier(kind=kind, value=card)
                one.identifiers.append(import_pb2.ImportedIdentifier(identifier=identifier, verified=True))
            line = import_service_pb2.NumberedMember(line_number=number, member=one)
            messages.append(import_service_pb2.ImportMembersRequest(line=line))
        staged = getattr(await self.members.ImportMembers(iter(messages)), "import")
        request = import_service_pb2.CommitImportRequest(
            program_id=self.program, request_id=_fresh(), import_id=import_id, totals=staged.totals
        )
        while True:
            found: import_pb2.Import = getattr(await self.members.CommitImport(request), "import")
            if found.state == import_pb2.IMPORT_STATE_COMMITTED:
                return found

    async def stage(
        self,
        import_id: str,
        source: str,
        lines: Iterable[balance_import_service_pb2.NumberedBalance],
        ratios: Mapping[str, tuple[int, int]],
        funders: Iterable[points_pb2.Funder] = (),
    ) -> balance_import_pb2.BalanceImport:
        """Stages balances."""
        header = balance_import_service_pb2.BalanceImportHeader(
            program_id=self.program,
            import_id=import_id,
            source_program_id=source,
            brands=[
                balance_import_pb2.BrandTerms(
                    brand_id=brand,
                    ratio=money_pb2.Ratio(numerator=numerator, denominator=denominator),
                    funders=funders,
                )
                for brand, (numerator, denominator) in ratios.items()
            ],
        )
        messages = [balance_import_service_pb2.ImportBalancesRequest(request_id="up", header=header)]
        messages += [balance_import_service_pb2.ImportBalancesRequest(line=line) for line in lines]
        found: balance_import_pb2.BalanceImport = getattr(await self.balances.ImportBalances(iter(messages)), "import")
        return found

    async def commit(
        self, import_id: str, totals: balance_import_pb2.BalanceTotals, request_id: str = ""
    ) -> balance_import_pb2.BalanceImport:
        """Commits balances to the end."""
        request = balance_import_service_pb2.CommitBalanceImportRequest(
            program_id=self.program,
            request_id=request_id or _fresh(),
            import_id=import_id,
            totals=totals,
            signed_by="F. Inance",
        )
        while True:
            found: balance_import_pb2.BalanceImport = getattr(
                await self.balances.CommitBalanceImport(request), "import"
            )
            if found.state == balance_import_pb2.BALANCE_IMPORT_STATE_COMMITTED:
                return found

    async def abandon(self, import_id: str, request_id: str) -> balance_import_pb2.BalanceImport:
        """Gives balances up."""
        request = balance_import_service_pb2.AbandonBalanceImportRequest(
            program_id=self.program, request_id=request_id, import_id=import_id
        )
        found: balance_import_pb2.BalanceImport = getattr(await self.balances.AbandonBalanceImport(request), "import")
        return found


def points(
    number: int, external_id: str, old: int, *, brand: str = "", expires: datetime | None = EXPIRES
) -> balance_import_service_pb2.NumberedBalance:
    """A line of points."""
    brought = balance_import_pb2.ImportedPoints(
        external_id=external_id, points=old, earn_time=moment(EARNED), brand_id=brand
    )
    if expires is not None:
        brought.expire_time.CopyFrom(moment(expires))
    return balance_import_service_pb2.NumberedBalance(line_number=number, points=brought)


def carried_tier(
    number: int, external_id: str, ladder: str, tier: str, until: str = ""
) -> balance_import_service_pb2.NumberedBalance:
    """A line of a tier; `until` is its first day without it."""
    carried = balance_import_pb2.CarriedTier(external_id=external_id, ladder_id=ladder, tier_id=tier, until=until)
    return balance_import_service_pb2.NumberedBalance(line_number=number, tier=carried)


@asynccontextmanager
async def open_migration(stack: LocalStack, till: Till) -> AsyncIterator[Migration]:
    """Both import services for headquarters."""
    token = stack.token("migration", programs=[till.program], roles=["HEADQUARTERS_ADMIN"], brands=["*"])
    async with (
        connect(stack.peer("identity"), _IDENTITY, lambda: token, timeout_seconds=30) as identity,
        connect(stack.peer("ledger"), _LEDGER, lambda: token, timeout_seconds=30) as ledger,
    ):
        yield Migration(ImportServiceStub(identity), BalanceImportServiceStub(ledger), till.program)


def _fresh() -> str:
    return f"commit-{next(_NUMBERS)}"
