"""Certificates of the local stack: an authority of its own, one leaf for each service and each till, short-lived.

In production they come from the company's certificate manager; the services see no difference, they are given files.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.runtime.tls import TlsFiles
from deploy.local.files import write_secret

INSTALLATION = "loyalty-local"
LEAF_LIFETIME = timedelta(hours=24)
_AUTHORITY_LIFETIME = timedelta(days=365)
# Anew when a third of its time is left; a laptop that slept through that renews before it serves.
_LEFT = 1 / 3
_CLOCK_TOLERANCE = timedelta(minutes=5)
_CALLS, _SERVES = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


class Certificates:
    """Files in one directory, mode 0600. Asking for a certificate makes it, if it is missing or near its end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.authority_file = directory / "authority.pem"
        self._authority_key_file = directory / "authority_key.pem"

    def service(self, name: str) -> TlsFiles:
        """What a service shows to its callers and to its peers; it may do both on this machine."""
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return self._files("service", name, [_SERVES, _CALLS], names)

    def till(self, name: str) -> TlsFiles:
        """What a till, an office or a developer shows. It cannot pass for a service: it may not serve."""
        return self._files("till", name, [_CALLS], [])

    def renew(self, *, all_of_them: bool = False) -> None:
        """Make those anew that are near their end, or all."""
        for kind, make in (("service", self.service), ("till", self.till)):
            for path in sorted(self._directory.glob(f"{kind}-*.certificate.pem")):
                if all_of_them:
                    path.unlink()
                make(path.name.removeprefix(f"{kind}-").removesuffix(".certificate.pem"))

    def _files(
        self, kind: str, name: str, uses: Sequence[x509.ObjectIdentifier], names: Sequence[x509.GeneralName]
    ) -> TlsFiles:
        authority_key, authority = self._authority()
        stem = self._directory / f"{kind}-{name}"
        files = TlsFiles(
            stem.with_name(stem.name + ".certificate.pem"), stem.with_name(stem.name + ".key.pem"), self.authority_file
        )
        if not _good(files.certificate, authority) or not files.key.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            uri = x509.UniformResourceIdentifier(f"spiffe://{INSTALLATION}/{kind}/{name}")
            made = (
                _builder(f"{kind} {name}", authority.subject, key, LEAF_LIFETIME)
                .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                .add_extension(x509.SubjectAlternativeName([uri, *names]), critical=False)
                .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
                # Two authorities of one name, while one replaces the other, are told apart by their keys.
                .add_extension(
                    x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
                )
                .sign(authority_key, hashes.SHA256())
            )
            write_secret(files.key, _pem(key))
            write_secret(files.certificate, made.public_bytes(Encoding.PEM).decode())
        return files

    def _authority(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        if not _good(self.authority_file, None) or not self._authority_key_file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            name = f"{INSTALLATION} authority"
            made = (
                _builder(name, _named(name), key, _AUTHORITY_LIFETIME)
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
                .sign(key, hashes.SHA256())
            )
            write_secret(self._authority_key_file, _pem(key))
            write_secret(self.authority_file, made.public_bytes(Encoding.PEM).decode())
        read = load_pem_private_key(self._authority_key_file.read_bytes(), password=None)
        if not isinstance(read, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._authority_key_file} holds no P-256 key")
        return read, x509.load_pem_x509_certificate(self.authority_file.read_bytes())


def _good(path: Path, issuer: x509.Certificate | None) -> bool:
    """Whether the certificate is there, this authority's, and not near its end."""
    if not path.exists():
        return False
    found = x509.load_pem_x509_certificate(path.read_bytes())
    try:
        found.verify_directly_issued_by(found if issuer is None else issuer)
    except Exception:
        return False
    begins, ends = found.not_valid_before_utc, found.not_valid_after_utc
    return ends - datetime.now(UTC) > (ends - begins) * _LEFT


def _builder(
    common_name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lifetime: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(common_name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_TOLERANCE)
        .not_valid_after(now + lifetime)
    )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
