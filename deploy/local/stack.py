"""The local stack: two servers, four databases, four services, started in order and stopped in reverse."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from chassis.runtime.tls import Tls
from chassis.runtime.transport import PLAIN, Peer
from deploy.local import readiness, services
from deploy.local.databases import Database, database_of, ensure_databases
from deploy.local.errors import LocalStackError
from deploy.local.lock import FileLock
from deploy.local.ports import ensure_free
from deploy.local.postgres import PostgresServer, PostgresSettings
from deploy.local.process import ManagedProcess, ProcessSpec, run_to_end
from deploy.local.secrets import EVERYTHING, RENEW_EVERY_SECONDS, Secrets
from deploy.local.services import SERVICES
from deploy.local.settings import StackSettings
from deploy.local.supervisor import Supervisor
from deploy.local.valkey import ValkeyServer, ValkeySettings


def _silent(_: str) -> None:
    pass


class LocalStack:
    """``async with LocalStack(settings) as stack``: everything is ready inside and has ended after.

    ``only=()`` starts PostgreSQL and Valkey with empty databases; ``only=("rules",)`` these and the services named.
    Every process, servers included, can be killed, stopped and started again by its name (``postgres``, ``valkey``,
    ``rules``, ``identity``, ``ledger``, ``ledger-2`` and so on where there are several, ``settlement``); addresses and
    data stay. ``report`` is told each step.
    """

    def __init__(
        self,
        settings: StackSettings,
        *,
        only: Sequence[str] = SERVICES,
        report: Callable[[str], None] = _silent,
    ) -> None:
        self.settings = settings
        self._services = tuple(service for service in SERVICES if service in only)
        self._report = report
        self._lock = FileLock(settings.lock_file, f"The data directory {settings.data_dir}")
        self._supervisor = Supervisor()
        self._transports: dict[str, Tls] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._open_data_dir()
        self._lock.acquire()
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    def address(self, process: str) -> str:
        """Where a process of a service listens, as host:port."""
        return services.address(self.settings.ports, process)

    def peer(self, process: str, *, of: str | None = None) -> Peer:
        """A process of a service, reached with a developer's certificate, or with that of the service `of`."""
        if self.settings.plaintext:
            return PLAIN.peer(self.address(process))
        certificates = self.secrets.certificates
        name = f"service-{of}" if of else "till-developer"
        if name not in self._transports:
            self._transports[name] = Tls(certificates.service(of) if of else certificates.till("developer"))
        return self._transports[name].peer(self.address(process))

    def database(self, service: str) -> Database:
        """The database of a service with the URLs of its two roles."""
        return database_of(service, self.postgres, self.secrets)

    def token(
        self,
        subject: str = "developer",
        *,
        programs: Sequence[str] = EVERYTHING,
        roles: Sequence[str] = ("HEADQUARTERS_ADMIN", "POS"),
        brands: Sequence[str] = EVERYTHING,
        regions: Sequence[str] = EVERYTHING,
        locations: Sequence[str] = EVERYTHING,
        operators: Sequence[str] = (),
        member: str = "",
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A bearer token of this stack; ``subject`` is the scope of the caller's request ids."""
        return self.secrets.mint_token(
            subject,
            programs=programs,
            roles=roles,
            brands=brands,
            regions=regions,
            locations=locations,
            operators=operators,
            member=member,
            lifetime=lifetime,
        )

    def process(self, name: str) -> ManagedProcess:
        """A process by its name: its pid, whether it runs, the end of its log."""
        return self._supervisor.process(name)

    @property
    def processes(self) -> tuple[ManagedProcess, ...]:
        """All processes in the order of their start."""
        return self._supervisor.processes

    def kill(self, name: str) -> None:
        """End a process with SIGKILL, as a crash would."""
        self.process(name).kill()

    async def start(self, name: str) -> None:
        """Start a process again that was killed or stopped; returns when it is ready."""
        await self.process(name).start()

    async def restart(self, name: str) -> None:
        """Drain a process and start it again; returns when it is ready."""
        await self.process(name).stop()
        await self.process(name).start()

    async def watch(self) -> None:
        """Wait until a process ends that nobody asked to end, then raise LocalStackError with its log's end."""
        await self._supervisor.watch()

    async def migrate(self, service: str, database: Database, extra: Mapping[str, str] | None = None) -> None:
        """Bring a database to the service's current schema; ``extra`` is added to the environment."""
        await run_to_end(
            f"{service} migrate",
            services.command(service, "migrate"),
            environment=self._environment(service, database) | dict(extra or {}),
            log_file=self.settings.log_dir / f"{service}-migrate.log",
        )

    def _open_data_dir(self) -> None:
        # Root's servers run as another account, which must be able to walk through this directory.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            for directory in (self.settings.data_dir, self.settings.log_dir, self.settings.trace_dir):
                directory.mkdir(mode=mode, parents=True, exist_ok=True)
            self.secrets = Secrets(self.settings.data_dir / "secrets")
        except PermissionError as fault:
            raise LocalStackError(
                f"{fault.filename} cannot be used: {fault.strerror}. It may belong to another account; "
                "choose another directory with LOYALTY_DATA_DIR."
            ) from None

    async def _start(self) -> None:
        ports, data_dir, log_dir = self.settings.ports, self.settings.data_dir, self.settings.log_dir
        names = [name for service in self._services for name in services.processes(ports, service)]
        for name in names:
            ensure_free(name, dict(ports)[name])
        self.postgres = PostgresServer(
            PostgresSettings(
                directory=data_dir / "postgres",
                port=ports.postgres,
                password=self.secrets.password("postgres"),
                log_file=log_dir / "postgres.log",
                durable=self.settings.durable,
                options=self.settings.postgres_options,
            )
        )
        self.valkey = ValkeyServer(
            ValkeySettings(
                directory=data_dir / "valkey",
                port=ports.valkey,
                password=self.secrets.password("valkey"),
                log_file=log_dir / "valkey.log",
            )
        )
        self._report("starting PostgreSQL")
        await self._supervisor.start(self.postgres.spec())
        self._report("starting Valkey")
        await self._supervisor.start(self.valkey.spec())
        await ensure_databases(self.postgres, self.secrets, SERVICES)
        if self._services:
            self._report(f"migrating {', '.join(self._services)}")
            await asyncio.gather(*(self.migrate(service, self.database(service)) for service in self._services))
        for name in names:
            self._report(f"starting {name}")
            await self._supervisor.start(self._service_spec(name))
        self._renewing = asyncio.create_task(self._renew(), name="renewal")

    def _service_spec(self, name: str) -> ProcessSpec:
        service = services.service_of(name)
        return ProcessSpec(
            name=name,
            command=services.command(service),
            environment=self._environment(name, self.database(service)),
            log_file=self.settings.log_dir / f"{name}.log",
            ready=readiness.grpc_health(self.peer(name)),
        )

    def _environment(self, process: str, database: Database) -> dict[str, str]:
        return services.environment(
            process,
            services.Surroundings(
                ports=self.settings.ports,
                secrets=self.secrets,
                valkey_url=self.valkey.url,
                trace_directory=self.settings.trace_dir,
                plaintext=self.settings.plaintext,
            ),
            database_url=database.url,
            owner_url=database.owner_url,
            extra=self.settings.service_environment,
        )

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            self.secrets.renew()

    async def _stop(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
        await self._supervisor.stop()
        self._lock.release()
