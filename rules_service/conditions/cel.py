"""Conditions in CEL, with Google's evaluator.

A source is looked at in four steps, cheapest first: its characters, what the library says of its syntax and types, what
is offered and how much work it can be (`weighing`), and whether it comes to an answer on the plainest line there is.
The library is native code in this process: nothing reaches it that is longer than MOST_CHARACTERS, and nothing is
evaluated that `weighing` has not bounded.
"""

from typing import Any
from weakref import WeakValueDictionary

from cel_expr_python import cel
from google.protobuf.descriptor_pool import DescriptorPool

from rules_service.conditions.offered import ATTRIBUTES, BOOL, INT, MOST_CHARACTERS, STRING, VARIABLES
from rules_service.conditions.tree import Kind, Node, TooDeepError, read_tree
from rules_service.conditions.views import Activations
from rules_service.conditions.weighing import NotOfferedError, steps
from rules_service.conditions.wording import TOO_DEEP, compile_fault, failure_reason, fault_at
from rules_service.domain.condition import (
    Condition,
    ConditionFailed,
    ConditionFault,
    LineView,
    OrderView,
)

_TYPES = {
    INT: cel.Type.INT,
    STRING: cel.Type.STRING,
    "list(string)": cel.Type.List(cel.Type.STRING),
    ATTRIBUTES: cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
}
_PLAIN_ORDER = OrderView(
    location="",
    region="",
    operator="",
    channel="",
    currency="",
    weekday=1,
    minute_of_day=0,
    date="2000-01-03",
    payment_means=(),
    own_spend=0,
    own_quantity=1,
    own_lines=1,
)
_PLAIN_LINE = LineView(
    sku="",
    categories=(),
    attributes={},
    quantity=1,
    net=0,
    paid=0,
    measure_unit="",
    measure_milli_units=0,
)
"""A piece of something given away, of which nothing is told."""


class CelCondition:
    """A condition that compiled; `most_steps` is the most work it can be."""

    __slots__ = ("__weakref__", "_activations", "_program", "most_steps")

    def __init__(self, program: Any, most_steps: int, activations: Activations) -> None:
        self._program = program
        self._activations = activations
        self.most_steps = most_steps

    def holds(self, order: OrderView, line: LineView) -> bool:
        """Whether it is so; raises ConditionFailed if it comes to no answer."""
        activation = self._activations.of(order, line, self.most_steps)
        try:
            answer = self._program.eval(activation).value()
        except Exception as error:  # the library's own type; whatever it is, there is no answer
            raise ConditionFailed(failure_reason(str(error))) from None
        if answer is True or answer is False:
            return answer
        # An error that CEL knows is a value to the library: its text.
        raise ConditionFailed(failure_reason(str(answer)))


class CelConditions:
    """Makes conditions ready, each source once as long as somebody holds it. May be used from any thread."""

    def __init__(self) -> None:
        # A pool of its own: with the default one expressions could name every message of the process.
        variables = {name: _TYPES[type_name] for name, type_name in VARIABLES.items()}
        self._env = cel.NewEnv(descriptor_pool=DescriptorPool(), variables=variables)
        self._activations = Activations(self._env.Activation)
        self._ready: WeakValueDictionary[str, CelCondition] = WeakValueDictionary()
        self.compile("true")  # the library makes its parser and evaluator when they are first needed, by one thread

    def compile(self, source: str) -> Condition | ConditionFault:
        """The condition, or why it is none."""
        known = self._ready.get(source)
        if known is not None:
            return known
        made = _unreadable(source) or self._compiled(source)
        if isinstance(made, CelCondition):
            self._ready[source] = made
        return made

    def _compiled(self, source: str) -> CelCondition | ConditionFault:
        try:
            program = self._env.compile(source)
            tree = read_tree(program.serialize())
            most_steps = steps(tree)
        except TooDeepError:
            return ConditionFault(1, 1, TOO_DEEP)
        except NotOfferedError as refused:
            return fault_at(source, refused.node.at, refused.reason)
        except RuntimeError as error:
            return compile_fault(str(error))
        if tree.type != BOOL:
            return fault_at(source, tree.at, f"is {tree.type}, and should be true or false")
        return self._tried(source, tree, CelCondition(program, most_steps, self._activations))

    def _tried(self, source: str, tree: Node, made: CelCondition) -> CelCondition | ConditionFault:
        """The condition, if it comes to an answer on the plainest line; this makes the evaluator ready too."""
        try:
            made.holds(_PLAIN_ORDER, _PLAIN_LINE)
        except ConditionFailed as failed:
            return fault_at(source, _likely_place(tree), f"fails on a plain line: {failed.reason}")
        return made


def _unreadable(source: str) -> ConditionFault | None:
    """The fault of a source that the library is not even shown."""
    if len(source) > MOST_CHARACTERS:
        return ConditionFault(1, 1, f"is longer than {MOST_CHARACTERS:,} characters")
    if not source.strip():
        return ConditionFault(1, 1, "says nothing")
    for offset, character in enumerate(source):
        if not character.isprintable() and character not in "\n\t":
            return fault_at(source, offset, f"has a character that cannot be seen, U+{ord(character):04X}")
    return None


def _likely_place(tree: Node) -> int:
    """Where a failure may come from, which the library does not tell: the first attribute asked for, or division."""
    if tree.kind is Kind.FIELD or (tree.kind is Kind.CALL and tree.text in {"_[_]", "_/_", "_%_", "int"}):
        return tree.at
    return next((place for part in tree.parts if (place := _likely_place(part))), 0)
