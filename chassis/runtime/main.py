"""A service process from its command line to its exit status.

`python -m <service>` serves until SIGTERM or SIGINT, drains and exits 0; `python -m <service> migrate` brings the
database up to date and exits 0. Status 2: settings at fault. Status 1: anything else.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from chassis.runtime import migrations
from chassis.runtime.application import Application, Build, Runtime, SettingsT, Worker
from chassis.runtime.clock import SystemClock
from chassis.runtime.jwks import JwksFile, JwksUrl, KeySource
from chassis.runtime.logs import configure_logs, get_logger
from chassis.runtime.server import Server
from chassis.runtime.settings import ServiceSettings, load_settings, require_migration_url, user_of
from chassis.runtime.telemetry import Telemetry
from chassis.runtime.tls import Tls, TlsFiles
from chassis.runtime.tls_ends import TlsEnds
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN, Transport
from chassis.runtime.workers import Workers

_log = get_logger(__name__)


def run(
    settings_class: type[SettingsT],
    *,
    service_name: str,
    build: Build[SettingsT],
    migrations_package: str,
    migration_literals: Callable[[SettingsT], Mapping[str, int]] = lambda _settings: {},
    tools: Sequence[str] = (),
) -> None:
    """The whole of a service's `__main__`. Never returns: the process exits with the status above.

    `migration_literals` gives the whole numbers that migrations may name besides `{app_role}`; `tools` are commands
    that the caller carries out itself, told in the help alone.
    """
    more = f"also, with a --help of their own: {', '.join(tools)}" if tools else None
    parser = argparse.ArgumentParser(prog=service_name, epilog=more)
    parser.add_argument("command", nargs="?", choices=("serve", "migrate"), default="serve")
    command = parser.parse_args().command
    settings = load_settings(settings_class)
    configure_logs(service_name, settings.log_level)
    work: Coroutine[Any, Any, int]
    if command == "migrate":
        work = _migrate(settings, migrations_package, migration_literals(settings))
    else:
        work = _serve(settings, service_name, build, migrations_package)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(work))


async def _migrate(settings: ServiceSettings, package: str, literals: Mapping[str, int]) -> int:
    try:
        applied = await migrations.migrate(
            require_migration_url(settings), package, app_role=user_of(settings.database_url), literals=literals
        )
    except Exception as error:
        _log.error("migration failed", exc_info=error)
        return 1
    _log.info("schema is current", applied=list(applied))
    return 0


class _Stop:
    """What SIGTERM and SIGINT mean: before the service is built, give up; afterwards, drain."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._building = asyncio.current_task()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._ask)

    def _ask(self) -> None:
        self.asked.set()
        if self._building is not None:
            self._building.cancel()

    def built(self) -> None:
        self._building = None


async def _serve(settings: SettingsT, service_name: str, build: Build[SettingsT], migrations_package: str) -> int:
    telemetry = Telemetry(
        service_name,
        settings.trace_file,
        settings.otlp_endpoint,
        otlp_metrics_endpoint=settings.otlp_metrics_endpoint,
    )
    stop = _Stop()
    try:
        transport = transport_of(settings)
        await migrations.verify(settings.database_url.get_secret_value(), migrations_package)
        async with (
            _keys(settings) as keys,
            build(settings, Runtime(service_name, SystemClock(), transport)) as application,
        ):
            stop.built()
            server = Server(application, _verifier(keys, settings))
            return await _serve_until(stop.asked, application, server, settings, transport)
    except asyncio.CancelledError:
        _log.info("stopped before it was built")
        return 0
    except Exception as error:
        _log.error("service failed", exc_info=error)
        return 1
    finally:
        await asyncio.to_thread(telemetry.shutdown)


def transport_of(settings: ServiceSettings) -> Transport:
    """How a process with these settings speaks to others. Raises ValueError or OSError if the TLS files are no good."""
    certificate, key, authority = settings.tls_certificate_file, settings.tls_key_file, settings.tls_authority_file
    if certificate is None or key is None or authority is None:
        # The settings have seen to it that plain text was asked for.
        return PLAIN
    return Tls(TlsFiles(certificate, key, authority))


@asynccontextmanager
async def _keys(settings: ServiceSettings) -> AsyncIterator[KeySource]:
    """The token issuer's keys, kept fresh for the block. Raises OSError or ValueError if there are none at first."""
    if settings.jwks_file is not None:
        yield JwksFile(settings.jwks_file)
        return
    assert settings.jwks_url is not None, "the settings see to it"
    keys = JwksUrl(settings.jwks_url)
    await keys.fetch()
    fetching = asyncio.create_task(keys.keep_fetching(), name="token issuer's keys")
    try:
        yield keys
    finally:
        fetching.cancel()


def _verifier(keys: KeySource, settings: ServiceSettings) -> TokenVerifier:
    return TokenVerifier(
        keys, settings.token_issuer, settings.token_audience, settings.token_max_lifetime_seconds
    )  # fmt: skip


async def _serve_until(
    stopping: asyncio.Event,
    application: Application,
    server: Server,
    settings: ServiceSettings,
    transport: Transport,
) -> int:
    """Serve, drain, and return 0; or 1 if a worker ended by itself."""
    port = await server.start(settings.listen_address, transport)
    workers = Workers((*application.workers, *_watching(transport)))
    await server.ready()
    _log.info("serving", address=settings.listen_address, port=port)
    told = asyncio.ensure_future(stopping.wait())
    broken = asyncio.ensure_future(workers.first_end())
    await asyncio.wait([told, broken], return_when=asyncio.FIRST_COMPLETED)
    asked = told.done()
    told.cancel()
    broken.cancel()
    _log.info("draining", because="signal" if asked else "worker ended")
    await server.leave()
    await _leave(application, settings.drain_seconds)
    await server.stop(settings.drain_seconds)
    await _settle(application, settings.drain_seconds)
    await workers.stop(settings.drain_seconds)
    _log.info("drained")
    return 0 if asked else 1


def _watching(transport: Transport) -> Sequence[Worker]:
    return (TlsEnds(transport).worker(),) if isinstance(transport, Tls) else ()


async def _settle(application: Application, grace_seconds: float) -> None:
    """Audited changes go on when their callers have gone, and need workers and peers until they end."""
    if application.audit is None:
        return
    try:
        async with asyncio.timeout(grace_seconds):
            await application.audit.settled()
    except TimeoutError:
        _log.warning("changes under way were left to themselves")


async def _leave(application: Application, grace_seconds: float) -> None:
    try:
        async with asyncio.timeout(grace_seconds):
            await application.leave()
    except Exception as error:
        _log.warning("left without handing over", exc_info=error)
