"""Where a local stack keeps its data and which ports it takes."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.local.accounts import enters, server_account
from deploy.local.errors import LocalStackError
from deploy.local.ports import DEFAULT_BASE, MOST_LEDGERS, Ports
from deploy.local.process import CHECKOUT

DATA_DIR_VARIABLE = "LOYALTY_DATA_DIR"
PORT_BASE_VARIABLE = "LOYALTY_PORT_BASE"
LEDGERS_VARIABLE = "LOYALTY_LEDGERS"

_SYSTEM_DATA = Path("/var/lib/loyalty-mesh")
_HIGHEST_BASE = 65535 - 79


@dataclass(frozen=True, slots=True)
class StackSettings:
    """One local stack. ``service_environment`` is added to the environment of every service and migration.

    ``plaintext`` has the services speak plain text instead of TLS: for tests that cut into their calls.
    ``durable=False`` turns PostgreSQL's fsync off, for tests: data survive killed processes, not a power cut.
    ``postgres_options`` come before those that the stack has for a small machine.
    """

    data_dir: Path
    ports: Ports
    durable: bool = True
    plaintext: bool = False
    service_environment: Mapping[str, str] = field(default_factory=dict)
    postgres_options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> Self:
        """LOYALTY_DATA_DIR, LOYALTY_PORT_BASE and LOYALTY_LEDGERS, or the defaults. LocalStackError for a base that
        is no port and for a number of ledgers that is out of bounds."""
        named = os.environ.get(DATA_DIR_VARIABLE)
        base = _number(PORT_BASE_VARIABLE, DEFAULT_BASE, 1024, _HIGHEST_BASE)
        return cls(
            data_dir=Path(named).absolute() if named else default_data_dir(),
            ports=Ports.from_base(base, _number(LEDGERS_VARIABLE, 1, 1, MOST_LEDGERS)),
        )

    @property
    def log_dir(self) -> Path:
        """One log file for each process."""
        return self.data_dir / "logs"

    @property
    def trace_dir(self) -> Path:
        """One JSON-lines span file for each service."""
        return self.data_dir / "traces"

    @property
    def lock_file(self) -> Path:
        """Held by the process that runs the stack."""
        return self.data_dir / "stack.lock"


def default_data_dir(checkout: Path = CHECKOUT) -> Path:
    """``.local`` in the checkout; for a root whose checkout no other account can enter, a place in /var/lib.

    The usual case of the latter is a checkout below /root: the database servers do not run as root.
    """
    data_dir = checkout / ".local"
    account = server_account(data_dir / "postgres")
    if account is None or enters(account, checkout):
        return data_dir
    return _SYSTEM_DATA / hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]


def _number(variable: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise LocalStackError(f"{variable} must be a number from {least} to {most}, not {text!r}")
    return int(text)
