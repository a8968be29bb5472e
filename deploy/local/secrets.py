"""Keys, passwords, tokens and certificates of the local stack: files in its data directory, their owner's alone.

In production the JWKS comes from the company's token issuer and the rest from its secret store; the services see
no difference, because they are given files and URLs.
"""

import base64
import hashlib
import json
import secrets as randomness
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.runtime.files import LOOK_EVERY_SECONDS
from chassis.runtime.settings import MAX_LIFETIME_SECONDS
from deploy.local.certificates import Certificates
from deploy.local.files import write_secret

ISSUER = "loyalty-local"
AUDIENCE = "loyalty"
EVERYTHING = ("*",)

SERVICE_TOKEN_LIFETIME = timedelta(hours=1)
RENEW_EVERY_SECONDS = 60.0
"""How often a running stack looks what is near its end."""
_CLOCK_TOLERANCE = timedelta(seconds=5)


class Secrets:
    """The directory of secrets (mode 0700, files 0600). Opening it makes whatever is missing."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self.certificates = Certificates(directory)
        self.jwks_file = directory / "jwks.json"
        self._service_tokens: dict[str, float] = {}
        if not self.signing_key_file.exists():
            self._make_signing_key()
        self._publish()

    @property
    def signing_key_file(self) -> Path:
        """The issuer's private key, PEM."""
        return self._directory / "signing_key.pem"

    def password(self, name: str) -> str:
        """The password of that name; safe inside a URL and inside a configuration file."""
        path = self._directory / f"{name}.password"
        if not path.exists():
            write_secret(path, randomness.token_urlsafe(24))
        return path.read_text().strip()

    def fingerprint_key_file(self, service: str) -> Path:
        """The file with the service's key for fingerprints: 32 random bytes in hexadecimal."""
        path = self._directory / f"{service}.fingerprint_key"
        if not path.exists():
            write_secret(path, randomness.token_hex(32) + "\n")
        return path

    def service_token_file(self, service: str) -> Path:
        """The file with a fresh bearer token that the service shows to its peers."""
        path = self._directory / f"{service}.token"
        token = self.mint_token(
            f"{service}-service",
            programs=EVERYTHING,
            roles=("SERVICE",),
            brands=EVERYTHING,
            regions=EVERYTHING,
            locations=EVERYTHING,
            lifetime=SERVICE_TOKEN_LIFETIME,
        )
        write_secret(path, token + "\n")
        self._service_tokens[service] = time.time() + SERVICE_TOKEN_LIFETIME.total_seconds() / 2
        return path

    def renew(self, *, all_of_them: bool = False) -> None:
        """Make those service tokens and certificates anew that are past half, or two thirds, of their time."""
        for service, due in list(self._service_tokens.items()):
            if all_of_them or time.time() >= due:
                self.service_token_file(service)
        self.certificates.renew(all_of_them=all_of_them)

    def rotate_signing_key(self, *, withdraw: bool = False) -> None:
        """Sign with a new key from now on. Tokens of the old one stay good until they expire; with `withdraw`, as after
        a leak, they end at once. Takes two seconds: the new key is published before it is used."""
        old = [] if withdraw else [*self._retired(), _public_jwk(self._key()) | {"retired": int(time.time())}]
        made = Ed25519PrivateKey.generate()
        write_secret(self._retired_file, json.dumps(old))
        self._publish(made)
        time.sleep(2 * LOOK_EVERY_SECONDS)
        self._make_signing_key(made)
        self._publish()
        for path in self._directory.glob("*.token"):
            self.service_token_file(path.stem)

    def mint_token(
        self,
        subject: str,
        *,
        programs: Sequence[str],
        roles: Sequence[str],
        brands: Sequence[str] = EVERYTHING,
        regions: Sequence[str] = EVERYTHING,
        locations: Sequence[str] = EVERYTHING,
        operators: Sequence[str] = (),
        member: str = "",
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A signed bearer token. ``subject`` names the integrating system, the scope of its request ids."""
        now = datetime.now(UTC)
        key = self._key()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now - _CLOCK_TOLERANCE,
            "exp": now + lifetime,
            "program": list(programs),
            "roles": list(roles),
            "brands": list(brands),
            "regions": list(regions),
            "locations": list(locations),
            "operators": list(operators),
        }
        if member:
            claims["member"] = member
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": _public_jwk(key)["kid"]})

    @property
    def _retired_file(self) -> Path:
        return self._directory / "retired_keys.json"

    def _retired(self) -> list[dict[str, object]]:
        """The public halves of keys whose tokens may still be good."""
        if not self._retired_file.exists():
            return []
        since = time.time() - MAX_LIFETIME_SECONDS
        found: list[dict[str, object]] = json.loads(self._retired_file.read_text())
        return [jwk for jwk in found if isinstance(jwk["retired"], int) and jwk["retired"] > since]

    def _publish(self, also: Ed25519PrivateKey | None = None) -> None:
        keys: list[dict[str, object]] = [dict(_public_jwk(key)) for key in (self._key(), also) if key is not None]
        known = {key["kid"] for key in keys}
        keys += [jwk for jwk in self._retired() if jwk["kid"] not in known]
        text = json.dumps({"keys": keys}, indent=2) + "\n"
        if not self.jwks_file.exists() or self.jwks_file.read_text() != text:
            write_secret(self.jwks_file, text)

    def _make_signing_key(self, key: Ed25519PrivateKey | None = None) -> None:
        pem = (key or Ed25519PrivateKey.generate()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_secret(self.signing_key_file, pem.decode())

    def _key(self) -> Ed25519PrivateKey:
        key = serialization.load_pem_private_key(self.signing_key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{self.signing_key_file} holds no Ed25519 key")
        return key


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public key as RFC 8037 writes it; its id is the thumbprint of RFC 7638."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    members = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return members | {"kid": _base64url(thumbprint), "alg": "EdDSA", "use": "sig"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
