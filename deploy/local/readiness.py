"""Readiness checks: each returns when the server can serve and raises NotReadyError until then."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import grpc.aio
import redis.asyncio
import redis.exceptions
from grpc_health.v1 import health_pb2, health_pb2_grpc
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chassis.runtime.transport import Peer
from deploy.local.errors import LocalStackError, NotReadyError

_ATTEMPT_SECONDS = 2


def tcp(host: str, port: int) -> Callable[[], Awaitable[None]]:
    """Ready when the port accepts a connection."""

    async def check() -> None:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError as fault:
            raise NotReadyError(f"port {port}: {fault.strerror}") from fault
        writer.close()
        await writer.wait_closed()

    return check


def grpc_health(peer: Peer, service: str = "") -> Callable[[], Awaitable[None]]:
    """Ready when grpc.health.v1 answers SERVING for the service; the empty name asks for the whole server."""
    host, _, port = peer.address.rpartition(":")
    accepts = tcp(host, int(port))

    async def check() -> None:
        # A channel that met a closed port waits a second before its next attempt; a plain connection does not.
        await accepts()
        async with peer.channel() as channel:
            try:
                answer = await health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(service=service), timeout=_ATTEMPT_SECONDS
                )
            except grpc.aio.AioRpcError as fault:
                raise NotReadyError(f"health: {fault.code().name}") from fault
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise NotReadyError("health: not serving")

    return check


def postgres(url: str) -> Callable[[], Awaitable[None]]:
    """Ready when a statement is answered; a refused password is final and raises LocalStackError."""

    async def check() -> None:
        try:
            connection = await asyncpg.connect(url, timeout=_ATTEMPT_SECONDS)
            try:
                await connection.execute("SELECT 1")
            finally:
                await connection.close()
        except asyncpg.InvalidPasswordError as fault:
            raise LocalStackError(
                "PostgreSQL refuses the password of this data directory; its secrets and its cluster do not belong "
                "together. Restore the secrets, or start afresh with make clean."
            ) from fault
        except (OSError, TimeoutError, asyncpg.PostgresError) as fault:
            raise NotReadyError(f"PostgreSQL: {fault}") from fault

    return check


def valkey(url: str) -> Callable[[], Awaitable[None]]:
    """Ready when PING is answered; while its file is loaded Valkey answers with an error."""

    async def check() -> None:
        # One attempt: left alone the client repeats a refused one for seconds.
        client = redis.asyncio.Redis.from_url(url, socket_timeout=_ATTEMPT_SECONDS, retry=Retry(NoBackoff(), 0))
        try:
            await client.ping()
        except (OSError, redis.exceptions.RedisError) as fault:
            raise NotReadyError(f"Valkey: {fault}") from fault
        finally:
            await client.aclose()

    return check
