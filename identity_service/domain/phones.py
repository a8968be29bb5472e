"""Phone numbers in E.164, by the numbering plans of the `phonenumbers` library (ADR 0057).

A number is taken if its country code is assigned and its length is one that the country's plan has: plans give out
new ranges every week, so whether a number is in use is not asked.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, ValidationResult

from identity_service.domain.malformed import MalformedIdentifierError

REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The countries whose way of writing is known, ISO 3166."""

_PLAIN = re.compile(r"\+[1-9][0-9]{6,14}")
_WRITTEN = re.compile(r"[0-9+(). -]+")
_RULE = "must be an international number such as +14155550123, or one as it is dialled in its region, without extension"


def phone_form(value: str, region: str = "") -> str:
    """E.164: a plus sign, country code and subscriber number, 7 to 15 digits.

    Without `region` the number must begin with + and its country code. Spaces, dots, dashes, brackets and the trunk
    prefix, as in +44 (0)20, are dropped; full-width digits are digits. Raises MalformedIdentifierError for everything
    else, extensions and letters among it.
    """
    if is_plain(value):
        return value
    if region and region not in REGIONS:
        raise MalformedIdentifierError("must name its region as an ISO 3166 country")
    text = unicodedata.normalize("NFKC", value)
    if _WRITTEN.fullmatch(text) is None or text.rfind("+") > 0:
        raise MalformedIdentifierError(_RULE)
    form = parsed(text, region or None)
    # A form is its own: what would be read as another number when it is read again is not clear enough to keep.
    if parsed(form, None) != form:
        raise MalformedIdentifierError(_RULE)
    return form


def is_plain(value: str) -> bool:
    """True if the text is its own form, seen without reading it: no trunk prefix it could begin with, and a length
    that its country has. Most calls carry such numbers."""
    if _PLAIN.fullmatch(value) is None:
        return False
    for digits in (1, 2, 3):
        plan = _plan_of(int(value[1 : 1 + digits]))
        if plan is not None:
            subscriber = value[1 + digits :]
            return len(subscriber) in plan.lengths and (plan.trunk is None or plan.trunk.match(subscriber) is None)
    return False


class _Plan(NamedTuple):
    lengths: frozenset[int]
    trunk: re.Pattern[str] | None


@cache
def _plan_of(country_code: int) -> _Plan | None:
    """The numbering plan of a country code; of several countries that share it, the main one's."""
    if country_code not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        return None
    region = phonenumbers.region_code_for_country_code(country_code)
    plan = PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
    assert plan is not None, "every assigned code has a plan"
    assert plan.general_desc is not None, "every plan has lengths"
    trunk = re.compile(plan.national_prefix_for_parsing) if plan.national_prefix_for_parsing else None
    return _Plan(frozenset(plan.general_desc.possible_length), trunk)


def parsed(text: str, region: str | None) -> str:
    """E.164 of a text of digits and separators, by the library."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise MalformedIdentifierError(_RULE) from None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension or not possible or _PLAIN.fullmatch(form) is None:
        raise MalformedIdentifierError(_RULE)
    return form
