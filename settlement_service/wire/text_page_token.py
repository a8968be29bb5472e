"""Page tokens of lists that go by a text, such as a number of payments: the last one, bound to the question asked.

Like those of the journal (`page_token`) they grant nothing; the check value finds one that was cut, altered or made for
another question.
"""

import base64
import binascii

from chassis.values.ids import hash_of
from settlement_service.domain import refusals

_CHECK_BYTES = 8


def text_token(last: str, *question: str) -> str:
    """The token of the page after `last`."""
    content = last.encode()
    return base64.urlsafe_b64encode(_check(last, question) + content).decode().rstrip("=")


def text_of(token: str, *question: str) -> str:
    """What the page comes after; empty for no token. Refuses CURSOR_INVALID."""
    if not token:
        return ""
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        last = decoded[_CHECK_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise refusals.cursor_invalid() from None
    if decoded[:_CHECK_BYTES] != _check(last, question) or token != text_token(last, *question):
        raise refusals.cursor_invalid()
    return last


def _check(last: str, question: tuple[str, ...]) -> bytes:
    return hash_of("text page", last, *question)[:_CHECK_BYTES]
