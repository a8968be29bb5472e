"""Keys, passwords and tokens of the local stack: made once in its data directory, readable by their owner only.

In production the JWKS comes from the company's token issuer and the rest from its secret store; the services see
no difference, because they are given files and URLs.
"""

import base64
import hashlib
import json
import os
import secrets as randomness
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ISSUER = "loyalty-local"
AUDIENCE = "loyalty"
EVERYTHING = ("*",)

# Minted anew at each start; long enough for a stack that is left running.
_SERVICE_TOKEN_LIFETIME = timedelta(days=365)
_CLOCK_TOLERANCE = timedelta(seconds=5)


class Secrets:
    """The directory of secrets (mode 0700, files 0600). Opening it makes whatever is missing."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._key = self._signing_key()
        self._public = _public_jwk(self._key)
        self.jwks_file = directory / "jwks.json"
        _write(self.jwks_file, json.dumps({"keys": [self._public]}, indent=2) + "\n")

    def password(self, name: str) -> str:
        """The password of that name; safe inside a URL and inside a configuration file."""
        path = self._directory / f"{name}.password"
        if not path.exists():
            _write(path, randomness.token_urlsafe(24))
        return path.read_text().strip()

    def fingerprint_key_file(self, service: str) -> Path:
        """The file with the service's key for fingerprints: 32 random bytes in hexadecimal."""
        path = self._directory / f"{service}.fingerprint_key"
        if not path.exists():
            _write(path, randomness.token_hex(32) + "\n")
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
            lifetime=_SERVICE_TOKEN_LIFETIME,
        )
        _write(path, token + "\n")
        return path

    def mint_token(
        self,
        subject: str,
        *,
        programs: Sequence[str],
        roles: Sequence[str],
        brands: Sequence[str] = EVERYTHING,
        regions: Sequence[str] = EVERYTHING,
        locations: Sequence[str] = EVERYTHING,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A signed bearer token. ``subject`` names the integrating system, the scope of its request ids."""
        now = datetime.now(UTC)
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
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._public["kid"]})

    def _signing_key(self) -> Ed25519PrivateKey:
        path = self._directory / "signing_key.pem"
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            _write(path, pem.decode())
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{path} holds no Ed25519 key")
        return key


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public key as RFC 8037 writes it; its id is the thumbprint of RFC 7638."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    members = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return members | {"kid": _base64url(thumbprint), "alg": "EdDSA", "use": "sig"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _write(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
