"""The types of scalars in program files: how each is read (`file_scalars`), and what an editor is told of it.

Editors give scalars a type where we do not: what may look like a number to them is let through as one.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from chassis.values.ids import ID_PATTERN
from chassis.values.money import DIGITS, Money
from chassis.values.rounding import Ratio
from rules_service.domain.content_selector import WEEKDAYS
from rules_service.domain.program import PointRate
from rules_service.wire.file_scalars import (
    CLOCK,
    DATE,
    DECIMAL,
    INSTANT,
    MOST_CONDITION,
    MOST_FACTOR,
    MOST_NAME,
    MOST_SENTENCE,
    WHOLE,
    basis_points,
    clock,
    closing,
    condition,
    currency_code,
    day,
    exact,
    factor,
    identifier,
    line_of_text,
    moment,
    money,
    point_rate,
    share,
    threshold,
    time_zone,
    truth,
    weekday,
    weight,
    whole,
)

NAME = "x-type"
"""The word that names a type in its JSON schema, so that it is written once (`file_schema`)."""


def scalar(read: Callable[[object], Any], schema: Mapping[str, Any], name: str = "") -> PlainValidator:
    """The annotation of a scalar that is read so; `schema` is what an editor is told, under a `name` if it has one."""
    told = {**schema, **({NAME: name} if name else {})}
    return PlainValidator(read, json_schema_input_type=Annotated[Any, WithJsonSchema(told)])


def whole_number(least: int, most: int) -> PlainValidator:
    """The annotation of a whole number within bounds."""
    schema = {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": f"^{WHOLE.pattern}$"}
    return scalar(whole(least, most), schema)


def text_schema(pattern: str, *examples: str) -> dict[str, Any]:
    """What an editor is told of a text."""
    return {"type": "string", "pattern": pattern, **({"examples": list(examples)} if examples else {})}


def plain_schema(pattern: str, *examples: str) -> dict[str, Any]:
    """The same of a text that may look like a number to an editor."""
    return {**text_schema(pattern, *examples), "type": ["string", "number"]}


def line_schema(most: int) -> dict[str, Any]:
    """The same of one line of text, which may look like a number or a truth to an editor."""
    return {"type": ["string", "number", "boolean"], "minLength": 1, "maxLength": most, "pattern": r"^[^\r\n]*$"}


def _amount_schema() -> dict[str, Any]:
    """Of an amount, in either form."""
    parts = {"amount": plain_schema(f"^{DECIMAL}$", "1.00"), "currency": {**_CURRENCY_SCHEMA, NAME: "currency"}}
    apart = {
        "type": "object",
        "additionalProperties": False,
        "required": ["amount", "currency"],
        "properties": {name: {"description": f"The {name}.", **part} for name, part in parts.items()},
    }
    return {"anyOf": [text_schema(f"^{DECIMAL} [A-Z]{{3}}$", "1.00 USD"), apart]}


def _threshold_schema() -> dict[str, Any]:
    """Of an amount, or a whole number."""
    whole_points = {"type": ["integer", "string"], "minimum": 0, "pattern": f"^{WHOLE.pattern}$"}
    return {"anyOf": [whole_points, {**_amount_schema(), NAME: "money"}]}


_EXACT_PATTERN = f"{DECIMAL}|[0-9]{{1,12}}/[1-9][0-9]{{0,11}}"
_EXACT_SCHEMA = {**plain_schema(f"^({_EXACT_PATTERN})$", "1", "0.8", "1/3"), "minimum": 0}
SHARE_SCHEMA = {**plain_schema(f"^({DECIMAL} ?%|{_EXACT_PATTERN})$", "100%", "97.5%"), "minimum": 0}
_CURRENCY_SCHEMA = {"type": "string", "enum": sorted(DIGITS)}
_MOMENT_PATTERN = f"^({DATE.pattern}|{INSTANT.pattern})$"

Exact = Annotated[Ratio, scalar(exact, _EXACT_SCHEMA, "number")]
Share = Annotated[Ratio, scalar(share, SHARE_SCHEMA, "share")]
BasisPoints = Annotated[int, scalar(basis_points, SHARE_SCHEMA, "share")]
Weight = Annotated[int, scalar(weight, SHARE_SCHEMA, "share")]
Factor = Annotated[Ratio, scalar(factor, {**_EXACT_SCHEMA, "minimum": 1, "maximum": MOST_FACTOR}, "factor")]
Threshold = Annotated[Money | int, scalar(threshold, _threshold_schema(), "threshold")]
Worth = Annotated[PointRate, scalar(point_rate, _amount_schema(), "money")]
Amount = Annotated[Money, scalar(money, _amount_schema(), "money")]
Id = Annotated[str, scalar(identifier, plain_schema(f"^{ID_PATTERN.pattern}$"), "id")]
Currency = Annotated[str, scalar(currency_code, _CURRENCY_SCHEMA, "currency")]
TimeZone = Annotated[str, scalar(time_zone, text_schema("^[A-Za-z]", "Europe/London"), "time_zone")]
Truth = Annotated[bool, scalar(truth, {"enum": [True, False, "true", "false"]}, "truth")]
Day = Annotated[date, scalar(day, text_schema(f"^{DATE.pattern}$", "2025-06-01"), "date")]
Moment = Annotated[date | datetime, scalar(moment, text_schema(_MOMENT_PATTERN, "2025-06-01"), "time")]
Weekday = Annotated[int, scalar(weekday, {"enum": list(WEEKDAYS)}, "weekday")]
Opening = Annotated[int, scalar(clock, text_schema(f"^({CLOCK.pattern})$", "17:00"))]
Closing = Annotated[int, scalar(closing, text_schema(f"^({CLOCK.pattern}|24:00)$", "19:30"))]
ConditionText = Annotated[
    str, scalar(condition, {"type": ["string", "boolean"], "maxLength": MOST_CONDITION + 100}, "condition")
]
Name = Annotated[str, scalar(line_of_text(MOST_NAME), line_schema(MOST_NAME), "name")]
Sentence = Annotated[str, scalar(line_of_text(MOST_SENTENCE), line_schema(MOST_SENTENCE), "sentence")]
