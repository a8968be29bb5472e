"""Where the mesh is: the stack that runs already on this data directory, or one of our own while we need it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.runtime.tls import Tls
from chassis.runtime.transport import Peer, Transport
from deploy.local import readiness, services
from deploy.local.background import read_state
from deploy.local.errors import LocalStackError, NotReadyError
from deploy.local.lock import holder
from deploy.local.secrets import Secrets
from deploy.local.services import SERVICES
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack


@dataclass(frozen=True, slots=True)
class Place:
    """A running mesh. `ours`: it ends with the demo."""

    settings: StackSettings
    secrets: Secrets
    transport: Transport
    ours: bool

    def address(self, service: str) -> str:
        """Where a service listens."""
        return services.address(self.settings.ports, service)

    def peer(self, service: str) -> Peer:
        """A service, reached with a certificate of our own."""
        return self.transport.peer(self.address(service))

    def token(self, subject: str, programs: Sequence[str], roles: Sequence[str]) -> str:
        """A bearer token for one hour."""
        return self.secrets.mint_token(subject, programs=programs, roles=roles)

    @property
    def trace_dir(self) -> Path:
        """The directory of the span files."""
        return self.settings.trace_dir


@asynccontextmanager
async def open_place(settings: StackSettings, report: Callable[[str], None]) -> AsyncIterator[Place]:
    """The mesh, ready. LocalStackError says what to do if it cannot be had."""
    pid = holder(settings.lock_file)
    if pid is None:
        async with LocalStack(settings, report=report) as stack:
            yield Place(settings, stack.secrets, _transport(stack.secrets), ours=True)
        return
    secrets = Secrets(settings.data_dir / "secrets")
    transport = _transport(secrets)
    await _check_running(settings, pid, transport)
    report(f"using the stack that runs already (process {pid}); it stays up afterwards")
    yield Place(settings, secrets, transport, ours=False)


def _transport(secrets: Secrets) -> Transport:
    return Tls(secrets.certificates.till("developer"))


async def _check_running(settings: StackSettings, pid: int, transport: Transport) -> None:
    state = read_state(settings)
    if state.get("supervisor") != pid:
        raise LocalStackError(
            f"Process {pid} uses the data directory {settings.data_dir}, but its stack is not ready. Wait for it, or "
            "stop it (make down), or choose another directory with LOYALTY_DATA_DIR."
        )
    missing = [service for service in SERVICES if service not in state["processes"]]
    if missing:
        raise LocalStackError(
            f"The running stack (process {pid}) was started without {', '.join(missing)}. "
            "Stop it (make down) and run the demo again."
        )
    for service in SERVICES:
        address = services.address(settings.ports, service)
        try:
            await readiness.grpc_health(transport.peer(address))()
        except NotReadyError as fault:
            raise LocalStackError(
                f"The running stack (process {pid}) has no {service} at {address} ({fault}). If it was started with "
                "another LOYALTY_PORT_BASE set the same one; else stop it (make down) and run the demo again."
            ) from None
