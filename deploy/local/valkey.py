"""A real Valkey 9 out of a wheel, for one data directory: password, append-only file, loopback only.

Of the wheel only the program is used: its own launcher cannot start with a password and ends it with kill -9.
"""

import signal
from dataclasses import dataclass
from pathlib import Path

from deploy.local import readiness
from deploy.local.accounts import Account, enters, give, server_account
from deploy.local.binaries import valkey_program
from deploy.local.errors import LocalStackError
from deploy.local.leftovers import end_leftovers
from deploy.local.lock import FileLock
from deploy.local.ports import LOOPBACK, ensure_free
from deploy.local.process import ProcessSpec

_CONFIGURATION = """\
# Written at each start.
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir "{directory}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
logfile ""
set-proc-title no
"""


@dataclass(frozen=True, slots=True)
class ValkeySettings:
    """Where the data live (the parent directory must exist) and how the server is reached."""

    directory: Path
    port: int
    password: str
    log_file: Path


class ValkeyServer:
    """What a supervisor needs to run the server, and the URL to reach it."""

    def __init__(self, settings: ValkeySettings) -> None:
        self.settings = settings
        directory = settings.directory
        self._copies = directory.with_name("programs")
        self._configuration = directory.absolute() / "valkey.conf"
        self._lock = FileLock(directory.with_name(directory.name + ".lock"), f"The Valkey data {directory}")

    @property
    def url(self) -> str:
        """The connection URL."""
        return f"redis://:{self.settings.password}@{LOOPBACK}:{self.settings.port}/0"

    def spec(self) -> ProcessSpec:
        """How to run the server; LocalStackError if this machine or account cannot."""
        account = server_account(self.settings.directory)
        if account is not None and not enters(account, self.settings.directory.parent):
            raise LocalStackError(
                f"The account {account.name}, which Valkey runs as when root starts it, cannot enter "
                f"{self.settings.directory.parent}. Choose another directory with LOYALTY_DATA_DIR."
            )
        program = valkey_program(account, self._copies)

        async def prepare() -> None:
            await self._prepare(account)

        return ProcessSpec(
            name="valkey",
            command=(str(program), str(self._configuration)),
            environment={"LC_ALL": "C", "TZ": "UTC"},
            log_file=self.settings.log_file,
            ready=readiness.valkey(self.url),
            prepare=prepare,
            lock=self._lock,
            account=account,
            death_signal=signal.SIGTERM,
            directory=Path("/"),
        )

    async def _prepare(self, account: Account | None) -> None:
        await end_leftovers(str(self._configuration), "valkey-server", signal.SIGTERM)
        ensure_free("valkey", self.settings.port)
        self.settings.directory.mkdir(mode=0o700, exist_ok=True)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(
            _CONFIGURATION.format(
                host=LOOPBACK,
                port=self.settings.port,
                password=self.settings.password,
                directory=self.settings.directory.absolute(),
            )
        )
        for path in (self.settings.directory, self._configuration):
            give(path, account)
