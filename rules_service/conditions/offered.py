"""What the expression language offers here: a small part of CEL, in which nothing can grow.

Whole numbers, texts, truths and lists of these. No text or list is ever made at run time, so an evaluation needs no
memory to speak of, and there is no time, no chance and no floating point in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from rules_service.domain.check_categories import MOST_LEVELS
from rules_service.domain.condition import LineView, OrderView

MOST_CHARACTERS = 2_000
"""Of a source."""
MOST_NESTED_LOOPS = 2
MOST_STEPS = 100_000
"""Of one evaluation, as `weighing` counts them. The library ends an evaluation after 10,000 rounds of loops, which
would depend on the order; a round weighs more than 10 steps, so no accepted condition comes so far."""

LONGEST_TEXT = 128
"""Characters of an id, and so of every text that a condition sees."""
MOST_ITEMS: Mapping[str, int] = MappingProxyType(
    {"line.categories": 16 * MOST_LEVELS, "line.attributes": 16, "order.payment_means": 16}
)
"""Of the variables that hold several values: what orders and programs may have at most."""

BOOL, INT, STRING = "bool", "int", "string"
ATTRIBUTES = "map(string, string)"
_COMPARED = frozenset({BOOL, INT, STRING, "list(bool)", "list(int)", "list(string)"})
TYPES = _COMPARED | {ATTRIBUTES}

_TYPE_OF: Mapping[object, str] = {
    int: INT,
    str: STRING,
    tuple[str, ...]: "list(string)",
    Mapping[str, str]: ATTRIBUTES,
}
VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        f"{place}.{field.name}": _TYPE_OF[field.type]
        for place, view in (("order", OrderView), ("line", LineView))
        for field in fields(view)
    }
)
"""The type of every name, by name. Names that are not here do not exist."""
RESERVED = frozenset({"order", "line"})
"""What the variable of a loop cannot be called."""


@dataclass(frozen=True, slots=True)
class Function:
    """How a function or an operator is told to people, the types it takes first here (empty: all of TYPES), and the
    steps it is worth when it fails, which is when it is slowest."""

    shown: str
    takes: frozenset[str] = frozenset()
    steps: int = 1


ASKING_STEPS = 150
"""To ask a condition at all, whatever it says."""
ATTRIBUTE_STEPS = 40
"""To ask for one attribute."""


def _on(shown: str, *takes: str, steps: int = 1) -> Function:
    return Function(shown, frozenset(takes), steps)


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "_&&_": _on("&&"),
        "_||_": _on("||"),
        "!_": _on("!"),
        "_?_:_": _on("? :"),
        "_==_": Function("==", _COMPARED),
        "_!=_": Function("!=", _COMPARED),
        "_<_": _on("<", INT, STRING),
        "_<=_": _on("<=", INT, STRING),
        "_>_": _on(">", INT, STRING),
        "_>=_": _on(">=", INT, STRING),
        "_+_": _on("+", INT),
        "_-_": _on("-", INT),
        "_*_": _on("*", INT),
        "_/_": _on("/", INT),
        "_%_": _on("%", INT),
        "-_": _on("-", INT),
        "@in": _on("in"),
        "_[_]": _on("[ ]", ATTRIBUTES, steps=ATTRIBUTE_STEPS),
        "size": _on("size", steps=10),
        "contains": _on("contains", STRING),
        "startsWith": _on("startsWith", STRING),
        "endsWith": _on("endsWith", STRING),
        "int": _on("int", STRING, steps=10),
        "@not_strictly_false": _on("a loop"),
    }
)
"""By the name that the library gives them."""
