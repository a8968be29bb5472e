"""What a scalar of a program file may be: exact numbers, money, shares, dates, times, ids, texts.

Each reader takes the scalar's text and gives a domain value, or says in one sentence what it should have been.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from chassis.values.calendar import zone
from chassis.values.ids import is_id
from chassis.values.money import DIGITS, Money, is_currency, minor_ratio, minor_units
from chassis.values.rounding import Ratio
from chassis.values.texts import is_plain
from rules_service.domain.content_selector import WEEKDAYS
from rules_service.domain.program import PointRate

MOST_NAME = 200
MOST_SENTENCE = 500
MOST_CONDITION = 2_000
MOST_WEIGHT = 1_000_000
MOST_FACTOR = 100
MINUTES_A_DAY = 1_440
FIRST_YEAR, LAST_YEAR = 1900, 2999

DECIMAL = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_NUMBER = re.compile(DECIMAL)
_FRACTION = re.compile(r"([0-9]{1,12})/([1-9][0-9]{0,11})")
_PERCENT = re.compile(rf"({DECIMAL}) ?%")
_MONEY = re.compile(rf"({DECIMAL}) ([A-Z]{{3}})")
WHOLE = re.compile(r"[0-9]{1,12}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def exact(value: object) -> Ratio:
    """A number: `1`, `0.8` or `1/3`."""
    text = _text(value)
    if _NUMBER.fullmatch(text):
        return Ratio.of(text)
    if matched := _FRACTION.fullmatch(text):
        return Ratio.of(Fraction(int(matched[1]), int(matched[2])))
    raise ValueError("should be a number such as 1, 0.8 or 1/3")


def share(value: object) -> Ratio:
    """A part of a whole: `100%`, `97.5%`, or a number."""
    matched = _PERCENT.fullmatch(_text(value))
    if matched:
        return Ratio.of(Fraction(matched[1]) / 100)
    try:
        return exact(value)
    except ValueError:
        raise ValueError("should be a share such as 100% or 97.5%") from None


def basis_points(value: object) -> int:
    """A share in whole hundredths of a percent, above 0 and at most all of it."""
    points = share(value).fraction() * 10_000
    if points.denominator != 1:
        raise ValueError("should have at most two digits after the point, such as 33.34%")
    if not 0 < points <= 10_000:
        raise ValueError("should be above 0% and at most 100%")
    return int(points)


def weight(value: object) -> int:
    """How much a brand counts, in ten-thousandths: `50%`, up to a hundredfold."""
    parts = share(value).fraction() * 10_000
    if parts.denominator != 1 or parts > MOST_WEIGHT:
        raise ValueError("should be a share from 0% to 10000%, with at most two digits after the point")
    return int(parts)


def factor(value: object) -> Ratio:
    """By how much a tier multiplies: `1.25`."""
    read = exact(value)
    if not 1 <= read.fraction() <= MOST_FACTOR:
        raise ValueError(f"should be a number from 1 to {MOST_FACTOR}, such as 1.25")
    return read


def threshold(value: object) -> Money | int:
    """Where a tier begins: an amount, or a whole number of points or orders."""
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    try:
        return money(value)
    except ValueError:
        raise ValueError("should be an amount such as 500.00 USD, or a whole number of points or orders") from None


def point_rate(value: object) -> PointRate:
    """What a point is worth, of any precision: `0.008 USD` or `{amount: 0.008, currency: USD}`."""
    amount, currency = _amount(value)
    return PointRate(currency, minor_ratio(amount, currency))


def money(value: object) -> Money:
    """An amount of money: `1.00 USD` or `{amount: 1.00, currency: USD}`."""
    amount, currency = _amount(value)
    try:
        return Money(currency, minor_units(amount, currency))
    except ValueError:
        raise ValueError(f"should have at most {DIGITS[currency]} digits after the point") from None


def identifier(value: object) -> str:
    """An id."""
    text = _text(value)
    if not is_id(text):
        raise ValueError(
            "should be an id: letters, digits and . _ : / @ + - only, a letter or digit first, at most 128"
        )
    return text


def currency_code(value: object) -> str:
    """An ISO 4217 code."""
    text = _text(value)
    if not is_currency(text):
        raise ValueError("should be a currency of ISO 4217, such as USD")
    return text


def time_zone(value: object) -> str:
    """An IANA time zone."""
    text = _text(value)
    try:
        zone(text)
    except ValueError:
        raise ValueError("should be a time zone of the IANA database, such as Europe/London") from None
    return text


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number within bounds."""

    def read(value: object) -> int:
        text = _text(value)
        if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(f"should be a whole number from {least} to {most}")
        return int(text)

    return read


def truth(value: object) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise ValueError("should be true or false")
    return value == "true"


def day(value: object) -> date:
    """A calendar date, far enough from the ends of the calendar for its start to be a moment everywhere."""
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            read = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if FIRST_YEAR <= read.year <= LAST_YEAR:
                return read
            raise ValueError(f"should lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    raise ValueError("should be a date such as 2024-07-01")


def moment(value: object) -> date | datetime:
    """An instant (in UTC) with its offset, or a date whose start is meant."""
    if isinstance(value, str) and INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    if isinstance(value, str) and DATE.fullmatch(value):
        return day(value)
    raise ValueError("should be a date such as 2024-07-01 or a time such as 2024-07-01T09:00:00Z")


def weekday(value: object) -> int:
    """A day of the week, 1 Monday to 7 Sunday."""
    if value not in WEEKDAYS:
        raise ValueError(f"should be {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value) + 1


def clock(value: object) -> int:
    """A time of day, in minutes after midnight."""
    matched = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not matched:
        raise ValueError("should be a time of day such as 09:30 or 17:00")
    return int(matched[1]) * 60 + int(matched[2])


def closing(value: object) -> int:
    """A time of day, or 24:00, its end."""
    return MINUTES_A_DAY if value == "24:00" else clock(value)


def condition(value: object) -> str:
    """The text of a condition, one line or several; the white space around it does not count."""
    text = _text(value).rstrip()
    if not text.strip() or len(text) > MOST_CONDITION or _CONTROL.search(re.sub(r"[\n\t]", "", text)):
        raise ValueError(f"should be a condition in CEL, at most {MOST_CONDITION} characters")
    return text


def line_of_text(most: int) -> Callable[[object], str]:
    """A text of one line that reads the same wherever it is shown (`is_plain`), not empty."""

    def read(value: object) -> str:
        text = _text(value).strip()
        if not text or len(text) > most or not is_plain(text):
            raise ValueError(f"should be a text of one line, at most {most} characters")
        return text

    return read


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("should be a single value")
    return value


def _amount(value: object) -> tuple[str, str]:
    """Amount and currency of either form."""
    if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
        value = f"{value['amount']} {value['currency']}"
    matched = _MONEY.fullmatch(value) if isinstance(value, str) else None
    if not matched or not is_currency(matched[2]):
        raise ValueError("should be an amount with its currency, such as 1.00 USD")
    return matched[1], matched[2]


def one_or_many(value: Any) -> Any:
    """A list; a single value stands for a list of one."""
    return value if isinstance(value, list) else [value]
