"""Page tokens: where the page before ended, bound to the question it was given for.

A token grants nothing, so it is not secret; its check value finds one that was cut, altered or made for another
question.
"""

import base64
import binascii
import json

from chassis.values.ids import hash_of
from settlement_service.domain import refusals

_CHECK_BYTES = 8


def token_of(place: list[int] | list[str], *question: str) -> str:
    """The token of the page after `place`, of the same question."""
    content = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(content, question) + content).decode().rstrip("=")


def numbers_of(token: str, *question: str) -> list[int]:
    """The place, of numbers. Refuses CURSOR_INVALID."""
    return [place for place in _place(token, question) if isinstance(place, int)]


def text_of(token: str, *question: str) -> str:
    """The place, of one text. Refuses CURSOR_INVALID."""
    return str(_place(token, question)[0])


def _place(token: str, question: tuple[str, ...]) -> list[object]:
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise refusals.cursor_invalid() from None
    check, content = decoded[:_CHECK_BYTES], decoded[_CHECK_BYTES:]
    if check != _check(content, question) or not content:
        raise refusals.cursor_invalid()
    place: list[object] = json.loads(content)
    return place


def _check(content: bytes, question: tuple[str, ...]) -> bytes:
    return hash_of("page", content.decode("latin-1"), *question)[:_CHECK_BYTES]
