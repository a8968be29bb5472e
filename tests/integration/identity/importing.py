"""Files of members as a migration would send them, and what becomes of them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import import_pb2, import_service_pb2
from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceStub
from loyalty.type.v1 import member_pb2

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from tests.integration.identity.house import House

if TYPE_CHECKING:
    from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceAsyncStub

Stub: TypeAlias = "ImportServiceAsyncStub"

IMPORTS = import_service_pb2.DESCRIPTOR.services_by_name["ImportService"]
JOINED = datetime(2019, 4, 1, tzinfo=UTC)
_NUMBERS = count(1)


def fresh(what: str) -> str:
    """An id of its own."""
    return f"{what}-{next(_NUMBERS)}"


@asynccontextmanager
async def open_imports(house: House, subject: str = "migration") -> AsyncIterator[Stub]:
    """The import service for headquarters."""
    token = house.servers.secrets.mint_token(subject, programs=["*"], roles=["HEADQUARTERS_ADMIN"])
    async with connect(PLAIN.peer(house.address), IMPORTS, lambda: token) as channel:
        yield ImportServiceStub(channel)


def stamp(moment: datetime) -> Timestamp:
    """A moment as a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def known(identifier: member_pb2.Identifier, verified: bool = True) -> import_pb2.ImportedIdentifier:
    """An identifier of an imported person."""
    return import_pb2.ImportedIdentifier(identifier=identifier, verified=verified)


def person(
    external_id: str, *identifiers: import_pb2.ImportedIdentifier, joined: datetime = JOINED
) -> import_pb2.ImportedMember:
    """A person of an old program."""
    return import_pb2.ImportedMember(
        external_id=external_id,
        identifiers=identifiers,
        join_time=stamp(joined),
        given_name="Ada",
        home_location_id="loc-1",
    )


def messages(
    import_id: str,
    people: Iterable[import_pb2.ImportedMember],
    source: str = "oldprog",
    program: str = "grove",
    dry_run: bool = False,
) -> list[import_service_pb2.ImportMembersRequest]:
    """An upload: the header, and a line for each person."""
    header = import_service_pb2.ImportHeader(
        program_id=program, import_id=import_id, source_program_id=source, dry_run=dry_run
    )
    lines = [
        import_service_pb2.NumberedMember(line_number=number, member=one) for number, one in enumerate(people, start=1)
    ]
    return [
        import_service_pb2.ImportMembersRequest(request_id=fresh("upload"), header=header),
        *(import_service_pb2.ImportMembersRequest(line=line) for line in lines),
    ]


async def upload(
    stub: Stub, import_id: str, people: Iterable[import_pb2.ImportedMember], source: str = "oldprog"
) -> import_pb2.Import:
    """Stages people; the import afterwards."""
    answer = await stub.ImportMembers(iter(messages(import_id, people, source)))
    found: import_pb2.Import = getattr(answer, "import")
    return found


async def get(stub: Stub, import_id: str, program: str = "grove") -> import_pb2.Import:
    """The import as it stands."""
    answer = await stub.GetImport(import_service_pb2.GetImportRequest(program_id=program, import_id=import_id))
    found: import_pb2.Import = getattr(answer, "import")
    return found


async def commit(
    stub: Stub, import_id: str, totals: import_pb2.ImportTotals | None = None, request_id: str = ""
) -> import_pb2.Import:
    """Commits with these totals, or those it says it comes to."""
    request = import_service_pb2.CommitImportRequest(
        program_id="grove",
        request_id=request_id or fresh("commit"),
        import_id=import_id,
        totals=totals or (await get(stub, import_id)).totals,
    )
    for _ in range(100):
        found: import_pb2.Import = getattr(await stub.CommitImport(request), "import")
        if found.state == import_pb2.IMPORT_STATE_COMMITTED:
            return found
    raise TimeoutError("the import never came to an end")


async def report(stub: Stub, import_id: str, page_size: int = 1000) -> Sequence[import_pb2.ImportLine]:
    """The whole report."""
    request = import_service_pb2.ListImportLinesRequest(program_id="grove", import_id=import_id, page_size=page_size)
    lines: list[import_pb2.ImportLine] = []
    while True:
        page = await stub.ListImportLines(request)
        lines += page.lines
        if not page.next_page_token:
            return lines
        request.page_token = page.next_page_token
