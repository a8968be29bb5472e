"""E-mail addresses in one form, by the `email-validator` and `idna` libraries (ADR 0057). Nothing is looked up."""

import re
import unicodedata

import idna
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from identity_service.domain.malformed import MalformedIdentifierError

MAX_CHARACTERS = 254
MAX_LOCAL_CHARACTERS = 64
_SHORTEST_TOP = 2
"""No top-level domain is shorter."""

_PLAIN = re.compile(
    r"(?=.{1,64}@)[a-z0-9_!#$%&'*/?^`{|}~][a-z0-9!#$%&'*+/=?^_`{|}~-]*(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9](-?[a-z0-9]){0,31}\.)+[a-z]{2,63}"
)
_FORMULA = ("=", "+", "-", "@")
_RULE = "must be an e-mail address such as name@example.com"
_LIKE_LATIN = frozenset("аеорсухіјѕԁһӏԛԝοαινρυ")
"""Cyrillic and Greek letters that are read as Latin ones: a word of them alone passes for another word."""
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"CJK", "BOPOMOFO", "LATIN"}),
    frozenset({"CJK", "HANGUL", "LATIN"}),
)
"""Scripts that one word may mix (Unicode UTS #39, highly restrictive); every other word has one."""


def email_form(value: str) -> str:
    """NFKC, lower case, the domain in ASCII (xn--…); plus-tags stay.

    The part before the @ must be ASCII after NFKC: beyond it case folding joins mailboxes. A word of the domain must
    neither mix scripts, however it is written, nor hold what cannot be seen. Raises MalformedIdentifierError.
    """
    return value if is_plain(value) else read(value)


def read(value: str) -> str:
    """The form of any text, by the libraries."""
    text = unicodedata.normalize("NFKC", value).strip(" ")
    local, at, domain = text.rpartition("@")
    if not at or not local.isascii():
        raise MalformedIdentifierError(_RULE + ", of ASCII characters before the @")
    if local.startswith(_FORMULA):
        raise MalformedIdentifierError("must not begin as a formula of a spreadsheet does")
    try:
        if any(_vanishes(character) for character in domain):
            raise MalformedIdentifierError(_RULE)
        checked = validate_email(f"{local.lower()}@{domain}", check_deliverability=False, allow_smtputf8=True)
    except (EmailNotValidError, idna.IDNAError, UnicodeError):
        raise MalformedIdentifierError(_RULE) from None
    form = f"{checked.local_part}@{checked.ascii_domain}"
    too_long = len(form) > MAX_CHARACTERS or len(checked.local_part) > MAX_LOCAL_CHARACTERS
    if too_long or not form.isascii() or len(form.rpartition(".")[2]) < _SHORTEST_TOP:
        raise MalformedIdentifierError(_RULE)
    if "xn--" in form and any(_misleads(word) for word in _words(checked.ascii_domain)):
        raise MalformedIdentifierError("must not have words in its domain that mix scripts or pass for Latin ones")
    return form


def is_plain(value: str) -> bool:
    """True if the text is its own form, seen without the libraries. Most calls carry such addresses."""
    return (
        len(value) <= MAX_CHARACTERS
        and _PLAIN.fullmatch(value) is not None
        and value.rpartition(".")[2] not in SPECIAL_USE_DOMAIN_NAMES
    )


def _vanishes(character: str) -> bool:
    """True of marks that cannot be seen, such as variation selectors: domains are the same without them."""
    return not character.isascii() and not idna.uts46_remap(character)


def _words(domain: str) -> list[str]:
    return [idna.ulabel(word) if word.startswith("xn--") else word for word in domain.split(".")]


def _misleads(word: str) -> bool:
    """By the names of its letters: Unicode names begin with the script. Marks and digits belong to any."""
    letters = {letter for letter in word if letter.isalpha()}
    if letters and letters <= _LIKE_LATIN:
        return True
    scripts = {unicodedata.name(letter, "?").split(" ")[0].split("-")[0] for letter in letters}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)
