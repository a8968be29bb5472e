"""What the tool asks of identity and the ledger: one face for members, and for balances and tiers."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from loyalty.identity.v1 import import_pb2, import_service_pb2
from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceStub
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2
from loyalty.ledger.v1.balance_import_service_pb2_grpc import BalanceImportServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.tokens import TokenProvider
from chassis.runtime.transport import Peer
from ledger_service.tool.files import FileError
from ledger_service.tool.lines import COLUMNS

if TYPE_CHECKING:
    from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceAsyncStub
    from loyalty.ledger.v1.balance_import_service_pb2_grpc import BalanceImportServiceAsyncStub

TIMEOUT_SECONDS = 60.0
ON_PAGE = 1_000

_IDENTITY = import_service_pb2.DESCRIPTOR.services_by_name["ImportService"]
_LEDGER = balance_import_service_pb2.DESCRIPTOR.services_by_name["BalanceImportService"]

Row = tuple[object, ...]
Line = TypeVar("Line")


class Key(NamedTuple):
    """Program and import."""

    program_id: str
    import_id: str


class Progress(NamedTuple):
    """An import as it stands: its state by name, whether a commit or abandoning goes on, its control totals, and the
    message itself."""

    state: str
    under_way: bool
    totals: str
    message: Any


class MemberDesk:
    """Imports of members."""

    heading = ("line", "verdict", "reason", "field", "rule", "same_as_line", "same_as_import", "look_alikes")

    def __init__(self, stub: "ImportServiceAsyncStub") -> None:
        self._stub = stub

    async def upload(
        self, key: Key, source: str, dry_run: bool, lines: Iterator[import_service_pb2.NumberedMember]
    ) -> Progress:
        """Stages lines."""
        header = import_service_pb2.ImportHeader(**key._asdict(), source_program_id=source, dry_run=dry_run)

        readable = _Readable(lines)

        async def messages() -> AsyncIterator[import_service_pb2.ImportMembersRequest]:
            yield import_service_pb2.ImportMembersRequest(request_id=f"upload-{key.import_id}", header=header)
            for line in readable:
                yield import_service_pb2.ImportMembersRequest(line=line)

        found = getattr(await self._stub.ImportMembers(messages()), "import")
        readable.end()
        return _member_progress(found)

    async def get(self, key: Key) -> Progress:
        """The import as it stands."""
        request = import_service_pb2.GetImportRequest(**key._asdict())
        return _member_progress(getattr(await self._stub.GetImport(request), "import"))

    async def commit(self, key: Key, found: Progress, _signed_by: str) -> Progress:
        """Goes on committing what it was found to come to."""
        request = import_service_pb2.CommitImportRequest(
            **key._asdict(), request_id=f"commit-{key.import_id}", totals=found.message.totals
        )
        return _member_progress(getattr(await self._stub.CommitImport(request), "import"))

    async def abandon(self, key: Key) -> Progress:
        """Goes on giving it up."""
        request = import_service_pb2.AbandonImportRequest(**key._asdict(), request_id=f"abandon-{key.import_id}")
        return _member_progress(getattr(await self._stub.AbandonImport(request), "import"))

    async def report(self, key: Key) -> AsyncIterator[Row]:
        """Its rows."""
        request = import_service_pb2.ListImportLinesRequest(**key._asdict(), page_size=ON_PAGE)
        while True:
            page = await self._stub.ListImportLines(request)
            for line in page.lines:
                yield (
                    line.line_number,
                    import_pb2.ImportVerdict.Name(line.verdict).removeprefix("IMPORT_VERDICT_"),
                    _named(import_pb2.ImportFault.Name(line.fault), "IMPORT_FAULT_"),
                    COLUMNS.get(line.field, line.field),
                    line.rule,
                    line.same_as_line_number or "",
                    line.same_as_import_id,
                    " ".join(line.look_alike_fields),
                )
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token


class BalanceDesk:
    """Imports of balances and tiers."""

    heading = ("line", "reason", "field", "rule", "member")

    def __init__(self, stub: "BalanceImportServiceAsyncStub", terms: tuple[balance_import_pb2.BrandTerms, ...]) -> None:
        self._stub = stub
        self._terms = terms

    async def upload(
        self, key: Key, source: str, dry_run: bool, lines: Iterator[balance_import_service_pb2.NumberedBalance]
    ) -> Progress:
        """Stages lines."""
        header = balance_import_service_pb2.BalanceImportHeader(
            **key._asdict(), source_program_id=source, dry_run=dry_run, brands=self._terms
        )

        readable = _Readable(lines)

        async def messages() -> AsyncIterator[balance_import_service_pb2.ImportBalancesRequest]:
            yield balance_import_service_pb2.ImportBalancesRequest(request_id=f"upload-{key.import_id}", header=header)
            for line in readable:
                yield balance_import_service_pb2.ImportBalancesRequest(line=line)

        found = getattr(await self._stub.ImportBalances(messages()), "import")
        readable.end()
        return _balance_progress(found)

    async def get(self, key: Key) -> Progress:
        """The import as it stands."""
        request = balance_import_service_pb2.GetBalanceImportRequest(**key._asdict())
        return _balance_progress(getattr(await self._stub.GetBalanceImport(request), "import"))

    async def commit(self, key: Key, found: Progress, signed_by: str) -> Progress:
        """Goes on committing what it was found to come to."""
        request = balance_import_service_pb2.CommitBalanceImportRequest(
            **key._asdict(), request_id=f"commit-{key.import_id}", totals=found.message.totals, signed_by=signed_by
        )
        return _balance_progress(getattr(await self._stub.CommitBalanceImport(request), "import"))

    async def abandon(self, key: Key) -> Progress:
        """Gives it up."""
        request = balance_import_service_pb2.AbandonBalanceImportRequest(
            **key._asdict(), request_id=f"abandon-{key.import_id}"
        )
        return _balance_progress(getattr(await self._stub.AbandonBalanceImport(request), "import"))

    async def report(self, key: Key) -> AsyncIterator[Row]:
        """Its rows."""
        request = balance_import_service_pb2.ListBalanceImportLinesRequest(**key._asdict(), page_size=ON_PAGE)
        while True:
            page = await self._stub.ListBalanceImportLines(request)
            for line in page.lines:
                reason = _named(balance_import_pb2.BalanceFault.Name(line.fault), "BALANCE_FAULT_")
                column = COLUMNS.get(line.field, line.field)
                yield line.line_number, reason, column, line.rule, line.member_id
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def withdrawn(self, key: Key) -> AsyncIterator[balance_import_pb2.WithdrawnBalance]:
        """What goes back of it."""
        request = balance_import_service_pb2.ListWithdrawnBalancesRequest(**key._asdict(), page_size=ON_PAGE)
        while True:
            page = await self._stub.ListWithdrawnBalances(request)
            for line in page.lines:
                yield line
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token


Desk = MemberDesk | BalanceDesk


class _Readable(Generic[Line]):
    """Lines of a file up to where it cannot be read any more. gRPC would make a cancelled call of what a stream raises,
    so it is told when the stream has ended: what came before is staged."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._fault: FileError | None = None

    def __iter__(self) -> Iterator[Line]:
        try:
            yield from self._lines
        except FileError as fault:
            self._fault = fault

    def end(self) -> None:
        """Raises the FileError that ended it early."""
        if self._fault is not None:
            raise self._fault


