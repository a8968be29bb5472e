"""A checked expression as a tree of our own, read from what the library serializes (`cel.expr.CheckedExpr`).

The library does not ship Python classes of that message, so the part of its published shape that is needed is
declared here, in a pool of its own.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

_SHAPES = {
    "Constant": ("string string_value 6",),
    "Ident": ("string name 1",),
    "Select": ("Expr operand 1", "string field 2"),
    "Call": ("Expr target 1", "string function 2", "Expr* args 3"),
    "List": ("Expr* elements 1",),
    "Struct": ("string message_name 1",),
    "Loop": (
        "string variable 1",
        "Expr range 2",
        "Expr start 4",
        "Expr condition 5",
        "Expr step 6",
        "Expr result 7",
        "string second_variable 8",
    ),
    "Expr": (
        "int64 id 2",
        "Constant constant 3",
        "Ident ident 4",
        "Select select 5",
        "Call call 6",
        "List list 7",
        "Struct struct 8",
        "Loop loop 9",
    ),
    "ListType": ("Type element 1",),
    "MapType": ("Type key 1", "Type value 2"),
    "Type": ("int64 primitive 3", "ListType list 6", "MapType map 7"),
    "TypeOf": ("int64 id 1", "Type type 2"),
    "Position": ("int64 id 1", "int64 offset 2"),
    "Source": ("Position* positions 4",),
    "Checked": ("TypeOf* types 3", "Expr expr 4", "Source source 5"),
}
"""`type name number` of each field; a map is on the wire what its entries are."""
_PRIMITIVES = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_PACKAGE = "conditions"


class TooDeepError(Exception):
    """The expression is nested more deeply than can be read."""


class Kind(Enum):
    """What a node is. A loop is what `exists` and its like stand for."""

    CONSTANT = "constant"
    NAME = "name"
    FIELD = "field"
    CALL = "call"
    LIST = "list"
    STRUCT = "struct"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression, of a static type, `at` so many characters from the start of the source.

    `text` is a constant text, a name, the field that is selected, the function called or the variable of a loop.
    `parts`: what is selected from; the arguments, the target first; the items; of a loop its range, start, condition,
    step and result.
    """

    kind: Kind
    type: str
    at: int
    text: str
    parts: tuple["Node", ...] = ()


def read_tree(serialized: bytes) -> Node:
    """The tree of a serialized expression that was checked. Raises TooDeepError."""
    try:
        checked = _Checked.FromString(any_pb2.Any.FromString(serialized).value)
    except DecodeError as error:
        raise TooDeepError from error
    types = {entry.id: _type_name(entry.type) for entry in checked.types}
    offsets = {entry.id: entry.offset for entry in checked.source.positions}
    return _Reader(types, offsets).node(checked.expr)


@dataclass(frozen=True, slots=True)
class _Reader:
    types: dict[int, str]
    offsets: dict[int, int]

    def node(self, expr: Any) -> Node:
        """One expression and all below it."""
        kind, text, parts = _taken_apart(expr)
        type_name, offset = self.types.get(expr.id, "dyn"), self.offsets.get(expr.id, 0)
        return Node(kind, type_name, offset, text, tuple([self.node(part) for part in parts]))


def _taken_apart(expr: Any) -> tuple[Kind, str, list[Any]]:
    if expr.HasField("constant"):
        return Kind.CONSTANT, expr.constant.string_value, []
    if expr.HasField("ident"):
        return Kind.NAME, expr.ident.name, []
    if expr.HasField("select"):
        return Kind.FIELD, expr.select.field, [expr.select.operand]
    if expr.HasField("call"):
        target = [expr.call.target] if expr.call.HasField("target") else []
        return Kind.CALL, expr.call.function, [*target, *expr.call.args]
    if expr.HasField("list"):
        return Kind.LIST, "", list(expr.list.elements)
    if expr.HasField("loop") and not expr.loop.second_variable:
        loop = expr.loop
        return Kind.LOOP, loop.variable, [loop.range, loop.start, loop.condition, loop.step, loop.result]
    return Kind.STRUCT, "", []


def _type_name(told: Any) -> str:
    if told.HasField("list"):
        return f"list({_type_name(told.list.element)})"
    if told.HasField("map"):
        return f"map({_type_name(told.map.key)}, {_type_name(told.map.value)})"
    return _PRIMITIVES.get(told.primitive, "dyn")


def _declared() -> Any:
    """The class of `Checked`."""
    file = descriptor_pb2.FileDescriptorProto(name="conditions.proto", package=_PACKAGE, syntax="proto3")
    for name, shapes in _SHAPES.items():
        message = file.message_type.add(name=name)
        for shape in shapes:
            type_name, field_name, number = shape.split()
            _declare_field(message, type_name, field_name, int(number))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Checked"))


def _declare_field(message: descriptor_pb2.DescriptorProto, type_name: str, name: str, number: int) -> None:
    kinds = descriptor_pb2.FieldDescriptorProto
    field = message.field.add(name=name, number=number, label=kinds.LABEL_OPTIONAL)
    if type_name.endswith("*"):
        field.label = kinds.LABEL_REPEATED
    plain = {"string": kinds.TYPE_STRING, "int64": kinds.TYPE_INT64}.get(type_name)
    if plain is not None:
        field.type = plain
        return
    field.type = kinds.TYPE_MESSAGE
    field.type_name = f".{_PACKAGE}.{type_name.rstrip('*')}"


_Checked = _declared()
