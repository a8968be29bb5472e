"""Page tokens: where a page ended, for the question it was given for.

A token grants nothing, so it is not secret; its check value finds one that was cut, altered or made for another
question.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import sha256

from identity_service.domain import refusals

_CHECK_BYTES = 8

Place = Sequence[str | int]


def sealed(place: Place, question: bytes) -> str:
    """A token that holds a place."""
    text = json.dumps(list(place), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(text, question) + text).decode()


def unsealed(token: str, length: int, question: bytes) -> Place | None:
    """The place, of so many parts; None for no token. Raises CURSOR_INVALID."""
    if not token:
        return None
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
        if data[:_CHECK_BYTES] != _check(data[_CHECK_BYTES:], question):
            raise ValueError
        place = json.loads(data[_CHECK_BYTES:])
        if len(place) != length:
            raise ValueError
    except (binascii.Error, ValueError):
        raise refusals.cursor_invalid("the page token was not made for this question") from None
    return list(place)


def _check(text: bytes, question: bytes) -> bytes:
    return sha256(len(question).to_bytes(4, "big") + question + text).digest()[:_CHECK_BYTES]
