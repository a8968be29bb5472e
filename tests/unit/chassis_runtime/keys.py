"""Signing keys and tokens for tests, made on the spot."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

ISSUER = "test-issuer"
AUDIENCE = "test-audience"


class SigningKey:
    """One Ed25519 key with its id."""

    def __init__(self, key_id: str = "key-1") -> None:
        self.key_id = key_id
        self.private = Ed25519PrivateKey.generate()

    def jwk(self) -> dict[str, Any]:
        public: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(self.private.public_key()))
        return {**public, "kid": self.key_id, "alg": "EdDSA", "use": "sig"}

    def token(self, **claims: Any) -> str:
        """A token that is valid for a minute; a claim given as None is left out."""
        now = int(time.time())
        all_claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "till-1",
            "iat": now,
            "exp": now + 60,
            "program": ["p1"],
            "roles": ["KEEPER"],
            "brands": ["*"],
            "regions": [],
            "locations": ["l1"],
            **claims,
        }
        kept = {name: value for name, value in all_claims.items() if value is not None}
        return jwt.encode(kept, self.private, algorithm="EdDSA", headers={"kid": self.key_id})


def write_jwks(path: Path, *keys: SigningKey) -> Path:
    """A JWKS file with the public halves."""
    path.write_text(json.dumps({"keys": [key.jwk() for key in keys]}))
    return path
