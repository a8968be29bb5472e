"""Whether a checked expression says only what is offered, and the most work that it can make.

Work is counted in steps, from above: every branch is taken, every loop goes over as many items as there can be. A step
takes some 0.02 µs and at most 40 bytes, which are freed with the line that was judged. What a kind of step counts was
measured where it is slowest; tests/unit/rules/test_condition_bounds.py holds it.
"""

from rules_service.conditions.offered import (
    ASKING_STEPS,
    ATTRIBUTE_STEPS,
    ATTRIBUTES,
    BOOL,
    FUNCTIONS,
    INT,
    LONGEST_TEXT,
    MOST_ITEMS,
    MOST_NESTED_LOOPS,
    MOST_STEPS,
    RESERVED,
    STRING,
    TYPES,
    VARIABLES,
)
from rules_service.conditions.tree import Kind, Node

_RESULT = "@result"
"""What a loop calls its own result; no source can say it."""
_ROUND = 5
"""Of a loop, beside its condition and its step."""
_ITEM = 2
"""To put an item into a list, or to compare one with another."""
_CHARACTERS_A_STEP = 256
"""Characters that are compared in the time of a step."""
_CHARACTERS_COUNTED_A_STEP = 16


class NotOfferedError(Exception):
    """A part of the expression says what is not offered here, or too much; `node` is that part."""

    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


def steps(root: Node) -> int:
    """The most steps that one evaluation can take, at most MOST_STEPS. Raises NotOfferedError."""
    total = ASKING_STEPS + _weigh(root, frozenset())
    if total > MOST_STEPS:
        reason = f"may take {total:,} steps on the largest order; at most {MOST_STEPS:,} are taken"
        raise NotOfferedError(_heaviest_loop(root), reason)
    return total


def _weigh(node: Node, bound: frozenset[str], loops: int = 0) -> int:
    """`bound` are the names that the loops around it have given."""
    if node.kind is Kind.LOOP:
        return _loop(node, bound, loops)
    within = sum(_weigh(part, bound, loops) for part in node.parts)
    _offered(node, bound)
    return within + _own(node)


def _own(node: Node) -> int:
    """The steps of a node beside those of its parts."""
    if node.kind is Kind.CALL:
        return FUNCTIONS[node.text].steps + _for_size(node)
    if node.kind is Kind.LIST:
        return 1 + _ITEM * len(node.parts)
    return ATTRIBUTE_STEPS if node.kind is Kind.FIELD else 1


def _for_size(node: Node) -> int:
    """The steps that a call takes because its arguments are long."""
    first, last = node.parts[0], node.parts[-1]
    if node.text == "@in" and last.type != ATTRIBUTES:
        return _length(last) // 2
    if node.text == "size" and first.type == STRING:
        return _characters(first) // _CHARACTERS_COUNTED_A_STEP
    if node.text == "contains":
        return _characters(first) * _characters(last) // _CHARACTERS_A_STEP
    if first.type == STRING:
        return _characters(first) // _CHARACTERS_A_STEP
    if node.text in {"_==_", "_!=_"} and first.type not in {BOOL, INT}:
        return _ITEM * _length(first)
    return 0


def _loop(node: Node, bound: frozenset[str], loops: int) -> int:
    over, start, condition, step, result = node.parts
    if start.kind is Kind.LIST:
        raise NotOfferedError(node, "map and filter are not offered; exists, all and exists_one are")
    if loops == MOST_NESTED_LOOPS:
        raise NotOfferedError(node, f"exists, all and exists_one are nested at most {MOST_NESTED_LOOPS} deep")
    if node.text in RESERVED:
        raise NotOfferedError(node, f"the variable of a loop is called anything but {node.text}")
    if over.type == ATTRIBUTES:
        raise NotOfferedError(node, "attributes are asked for by name, one by one")
    before = 2 + _weigh(over, bound, loops)
    inside = bound | {node.text, _RESULT}
    a_round = _ROUND + _weigh(condition, inside, loops + 1) + _weigh(step, inside, loops + 1)
    return before + _length(over) * a_round + _weigh(result, inside, loops)


def _offered(node: Node, bound: frozenset[str]) -> None:
    """Raises NotOfferedError for a node that is not a loop, whatever its parts are."""
    if node.kind is Kind.STRUCT:
        raise NotOfferedError(node, "maps and messages in braces are not offered")
    if node.kind is Kind.NAME and node.text not in VARIABLES and node.text not in bound:
        raise NotOfferedError(node, f"there is no {node.text}")
    if node.kind is Kind.CALL:
        _function(node)
    empty = node.kind is Kind.LIST and not node.parts
    if node.type not in TYPES and not empty:
        raise NotOfferedError(node, _foreign(node.type))


def _function(node: Node) -> None:
    function = FUNCTIONS.get(node.text)
    if function is None:
        raise NotOfferedError(node, f"{node.text.strip('_@')} is not offered")
    if function.takes and node.parts[0].type not in function.takes:
        taken = " or ".join(sorted(function.takes))
        raise NotOfferedError(node, f"{function.shown} takes {taken} here, not {node.parts[0].type}")


def _foreign(type_name: str) -> str:
    if type_name == "double":
        return "numbers with a fraction are not offered; amounts are in minor units"
    if type_name.startswith("list("):
        return "a list holds truths, whole numbers or texts, of one kind"
    return "is no truth, whole number, text or list of them"


def _length(node: Node) -> int:
    """The most items that a list or the attributes can have."""
    if node.kind is Kind.LIST:
        return len(node.parts)
    if node.kind is Kind.CALL:
        return max(_length(part) for part in node.parts[1:])
    return MOST_ITEMS[node.text]


def _characters(node: Node) -> int:
    """The most characters that a text can have."""
    return max([LONGEST_TEXT, *(len(text) for text in _texts(node))])


def _texts(node: Node) -> list[str]:
    """The constant texts that are, or may be chosen, at a place."""
    if node.kind is Kind.CONSTANT:
        return [node.text]
    return [text for part in node.parts for text in _texts(part)]


def _heaviest_loop(root: Node) -> Node:
    """The outermost loop that is met first; without any the whole."""
    if root.kind is Kind.LOOP:
        return root
    return next((found for part in root.parts if (found := _heaviest_loop(part)).kind is Kind.LOOP), root)
