"""A real PostgreSQL 18 out of a wheel, for one data directory.

Start, under the directory's lock: end what a killed run left behind, make the cluster if there is none (in a
directory beside it, renamed when whole), start the server on the loopback address with scram passwords and no
Unix socket. Of the wheel only the programs are used: its own launcher, as root, makes a system user, takes
zombies for servers and half-made clusters for good ones.
"""

import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import readiness
from deploy.local.accounts import Account, enters, give, server_account
from deploy.local.binaries import postgres_programs
from deploy.local.errors import LocalStackError
from deploy.local.leftovers import end_leftovers
from deploy.local.lock import FileLock
from deploy.local.ports import LOOPBACK, ensure_free
from deploy.local.process import ProcessSpec, run_to_end

SUPERUSER = "postgres"
MAJOR_VERSION = "18"

_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}

# For a machine with 2 cores and little memory that also runs everything else.
_SMALL_MACHINE = {
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "synchronous_commit": "on",
    # After a crash, one call for the whole file system instead of one for each of a thousand files.
    "recovery_init_sync_method": "syncfs",
}


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """Where the cluster lives and how it is reached.

    ``directory`` is the cluster; its parent must exist. ``password`` is the superuser's. ``durable=False`` is for
    test clusters that need not survive the machine: it turns fsync off and keeps synchronous_commit on, so a
    killed server still loses nothing. ``options`` come before those of a small machine.
    """

    directory: Path
    port: int
    password: str
    log_file: Path
    durable: bool = True
    options: Mapping[str, str] = field(default_factory=dict)


class PostgresServer:
    """What a supervisor needs to run the cluster, and the URLs to reach it."""

    def __init__(self, settings: PostgresSettings) -> None:
        self.settings = settings
        directory = settings.directory
        self._copies = directory.with_name("programs")
        self._marker = "loyalty-" + hashlib.sha256(os.fsencode(directory.absolute())).hexdigest()[:12]
        self._lock = FileLock(directory.with_name(directory.name + ".lock"), f"The cluster {directory}")

    def url(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        """A connection URL, by default of the superuser."""
        secret = self.settings.password if password is None else password
        # The server has no TLS; without this a driver asks for it and looks for keys in the home directory.
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{self.settings.port}/{database}?sslmode=disable"

    def spec(self) -> ProcessSpec:
        """How to run the server; LocalStackError if this machine or account cannot."""
        account = server_account(self.settings.directory)
        if account is not None and not enters(account, self.settings.directory.parent):
            raise LocalStackError(
                f"The account {account.name}, which the database server runs as when root starts it, cannot enter "
                f"{self.settings.directory.parent}. Choose another directory with LOYALTY_DATA_DIR "
                "(for example below /var/lib), or start as an ordinary user."
            )
        programs = postgres_programs(account, self._copies)

        async def prepare() -> None:
            await self._prepare(programs, account)

        return ProcessSpec(
            name="postgres",
            command=(str(programs / "postgres"), *self._arguments()),
            environment=_ENVIRONMENT,
            log_file=self.settings.log_file,
            ready=readiness.postgres(self.url("postgres")),
            prepare=prepare,
            lock=self._lock,
            account=account,
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
            death_signal=signal.SIGINT,
            ready_seconds=60,
            directory=Path("/"),
        )

    def _arguments(self) -> list[str]:
        own = {"port": str(self.settings.port), "cluster_name": self._marker}
        options = _SMALL_MACHINE | dict(self.settings.options) | own
        if not self.settings.durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        words = ["-D", str(self.settings.directory.absolute())]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        return words

    async def _prepare(self, programs: Path, account: Account | None) -> None:
        cluster = self.settings.directory
        await end_leftovers(self._marker, "postgres", signal.SIGINT)
        # Nobody of this cluster is alive, so its pid file is stale. PostgreSQL itself would take a zombie, or a
        # stranger who was given the same number, for a running server.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        ensure_free("postgres", self.settings.port)
        if not cluster.exists():
            await self._make_cluster(programs, account)
        version_file = cluster / "PG_VERSION"
        version = version_file.read_text().strip() if version_file.exists() else "unknown"
        if version != MAJOR_VERSION:
            raise LocalStackError(
                f"{cluster} holds no cluster of PostgreSQL {MAJOR_VERSION} (version {version}). "
                "Move it away, or choose another directory with LOYALTY_DATA_DIR."
            )

    async def _make_cluster(self, programs: Path, account: Account | None) -> None:
        workshop = self._workshop(account)
        new_cluster, password_file = workshop / "cluster", workshop / "password"
        command = [str(programs / "initdb"), "-D", str(new_cluster.absolute()), "-U", SUPERUSER]
        command += [f"--pwfile={password_file.absolute()}", "--auth=scram-sha-256", "--no-instructions"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.settings.durable:
            command.append("--no-sync")
        await run_to_end(
            "initdb",
            tuple(command),
            environment=_ENVIRONMENT,
            log_file=self.settings.log_file,
            account=account,
            directory=Path("/"),
        )
        _move_in(new_cluster, self.settings.directory)
        shutil.rmtree(workshop)

    def _workshop(self, account: Account | None) -> Path:
        """A fresh directory beside the cluster with the password file and an empty place for the new cluster.

        What an interrupted start left there is removed first.
        """
        cluster = self.settings.directory
        for unfinished in cluster.parent.glob(f"{cluster.name}.new-*"):
            shutil.rmtree(unfinished)
        workshop = Path(tempfile.mkdtemp(prefix=f"{cluster.name}.new-", dir=cluster.parent))
        new_cluster, password_file = workshop / "cluster", workshop / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.settings.password + "\n")
        new_cluster.mkdir(mode=0o700)
        for path in (workshop, new_cluster, password_file):
            give(path, account)
        return workshop


def _move_in(new_cluster: Path, cluster: Path) -> None:
    new_cluster.rename(cluster)
    parent = os.open(cluster.parent, os.O_RDONLY)
    os.fsync(parent)
    os.close(parent)
