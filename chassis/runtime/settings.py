"""Settings of a service: one frozen class, read from the environment once, every fault told at once."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

EXIT_BAD_SETTINGS = 2
LEAST_KEY_BYTES = 32


def _listen_address(value: str) -> str:
    host, separator, port = value.rpartition(":")
    if not separator or not host or not port.isdigit() or int(port) > 65_535:
        raise ValueError("should be host:port, e.g. 127.0.0.1:7401")
    return value


def _postgres_url(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("postgresql", "postgres") or not parts.username:
        raise ValueError("should be postgresql://user:password@host:port/database")
    return value


def _redis_url(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError("should be redis://:password@host:port/0")
    return value


Address = Annotated[str, AfterValidator(_listen_address)]
"""`host:port`."""
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres_url)]
"""A PostgreSQL URL that names its user; secret, since it may hold a password."""
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
"""A Redis or Valkey URL; secret, since it may hold a password."""


class ServiceSettings(BaseSettings):
    """The settings every service has. A service derives its own and sets `env_prefix`, e.g. `LEDGER_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    listen_address: Address
    database_url: PostgresUrl
    migration_database_url: PostgresUrl | None = None
    """The owner's URL; read by `migrate` alone."""
    database_pool_size: int = Field(default=8, ge=1, le=200)
    jwks_file: FilePath
    token_issuer: str = Field(default="loyalty-local", min_length=1)
    token_audience: str = Field(default="loyalty", min_length=1)
    trace_file: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_seconds: float = Field(default=10.0, ge=0, le=300)
    """How long running rpcs may go on after SIGTERM, and then each worker."""
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")


class PeerCallingSettings(ServiceSettings):
    """The settings of a service that calls others: also its own bearer token."""

    service_token_file: FilePath


SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load_settings(settings_class: type[SettingsT]) -> SettingsT:
    """Read the environment. On any fault all are printed by variable name, never with a value, and the process
    exits with status 2."""
    try:
        return settings_class()
    except ValidationError as error:
        faults = [
            f"{_variable(settings_class, fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    except SettingsError as error:
        faults = [str(error)]
    raise _at_fault(faults)


def require_migration_url(settings: ServiceSettings) -> str:
    """The owner's database URL, or exit with status 2 if it is not set."""
    if settings.migration_database_url is None:
        raise _at_fault([f"{_variable(type(settings), ('migration_database_url',))}: needed by migrate"])
    return settings.migration_database_url.get_secret_value()


def read_key(file: Path) -> bytes:
    """A secret key from a file of hexadecimal digits. Raises ValueError for fewer than 32 bytes."""
    key = bytes.fromhex(file.read_text().strip())
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"{file} holds fewer than {LEAST_KEY_BYTES} bytes")
    return key


def user_of(url: SecretStr) -> str:
    """The user a database URL names."""
    username = urlsplit(url.get_secret_value()).username
    if not username:
        raise ValueError("the database URL names no user")
    return unquote(username)


def _variable(settings_class: type[BaseSettings], location: tuple[Any, ...]) -> str:
    """The environment variable behind a fault's location."""
    name = str(location[0]) if location else "settings"
    field = settings_class.model_fields.get(name)
    if field is None:
        return name.upper()
    if isinstance(field.validation_alias, str):
        return field.validation_alias
    return f"{settings_class.model_config.get('env_prefix', '')}{name}".upper()


def _at_fault(faults: list[str]) -> SystemExit:
    listed = "\n".join(f"  {fault}" for fault in faults)
    print(f"cannot start, {len(faults)} setting(s) at fault:\n{listed}", file=sys.stderr)
    return SystemExit(EXIT_BAD_SETTINGS)
