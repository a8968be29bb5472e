"""Page tokens and cursors of any content, bound to the question they were given for.

A token grants nothing, so it is not secret; its check value finds one that was cut, altered or made for another
question.
"""

import base64
import binascii
import json
from collections.abc import Sequence

from chassis.values.ids import hash_of
from settlement_service.domain import refusals

_CHECK_BYTES = 8

Content = Sequence[str | int]


def seal(content: Content, *question: str) -> str:
    """A token that holds `content`."""
    text = json.dumps(list(content), separators=(",", ":"))
    return base64.urlsafe_b64encode(_check(text, question) + text.encode()).decode().rstrip("=")


def unseal(token: str, *question: str) -> Content:
    """What a token holds. Refuses CURSOR_INVALID."""
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        text = decoded[_CHECK_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise refusals.cursor_invalid() from None
    if decoded[:_CHECK_BYTES] != _check(text, question):
        raise refusals.cursor_invalid()
    content = json.loads(text)
    if token != seal(content, *question):
        raise refusals.cursor_invalid()
    return list(content)


def text_after(token: str, *question: str) -> str:
    """The text, such as a number of payments, that a page of a list comes after; empty for no token. Refuses
    CURSOR_INVALID."""
    return str(unseal(token, *question)[0]) if token else ""


def _check(text: str, question: tuple[str, ...]) -> bytes:
    return hash_of("page", text, *question)[:_CHECK_BYTES]
