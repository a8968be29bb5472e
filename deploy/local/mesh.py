"""A caller's view of the mesh: the four stubs on channels that raise `Refusal`, as the demo and the tests use them."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loyalty.identity.v1 import identity_service_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceStub
from loyalty.rules.v1 import rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub
from loyalty.settlement.v1 import settlement_service_pb2
from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import Peer

if TYPE_CHECKING:
    # The typed asynchronous stubs exist for type checkers only.
    from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceAsyncStub
    from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceAsyncStub
    from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceAsyncStub
    from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceAsyncStub

PROGRAMS = Path(__file__).parent / "programs"

_SERVICES = {
    "identity": identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"],
    "rules": rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"],
    "ledger": ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"],
    "settlement": settlement_service_pb2.DESCRIPTOR.services_by_name["SettlementService"],
}


@dataclass(frozen=True)
class Mesh:
    """The stubs of one caller."""

    identity: "IdentityServiceAsyncStub"
    rules: "RulesServiceAsyncStub"
    ledger: "LedgerServiceAsyncStub"
    settlement: "SettlementServiceAsyncStub"


@asynccontextmanager
async def open_mesh(
    peer_of: Callable[[str], Peer], token: str, *, timeout_seconds: float = 30.0
) -> AsyncIterator[Mesh]:
    """Channels to all four services with one bearer token."""
    async with AsyncExitStack() as stack:
        channels = {
            name: await stack.enter_async_context(
                connect(peer_of(name), descriptor, lambda: token, timeout_seconds=timeout_seconds)
            )
            for name, descriptor in _SERVICES.items()
        }
        yield Mesh(
            IdentityServiceStub(channels["identity"]),
            RulesServiceStub(channels["rules"]),
            LedgerServiceStub(channels["ledger"]),
            SettlementServiceStub(channels["settlement"]),
        )


def program_files(folder: Path) -> Iterable[rules_service_pb2.ProgramFile]:
    """The YAML files of a program's folder, as ApplyProgram takes them."""
    for path in sorted(folder.rglob("*.yaml")):
        yield rules_service_pb2.ProgramFile(path=path.relative_to(folder).as_posix(), content=path.read_text())