@asynccontextmanager
async def open_members(peer: Peer, token: TokenProvider) -> AsyncIterator[MemberDesk]:
    """Identity at a peer."""
    async with connect(peer, _IDENTITY, token, timeout_seconds=TIMEOUT_SECONDS) as channel:
        yield MemberDesk(ImportServiceStub(channel))


@asynccontextmanager
async def open_balances(
    peer: Peer, token: TokenProvider, terms: tuple[balance_import_pb2.BrandTerms, ...]
) -> AsyncIterator[BalanceDesk]:
    """The ledger at a peer."""
    async with connect(peer, _LEDGER, token, timeout_seconds=TIMEOUT_SECONDS) as channel:
        yield BalanceDesk(BalanceImportServiceStub(channel), terms)


def _member_progress(found: import_pb2.Import) -> Progress:
    state = import_pb2.ImportState.Name(found.state).removeprefix("IMPORT_STATE_")
    totals = found.totals
    told: dict[str, int] = {
        name: getattr(totals, name)
        for name in ("lines", "new_members", "joined_live", "joined_lines", "joined_imports", "look_alikes")
    }
    told |= {
        import_pb2.ImportFault.Name(one.fault).removeprefix("IMPORT_FAULT_").lower(): one.lines
        for one in totals.refused
    }
    return Progress(state, state in ("CLAIMING", "SETTLING"), _told(told), found)


def _balance_progress(found: balance_import_pb2.BalanceImport) -> Progress:
    state = balance_import_pb2.BalanceImportState.Name(found.state).removeprefix("BALANCE_IMPORT_STATE_")
    totals = found.totals
    told: dict[str, int] = {"lines": totals.lines, "tiers": totals.tiers, "empty_lines": totals.empty_lines}
    told |= {
        balance_import_pb2.BalanceFault.Name(one.fault).removeprefix("BALANCE_FAULT_").lower(): one.lines
        for one in totals.refused
    }
    told["old_points"] = sum(one.old_points for one in totals.balances)
    told["new_points"] = sum(one.new_points for one in totals.balances)
    return Progress(state, state == "COMMITTING", _told(told), found)


def _told(totals: dict[str, int]) -> str:
    return ",".join(f"{name}={count}" for name, count in totals.items() if count or name == "lines")


def _named(name: str, prefix: str) -> str:
    short = name.removeprefix(prefix)
    return "" if short == "UNSPECIFIED" else short
