"""What the library says, told to people: faults of a source, and failures on an order.

It knows no structured errors; its messages are parts of the pinned version, and a test holds every one that is told
apart here. Whatever is not known is told in general words.
"""

import re

from rules_service.conditions.offered import FUNCTIONS
from rules_service.domain.condition import ConditionFault

MOST_REASON = 200
"""Characters."""

_FAULT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)")
_UNDECLARED = re.compile(r"undeclared reference to '(.*?)' \(in container ''\)")
_OVERLOAD = re.compile(r"found no matching overload for '(.*?)' applied to '(.*)'")
_ABSENT_KEY = re.compile(r'Key not found in map : "(.*)"', re.DOTALL)
TOO_DEEP = "is nested too deeply"


def fault_at(source: str, offset: int, reason: str) -> ConditionFault:
    """A fault so many characters from the start of the source."""
    before = source[:offset]
    return ConditionFault(before.count("\n") + 1, offset - before.rfind("\n"), reason)


def compile_fault(message: str) -> ConditionFault:
    """The first fault that the library names."""
    if "recursion" in message:
        return ConditionFault(1, 1, TOO_DEEP)
    found = _FAULT.search(message)
    if found is None:
        return ConditionFault(1, 1, "is no expression")
    return ConditionFault(max(1, int(found[1])), max(1, int(found[2])), _fault_reason(found[3]))


def _fault_reason(told: str) -> str:
    undeclared = _UNDECLARED.fullmatch(told)
    if undeclared:
        return f"there is no {undeclared[1]}"[:MOST_REASON]
    overload = _OVERLOAD.fullmatch(told)
    if overload:
        function = FUNCTIONS.get(overload[1])
        shown = function.shown if function else overload[1]
        return f"{shown} cannot be applied to {overload[2]}"[:MOST_REASON]
    # What the parser expected instead is a list of twenty tokens.
    return told.partition(" expecting {")[0].rstrip()[:MOST_REASON]


def failure_reason(message: str) -> str:
    """Why an evaluation came to no answer."""
    absent = _ABSENT_KEY.search(message)
    if absent:
        return f'the line has no attribute "{absent[1]}"'[:MOST_REASON]
    if "divide by zero" in message or "modulus by zero" in message:
        return "it divides by zero"
    if "overflow" in message:
        return "a number goes beyond 64 bits"
    if "cannot convert string to int" in message:
        return "int is given a text that is no whole number"
    return "it comes to no answer"
