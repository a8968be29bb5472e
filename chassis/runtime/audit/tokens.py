"""Page tokens and cursors: a number, tied to its question. They guard against mistakes, and open nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

from chassis.runtime.reasons import CURSOR_INVALID
from chassis.values.integers import INT64_MAX
from chassis.values.refusal import refuse

_CHECK = 8


def token_of(question: str, number: int) -> str:
    """An opaque token for a place in the answers to a question."""
    place = str(number).encode()
    return urlsafe_b64encode(_check(question, place) + place).decode()


def number_of(question: str, token: str) -> int:
    """The place of a token; CURSOR_INVALID for one that was not made for this question."""
    try:
        data = urlsafe_b64decode(token.encode())
        place = data[_CHECK:]
        number = int(place.decode())
        if data[:_CHECK] != _check(question, place) or not 0 <= number <= INT64_MAX:
            raise ValueError
    except (Error, ValueError):
        raise refuse(CURSOR_INVALID, "the token was not made for this question") from None
    return number


def _check(question: str, place: bytes) -> bytes:
    return sha256(question.encode() + b"\x00" + place).digest()[:_CHECK]
