"""The four services as processes: their settings as environment variables, their order, their commands.

This is the whole interface between the local stack and the services. The same variables with other values run
them against any PostgreSQL and Redis.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import LOOPBACK, Ports
from deploy.local.process import CHECKOUT
from deploy.local.secrets import AUDIENCE, ISSUER, Secrets

# In the order of their start: each calls only services named before it.
SERVICES = ("rules", "identity", "ledger", "settlement")

PEERS: Mapping[str, tuple[str, ...]] = {
    "rules": (),
    "identity": ("rules",),
    "ledger": ("identity", "rules"),
    "settlement": ("ledger", "rules"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every service of one stack is told about its neighbours."""

    ports: Ports
    secrets: Secrets
    valkey_url: str
    trace_directory: Path
    plaintext: bool = False


def address(ports: Ports, process: str) -> str:
    """Where the process of a service listens."""
    return f"{LOOPBACK}:{dict(ports)[process]}"


def processes(ports: Ports, service: str) -> tuple[str, ...]:
    """The names of a service's processes: its own, and `ledger-2` and so on where there are several ledgers."""
    return tuple(name for name, _ in ports if service_of(name) == service)


def service_of(process: str) -> str:
    """The service that a process belongs to."""
    return process.partition("-")[0]


def command(service: str, *arguments: str) -> tuple[str, ...]:
    """The command line of a service, or of one of its sub-commands."""
    return (sys.executable, "-m", f"{service}_service", *arguments)


def _tls(secrets: Secrets, service: str) -> Mapping[str, str]:
    files = secrets.certificates.service(service)
    return {
        "TLS_CERTIFICATE_FILE": str(files.certificate),
        "TLS_KEY_FILE": str(files.key),
        "TLS_AUTHORITY_FILE": str(files.authority),
    }


def environment(
    process: str, surroundings: Surroundings, *, database_url: str, owner_url: str, extra: Mapping[str, str]
) -> dict[str, str]:
    """The environment of a service's process: that of the caller, the checkout's packages and the settings."""
    service = service_of(process)
    prefix = f"{service.upper()}_"
    secrets = surroundings.secrets
    settings = {
        "LISTEN_ADDRESS": address(surroundings.ports, process),
        "DATABASE_URL": database_url,
        "MIGRATION_DATABASE_URL": owner_url,
        "JWKS_FILE": str(secrets.jwks_file),
        "TOKEN_ISSUER": ISSUER,
        "TOKEN_AUDIENCE": AUDIENCE,
        "TRACE_FILE": str(surroundings.trace_directory / f"{process}.jsonl"),
    }
    settings |= {"PLAINTEXT": "loopback"} if surroundings.plaintext else _tls(secrets, service)
    for peer in PEERS[service]:
        settings[f"{peer.upper()}_ADDRESS"] = address(surroundings.ports, peer)
    if PEERS[service]:
        settings["SERVICE_TOKEN_FILE"] = str(secrets.service_token_file(service))
    if service in ("identity", "ledger"):
        settings["FINGERPRINT_KEY_FILE"] = str(secrets.fingerprint_key_file(service))
    if service == "ledger":
        settings["REDIS_URL"] = surroundings.valkey_url
    own = {prefix + name: value for name, value in settings.items()}
    packages = os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "gen")))
    return {**os.environ, "PYTHONPATH": packages, "PYTHONUNBUFFERED": "1", **own, **extra}
