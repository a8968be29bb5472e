"""Signed 64-bit integers that refuse to overflow before they do.

Python integers do not overflow; the database, the wire and every other language do. Whatever leaves a computation
passes through `checked`.
"""

from chassis.values.refusal import Code, Reason, refuse

INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)

MOST_AMOUNT = 10**12
"""The most that one document may bring, in minor units, points, pieces or thousandths of a measure. It is bounded where
documents come in, so that sums over them fit: nine million documents of this size do."""

AMOUNT_OUT_OF_RANGE = Reason("AMOUNT_OUT_OF_RANGE", "type.loyalty", Code.OUT_OF_RANGE)


def checked(value: int, what: str = "amount") -> int:
    """`value` if it fits a signed 64-bit integer, else OUT_OF_RANGE AMOUNT_OUT_OF_RANGE naming `what`."""
    if INT64_MIN <= value <= INT64_MAX:
        return value
    raise refuse(AMOUNT_OUT_OF_RANGE, f"{what} does not fit a signed 64-bit integer", {"what": what})
