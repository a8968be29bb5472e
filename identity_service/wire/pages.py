"""Page tokens: where a page ended, for this question only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

from chassis.runtime.fields import FieldReader
from chassis.values.integers import INT64_MAX
from identity_service.use_cases.person_ports import START, Place

MOST = 500
USUAL = 100
_CHECK = 8


def page_size(reader: FieldReader, size: int) -> int:
    """At most how many a page holds."""
    reader.within("page_size", size, 0, MOST)
    return size or USUAL


def page_token(question: str, place: Place | None) -> str:
    """An opaque token for the next page; empty after the last."""
    if place is None:
        return ""
    where = f"{place.number}:{place.member_id}".encode()
    return urlsafe_b64encode(_check(question, where) + where).decode()


def page_place(reader: FieldReader, question: str, token: str) -> Place:
    """Where to go on; a fault for a token that was not made for this question."""
    if not token:
        return START
    try:
        data = urlsafe_b64decode(token.encode())
        where = data[_CHECK:]
        number, _, member_id = where.decode().partition(":")
        if data[:_CHECK] != _check(question, where) or not 0 < int(number) <= INT64_MAX:
            raise ValueError
        return Place(member_id, int(number))
    except (Error, ValueError):
        reader.fault("page_token", "must be empty or the token of the page before, of this question")
        return START


def _check(question: str, where: bytes) -> bytes:
    """Ties a token to its question; it guards against mistakes, since it opens nothing the caller may not read."""
    return sha256(question.encode() + b"\x00" + where).digest()[:_CHECK]
