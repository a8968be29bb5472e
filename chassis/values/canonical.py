"""One canonical encoding, the only thing that is ever hashed for storage.

Version 1: a domain tag, a zero byte, then JSON with sorted keys, no white space, UTF-8, and only null, booleans,
integers, strings, lists and objects. Never protobuf bytes, never a language's own hash: an auditor with any JSON
library can recompute every stored hash.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

Plain = None | bool | int | str | Sequence["Plain"] | Mapping[str, "Plain"]

GENESIS = bytes(32)
"""What the first link of every hash chain is chained to."""


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode(tag: str, value: Plain) -> bytes:
    """The canonical bytes of `value` under `tag` (which names the kind and version, e.g. `movement/1`).

    TypeError for anything else, floating-point numbers and keys that are not text included.
    """
    _require_plain(value)
    return tag.encode() + b"\x00" + _JSON.encode(value).encode()


def content_hash(tag: str, value: Plain) -> bytes:
    """SHA-256 of the canonical bytes: 32 bytes."""
    return sha256(encode(tag, value)).digest()


def chained_hash(previous: bytes, tag: str, value: Plain) -> bytes:
    """The next link of a hash chain: SHA-256(previous link, canonical bytes)."""
    return sha256(previous + encode(tag, value)).digest()


def chained_json_hash(previous: bytes, tag: str, canonical_json: bytes) -> bytes:
    """The same for a value whose canonical JSON is at hand."""
    return sha256(previous + tag.encode() + b"\x00" + canonical_json).digest()


def fingerprint(key: bytes, tag: str, value: Plain) -> bytes:
    """Keyed hash (HMAC-SHA-256) of what was asked; a bare hash of a phone number would be personal data."""
    return hmac.digest(key, encode(tag, value), "sha256")


_LEAVES = frozenset({str, int, bool, type(None)})


def _require_plain(value: Plain) -> None:
    """JSON would take a float, and a number for a key, without a word."""
    if type(value) in _LEAVES:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key of a canonical value is text, not {type(key).__name__}")
            _require_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) not in _LEAVES:
                _require_plain(inner)
    elif not isinstance(value, str | int):
        raise TypeError(f"{type(value).__name__} has no canonical form")
