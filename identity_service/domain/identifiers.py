"""Identifiers and their one normal form (docs/DOMAIN.md §7).

What two people would write for the same card, number or address must become the same text, and what might be two
things must stay two. Whatever is not clearly valid is therefore refused, never repaired. Normal forms are frozen:
fingerprints of them are keys, so a kind's form can be extended to texts refused today but not altered.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

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


@dataclass(frozen=True, slots=True)
class Identifier:
    """A normalized identifier; personal data. Made by `normalized`, or read back from the database."""

    kind: IdentifierKind
    value: str


class MalformedIdentifierError(ValueError):
    """Says what is wrong with a value without repeating it: the text may be personal data."""


def normalized(kind: IdentifierKind, value: str) -> Identifier:
    """The identifier in normal form; MalformedIdentifierError if the value is not clearly one of its kind."""
    if not value:
        raise MalformedIdentifierError("must not be empty")
    if len(value) > MAX_CHARACTERS:
        raise MalformedIdentifierError(f"must have at most {MAX_CHARACTERS} characters")
    if not value.isascii() and any(unicodedata.category(character)[0] == "C" for character in value):
        raise MalformedIdentifierError("must not contain control, format or unassigned characters")
    if value.isascii() and not value.isprintable():
        raise MalformedIdentifierError("must not contain control characters")
    return Identifier(kind, _NORMALIZERS[kind](value))


_CARD_SEPARATORS = str.maketrans("", "", " -")
_CARD = re.compile(r"[A-Z0-9]{1,64}")


def _card(value: str) -> str:
    """Upper-case ASCII letters and digits, without the spaces and dashes printed between groups."""
    text = value.translate(_CARD_SEPARATORS)
    # Upper-casing comes after the check for ASCII: other scripts have letters whose capital is an ASCII letter.
    if not text.isascii() or _CARD.fullmatch(text.upper()) is None:
        raise MalformedIdentifierError("must be 1 to 64 letters A–Z and digits, with spaces and dashes at will")
    return text.upper()


_PHONE_SEPARATORS = str.maketrans("", "", " -.()")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def _phone(value: str) -> str:
    """E.164: a plus sign, country code and subscriber number, at most 15 digits."""
    text = value.translate(_PHONE_SEPARATORS)
    # "+44 (0)20 …" would become another number if the bracketed trunk digit were kept.
    if "(0)" in value or _PHONE.fullmatch(text) is None:
        raise MalformedIdentifierError("must be an international number such as +14155550123, with 7 to 15 digits")
    return text


_EMAIL = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
)
_EMAIL_CHARACTERS = 254


def _email(value: str) -> str:
    """NFKC, then case-folded. Only addresses that are ASCII after NFKC: beyond it case folding joins mailboxes."""
    text = unicodedata.normalize("NFKC", value).strip(" ")
    if not text.isascii():
        raise MalformedIdentifierError("must be an e-mail address of ASCII characters")
    text = text.casefold()
    if len(text) > _EMAIL_CHARACTERS or _EMAIL.fullmatch(text) is None:
        raise MalformedIdentifierError("must be an e-mail address such as name@example.com")
    return text


_SCOPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/+-]{0,63}:[\x21-\x7e]+")


def _scoped(value: str) -> str:
    """`system:number`, kept as it is: another system's numbers may differ by case alone."""
    if _SCOPED.fullmatch(value) is None:
        raise MalformedIdentifierError("must be system:number of printable ASCII characters without spaces")
    return value


_INSTALLATION = re.compile(r"[\x21-\x7e]+")


def _installation(value: str) -> str:
    """An app's own token, kept as it is."""
    if _INSTALLATION.fullmatch(value) is None:
        raise MalformedIdentifierError("must be printable ASCII characters without spaces")
    return value


_NORMALIZERS: dict[IdentifierKind, Callable[[str], str]] = {
    IdentifierKind.CARD: _card,
    IdentifierKind.PHONE: _phone,
    IdentifierKind.EMAIL: _email,
    IdentifierKind.WEB_ACCOUNT: _scoped,
    IdentifierKind.APP: _installation,
    IdentifierKind.POS: _scoped,
}
