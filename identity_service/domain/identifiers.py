"""Identifiers and their one normal form (docs/DOMAIN.md §7, ADR 0057).

What two people would write for the same card, number or address must become the same text, and what might be two
things must stay two. Whatever is not clearly valid is therefore refused, never repaired. Fingerprints of normal forms
are keys: a kind's form can be extended to texts refused today, but not altered once there are members.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from identity_service.domain.emails import email_form
from identity_service.domain.malformed import MalformedIdentifierError as MalformedIdentifierError
from identity_service.domain.phones import phone_form

MAX_CHARACTERS = 256
"""The longest value a caller may send, before normalization."""


class IdentifierKind(Enum):
    """What an identifier is; numbered as on the wire and in the database."""

    CARD = 1
    PHONE = 2
    EMAIL = 3
    WEB_ACCOUNT = 4
    APP = 5
    POS = 6


_PHONE = IdentifierKind.PHONE


@dataclass(frozen=True, slots=True)
class Identifier:
    """A normalized identifier; personal data. Made by `normalized`, or read back from the database."""

    kind: IdentifierKind
    value: str


def normalized(kind: IdentifierKind, value: str, region: str = "") -> Identifier:
    """The identifier in normal form; MalformedIdentifierError if the value is not clearly one of its kind.

    `region` is the country (ISO 3166) in which a phone number was written down the way people do there; other kinds
    have none.
    """
    if not value:
        raise MalformedIdentifierError("must not be empty")
    if len(value) > MAX_CHARACTERS:
        raise MalformedIdentifierError(f"must have at most {MAX_CHARACTERS} characters")
    if value.isascii():
        if not value.isprintable():
            raise MalformedIdentifierError("must not contain control characters")
    elif any(unicodedata.category(character)[0] == "C" for character in value):
        raise MalformedIdentifierError("must not contain control, format or unassigned characters")
    if kind is _PHONE:
        return Identifier(kind, phone_form(value, region))
    return Identifier(kind, _NORMALIZERS[kind](value))


_CARD_SEPARATORS = str.maketrans("", "", " -")
_CARD = re.compile(r"[A-Z0-9]{1,64}")


def _card(value: str) -> str:
    """Upper-case ASCII letters and digits, without the spaces and dashes printed between groups."""
    if _CARD.fullmatch(value) is not None:
        # As most tills send it.
        return value
    text = value.translate(_CARD_SEPARATORS)
    # Upper-casing comes after the check for ASCII: other scripts have letters whose capital is an ASCII letter. And
    # no card begins with a dash, but what a spreadsheet takes for a sum does.
    if not text.isascii() or value.lstrip(" ").startswith("-") or _CARD.fullmatch(text.upper()) is None:
        raise MalformedIdentifierError("must be 1 to 64 letters A–Z and digits, with spaces and dashes between them")
    return text.upper()


_SCOPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/+-]{0,63}:[\x21-\x7e]+")


def _scoped(value: str) -> str:
    """`system:number`, kept as it is: another system's numbers may differ by case alone."""
    if _SCOPED.fullmatch(value) is None:
        raise MalformedIdentifierError("must be system:number of printable ASCII characters without spaces")
    return value


_INSTALLATION = re.compile(r"[\x21-\x3c\x3e\x3f\x41-\x7e][\x21-\x7e]*")


def _installation(value: str) -> str:
    """An app's own token, kept as it is. Base64 may begin with + or -, but not with = or @."""
    if _INSTALLATION.fullmatch(value) is None:
        raise MalformedIdentifierError("must be printable ASCII characters without spaces, not beginning with = or @")
    return value


_NORMALIZERS: dict[IdentifierKind, Callable[[str], str]] = {
    IdentifierKind.CARD: _card,
    IdentifierKind.EMAIL: email_form,
    IdentifierKind.WEB_ACCOUNT: _scoped,
    IdentifierKind.APP: _installation,
    IdentifierKind.POS: _scoped,
}
