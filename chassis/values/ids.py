"""Ids, their shape, and the bucket of a member.

Ids are opaque ASCII strings. Those we make carry a prefix that says what they name and a hash of their inputs,
never chance: a replay makes the same id again.
"""

import re
from hashlib import sha256

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}")
"""What an id given by a caller may look like: printable ASCII without spaces, at most 128 characters."""

BUCKETS = 256


def is_id(text: str) -> bool:
    """True if `text` is a well-formed id."""
    return ID_PATTERN.fullmatch(text) is not None


def hash_of(*parts: str) -> bytes:
    """SHA-256 over length-prefixed UTF-8 parts; no two different lists of parts hash alike by construction."""
    digest = sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big"))
        digest.update(encoded)
    return digest.digest()


def bucket_of(program: str, member: str) -> int:
    """The bucket (0–255) of a member: first byte of SHA-256(program, member)."""
    return hash_of(program, member)[0]


def partition_of(bucket: int, partitions: int) -> int:
    """The log partition of a bucket; `partitions` is fixed at installation."""
    return bucket % partitions


def made_id(prefix: str, *parts: str) -> str:
    """A made id such as `acc_9f3c…`: the prefix and 112 bits of the hash of `parts`, as 28 hexadecimal digits."""
    return f"{prefix}_{hash_of(*parts).hex()[:28]}"
