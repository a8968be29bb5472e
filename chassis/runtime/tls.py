"""Mutual TLS from three files: our certificate, its key, and the authority that signs everybody's certificates.

The files are read again when they change; a server shows the new certificate from the next handshake on, a channel
is opened anew (`chassis.runtime.channel`). Files that do not belong together, as in the middle of a renewal, are
logged and looked at again; what was good before stays.

Who a caller is, his token says. A certificate says what kind of thing a machine is, in a URI of its subject
alternative names: `spiffe://<installation>/service/<name>` or `spiffe://<installation>/till/<name>`.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from chassis.runtime.behaviour import Context
from chassis.runtime.logs import get_logger
from chassis.runtime.transport import Option, Peer

LOOK_EVERY_SECONDS = 1.0
CONNECTION_AGE_SECONDS = 3600
"""A server asks for a new connection after this long, so that nobody stays on with a certificate that has run out;
calls under way end as they would."""

_log = get_logger(__name__)
_Seen = tuple[tuple[int, int, int], ...]


class TlsError(ValueError):
    """Files that are no certificate, key and authority, or do not belong together."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. The certificate file may hold a chain, the leaf first; the authority file several authorities, which
    is how one is replaced."""

    certificate: Path
    key: Path
    authority: Path

    def read(self) -> "TlsMaterial":
        """What they hold. Raises TlsError, naming the file, if they are no certificate, key and authority, if the
        key is another certificate's, or if the certificate's time is over; OSError if one cannot be read."""
        chain = _certificates(self.certificate)
        authorities = _certificates(self.authority)
        key = self.key.read_bytes()
        try:
            public = load_pem_private_key(key, password=None).public_key()
        except (ValueError, TypeError):
            raise TlsError(f"{self.key} holds no private key without password in PEM") from None
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if public.public_bytes(*form) != chain[0].public_key().public_bytes(*form):
            raise TlsError(f"{self.key} is not the key of the certificate in {self.certificate}")
        if (ends := chain[0].not_valid_after_utc) <= datetime.now(UTC):
            raise TlsError(f"the certificate in {self.certificate} ended at {ends.isoformat()}")
        lives = {"certificate": _life(chain[0]), "authority": _life(_issuer(chain[-1], authorities))}
        return TlsMaterial(self.certificate.read_bytes(), key, self.authority.read_bytes(), ends, lives)

    def seen(self) -> _Seen:
        """Changes when one of them does. Raises OSError."""
        found = (os.stat(path) for path in (self.certificate, self.key, self.authority))
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in found)


@dataclass(frozen=True, slots=True)
class Life:
    """From when to when a certificate is good."""

    begins: datetime
    ends: datetime

    @property
    def whole(self) -> timedelta:
        """How long in all."""
        return self.ends - self.begins

    def left(self, now: datetime) -> timedelta:
        """How long still; negative once it has ended."""
        return self.ends - now


@dataclass(frozen=True, slots=True)
class TlsMaterial:
    """The bytes of the three files, PEM, when the certificate ends, and the lives of `certificate` and `authority`."""

    certificate: bytes
    key: bytes = field(repr=False)
    authority: bytes
    ends: datetime
    lives: Mapping[str, Life]


class Tls:
    """The transport of a process with a certificate."""

    def __init__(self, files: TlsFiles) -> None:
        """Raises TlsError or OSError if the files are not good at first."""
        self._files = files
        self._lock = threading.Lock()
        self._seen = files.seen()
        self._material = files.read()
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        self._edition = 1
        self._kept: list[grpc.ServerCredentials] = []

    @property
    def edition(self) -> int:
        return self._now()[0]

    def lives(self) -> Mapping[str, Life]:
        """Of our `certificate` in use and of the `authority` that signed it."""
        return self._now()[1].lives

    def peer(self, address: str) -> Peer:
        return Peer(address, self)

    def open_channel(self, address: str, options: Sequence[Option]) -> grpc.aio.Channel:
        _, material = self._now()
        credentials = grpc.ssl_channel_credentials(material.authority, material.key, material.certificate)
        return grpc.aio.secure_channel(address, credentials, options=list(options))

    def open_port(self, server: grpc.aio.Server, address: str) -> int:
        shown, material = self._now()

        def changed() -> Any:
            # Asked by a thread of gRPC's at every handshake; None says that nothing has changed.
            nonlocal shown
            edition, material = self._now()
            if edition == shown:
                return None
            shown = edition
            return _configuration(material)

        credentials = grpc.dynamic_ssl_server_credentials(
            _configuration(material), changed, require_client_authentication=True
        )
        # gRPC's core holds no reference of its own to the function it asks.
        self._kept.append(credentials)
        return server.add_secure_port(address, credentials)

    def _now(self) -> tuple[int, TlsMaterial]:
        """The files as they are now, at most a second ago."""
        if time.monotonic() >= self._next_look:
            with self._lock:
                if time.monotonic() >= self._next_look:
                    self._look()
        return self._edition, self._material

    def _look(self) -> None:
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        try:
            seen = self._files.seen()
            if seen == self._seen:
                return
            self._material = self._files.read()
        except (OSError, TlsError) as error:
            _log.error("TLS files are not good, the ones before them stay", exc_info=error)
            return
        self._seen = seen
        self._edition += 1
        _log.info("TLS certificate read", ends=self._material.ends.isoformat())


def service_of(context: Context) -> str | None:
    """The service whose certificate the caller of an rpc has shown; None for another kind of certificate."""
    for uri in context.auth_context().get("peer_spiffe_id", ()):
        kind, _, name = urlsplit(uri.decode()).path.removeprefix("/").partition("/")
        if kind == "service" and name:
            return name
    return None


def is_encrypted(context: Context) -> bool:
    """Whether the call came over TLS; else it came in plain text from this machine."""
    return context.auth_context().get("transport_security_type", [b"insecure"]) != [b"insecure"]


def _configuration(material: TlsMaterial) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(material.key, material.certificate)], material.authority)


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise TlsError(f"{path} holds no certificate in PEM") from None


def _issuer(certificate: x509.Certificate, authorities: Sequence[x509.Certificate]) -> x509.Certificate:
    """The authority that signed a certificate; while one replaces another there are two. If none of them did, the one
    that ends first."""
    for authority in authorities:
        with suppress(ValueError, TypeError, InvalidSignature):
            certificate.verify_directly_issued_by(authority)
            return authority
    return min(authorities, key=lambda authority: authority.not_valid_after_utc)


def _life(certificate: x509.Certificate) -> Life:
    return Life(certificate.not_valid_before_utc, certificate.not_valid_after_utc)
