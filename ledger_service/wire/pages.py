"""Page tokens: where a page ended, for this question only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

from chassis.values.integers import INT64_MAX
from ledger_service.domain import refusals
from ledger_service.use_cases.list_movements import PageKey

_CHECK = 8


def page_token(question: str, key: PageKey | None) -> str:
    """An opaque token for the next page; empty after the last."""
    if key is None:
        return ""
    place = f"{key.sequence}:{key.home}".encode()
    return urlsafe_b64encode(_check(question, place) + place).decode()


def page_key(question: str, token: str) -> PageKey | None:
    """Where to go on; CURSOR_INVALID for a token that was not made for this question."""
    if not token:
        return None
    try:
        data = urlsafe_b64decode(token.encode())
        place = data[_CHECK:]
        sequence, _, home = place.decode().partition(":")
        if data[:_CHECK] != _check(question, place):
            raise ValueError
        number = int(sequence)
        if not 0 < number <= INT64_MAX:
            raise ValueError
        return PageKey(home, number)
    except (Error, ValueError):
        raise refusals.cursor_invalid("the page token was not made for this question") from None


def _check(question: str, place: bytes) -> bytes:
    """Ties a token to its question; it guards against mistakes, since it opens nothing the caller may not read."""
    return sha256(question.encode() + b"\x00" + place).digest()[:_CHECK]
