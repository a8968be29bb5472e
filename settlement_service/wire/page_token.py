"""Page tokens of the journal: the last entry's number, bound to the question it was given for.

A token grants nothing, so it is not secret; its check value finds one that was cut, altered or made for another
program or entity.
"""

import base64
import binascii

from chassis.values.ids import hash_of
from settlement_service.domain import refusals

_CHECK_BYTES = 8
_NUMBER_BYTES = 8


def token_of(number: int, program: str, entity: str) -> str:
    """The token of the page after the entry `number`."""
    content = number.to_bytes(_NUMBER_BYTES, "big")
    return base64.urlsafe_b64encode(content + _check(content, program, entity)).decode().rstrip("=")


def number_of(token: str, program: str, entity: str) -> int:
    """The entry's number. Refuses CURSOR_INVALID."""
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise refusals.cursor_invalid() from None
    content, check = decoded[:_NUMBER_BYTES], decoded[_NUMBER_BYTES:]
    number = int.from_bytes(content, "big")
    if check != _check(content, program, entity) or token != token_of(number, program, entity):
        raise refusals.cursor_invalid()
    return number


def _check(content: bytes, program: str, entity: str) -> bytes:
    return hash_of("journal page", content.hex(), program, entity)[:_CHECK_BYTES]
