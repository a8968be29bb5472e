"""Settings of a service: one frozen class, read from the environment once, every fault told at once."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    Field,
    FilePath,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from chassis.runtime.transport import is_loopback

EXIT_BAD_SETTINGS = 2
LEAST_KEY_BYTES = 32
MAX_LIFETIME_SECONDS = 24 * 3600
_SECRETS = ("database_url", "migration_database_url", "redis_url")
TLS_FIELDS = ("tls_certificate_file", "tls_key_file", "tls_authority_file")


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


def _keys_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValueError("holds a password; keys are public")
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(f"{parts.hostname}:0"))):
        return value
    raise ValueError("should be https://…, or http:// on loopback with PLAINTEXT=loopback")


Address = Annotated[str, AfterValidator(_listen_address)]
"""`host:port`."""
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres_url)]
"""A PostgreSQL URL that names its user; secret, since it may hold a password."""
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
"""A Redis or Valkey URL; secret, since it may hold a password."""


KeysUrl = Annotated[str, AfterValidator(_keys_url)]
"""Where a JWKS is published."""


class ServiceSettings(BaseSettings):
    """The settings every service has. A service derives its own and sets `env_prefix`, e.g. `LEDGER_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    listen_address: Address
    database_url: PostgresUrl
    migration_database_url: PostgresUrl | None = None
    """The owner's URL; read by `migrate` alone."""
    database_pool_size: int = Field(default=8, ge=1, le=200)
    plaintext: Literal["loopback"] | None = None
    """Asks for plain text instead of TLS; every address must then be one of this machine alone."""
    tls_certificate_file: FilePath | None = None
    tls_key_file: FilePath | None = None
    tls_authority_file: FilePath | None = None
    """Who signs the certificates that we believe, of callers and of peers."""
    jwks_file: FilePath | None = None
    jwks_url: KeysUrl | None = None
    """Instead of the file: where the issuer publishes its keys."""
    token_issuer: str = Field(default="loyalty-local", min_length=1)
    token_audience: str = Field(default="loyalty", min_length=1)
    token_max_lifetime_seconds: int = Field(default=MAX_LIFETIME_SECONDS, ge=60, le=366 * 24 * 3600)
    """A token that was issued for longer than this is refused."""
    trace_file: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_seconds: float = Field(default=10.0, ge=0, le=300)
    """How long running rpcs may go on after SIGTERM, and then each worker."""
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    otlp_metrics_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
    """Where metrics go instead."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **more: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (*sources, *more.values(), _SecretFiles(settings_cls))

    @model_validator(mode="wrap")
    @classmethod
    def _fit_together(cls, given: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        """Faults of single fields and of fields that do not go together, told in one go."""
        faults: list[InitErrorDetails] = []
        if isinstance(given, dict):
            given, unread = with_secrets(given)
            faults = [_fault(*fault) for fault in (*unread, *faults_together(given))]
        try:
            built = build(given)
        except ValidationError as error:
            faults += [
                InitErrorDetails(
                    type=PydanticCustomError("fault", "{why}", {"why": fault["msg"]}), loc=fault["loc"], input=None
                )
                for fault in error.errors(include_url=False, include_context=False, include_input=False)
            ]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults, hide_input=True)
        return built


class _SecretFiles(PydanticBaseSettingsSource):
    """The variables that name files with secrets: `LEDGER_DATABASE_URL_FILE` for `LEDGER_DATABASE_URL`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = f"{self.config.get('env_prefix', '')}{field_name}_FILE".upper()
        return os.environ.get(variable), f"{field_name}_file", False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        found = [self.get_field_value(fields[name], name) for name in _SECRETS if name in fields]
        return {key: value for value, key, _ in found if value}


def with_secrets(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The settings with the secrets that lie in files, so that they need not be in the environment, and the faults of
    those files."""
    filled, faults = dict(given), []
    for name in _SECRETS:
        path = given.get(f"{name}_file")
        if not path:
            continue
        if given.get(name):
            faults.append((f"{name}_file", f"given beside {name.upper()}"))
            continue
        try:
            filled[name] = Path(path).read_text().strip()
        except (OSError, ValueError) as error:
            faults.append((f"{name}_file", f"cannot be read: {type(error).__name__}"))
    return filled, faults


def faults_together(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with settings that must fit together: field and fault. Looks at what was given, before types."""
    tls = [name for name in TLS_FIELDS if given.get(name)]
    if given.get("plaintext") is None:
        for name in TLS_FIELDS:
            if name not in tls:
                yield name, "needed for TLS; plain text must be asked for with PLAINTEXT=loopback"
        if str(given.get("jwks_url") or "").startswith("http:"):
            yield "jwks_url", "plain text must be asked for with PLAINTEXT=loopback"
    else:
        for name in tls:
            yield name, "of no use with PLAINTEXT"
        for name, value in given.items():
            if name.endswith("_address") and value and not is_loopback(str(value)):
                yield name, "plain text stays on loopback: 127.0.0.1, [::1] or localhost"
    if bool(given.get("jwks_file")) == bool(given.get("jwks_url")):
        yield "jwks_file", "exactly one of JWKS_FILE and JWKS_URL is needed"


def _fault(field: str, why: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("fault", "{why}", {"why": why}), loc=(field,), input=None)


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
    if field is None and name.removesuffix("_file") not in _SECRETS:
        return name.upper()
    if field is not None and isinstance(field.validation_alias, str):
        return field.validation_alias
    return f"{settings_class.model_config.get('env_prefix', '')}{name}".upper()


def _at_fault(faults: list[str]) -> SystemExit:
    listed = "\n".join(f"  {fault}" for fault in faults)
    print(f"cannot start, {len(faults)} setting(s) at fault:\n{listed}", file=sys.stderr)
    return SystemExit(EXIT_BAD_SETTINGS)
