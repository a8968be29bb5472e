"""What the declared table makes of a call, by code of its own: rpc × role × whose division, out of the descriptors.

A call is made generically: every id in it is this side's (`OWN`), and what a division is judged by is put where the
contract says it lies. `expected` says what must come of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from loyalty.type.v1 import role_pb2

ROLES = tuple(name.removeprefix("ROLE_") for name, number in role_pb2.Role.items() if number)
KINDS = ("BRAND", "LOCATION", "REGION", "OPERATOR", "MEMBER")
OWN: Mapping[str, str] = {
    "PROGRAM": "matrix",
    "BRAND": "NORTH",
    "LOCATION": "north-1",
    "REGION": "EAST",
    "OPERATOR": "ann",
    "MEMBER": "mem_ana",
}
"""What every call is about: the location lies in the region and is run by the operator."""
OTHER: Mapping[str, str] = {kind: f"other-{name}" for kind, name in OWN.items()}
PERMISSIONS = frozenset(
    {
        "TOKEN_MISSING",
        "TOKEN_INVALID",
        "TOKEN_EXPIRED",
        "ROLE_NOT_ALLOWED",
        "PROGRAM_NOT_ALLOWED",
        "DIVISION_NOT_ALLOWED",
        "MEMBER_NOT_ALLOWED",
    }
)
ALLOWED = "allowed"
"""Whatever comes of it for its content."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says beside its role. A missing kind covers nothing."""

    name: str
    programs: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)


CLAIMS = (
    Claims("own division", (OWN["PROGRAM"],), OWN),
    Claims("every division", (OWN["PROGRAM"],), {"BRAND": "*", "LOCATION": "*", "REGION": "*"} | {
        "OPERATOR": OWN["OPERATOR"], "MEMBER": OWN["MEMBER"]
    }),
    Claims("another division", (OWN["PROGRAM"],), OTHER),
    Claims("no division", (OWN["PROGRAM"],)),
    Claims("another program", (OTHER["PROGRAM"],), OWN),
    Claims("no program", (), OWN),
)  # fmt: skip


def expected(method: MethodDescriptor, role: str, claims: Claims) -> frozenset[str]:
    """What may come of it: one reason of permission, or `allowed`; both where an item or a thing judges itself."""
    options = method.GetOptions()
    if role not in {role_pb2.Role.Name(number)[5:] for number in options.Extensions[role_pb2.roles]}:
        return frozenset({"ROLE_NOT_ALLOWED"})
    open_ended = False
    refusals = []
    for division in options.Extensions[role_pb2.divisions]:
        kind = role_pb2.Attribute.Name(division.attribute)[len("ATTRIBUTE_") :]
        if not _is_asked(division, kind, role):
            continue
        if division.place in (role_pb2.ATTRIBUTE_PLACE_ITEM, role_pb2.ATTRIBUTE_PLACE_THING):
            open_ended = True
        elif division.place == role_pb2.ATTRIBUTE_PLACE_UNSPECIFIED:
            named = OWN[kind] if division.field else "*" if division.all else ""
            if named and not _covers(claims, kind, named, role):
                refusals.append(_reason(kind))
    if not refusals:
        return frozenset({ALLOWED} | (PERMISSIONS if open_ended else set()))
    # The program comes first, the others in the order of the contract.
    return frozenset({"PROGRAM_NOT_ALLOWED" if "PROGRAM_NOT_ALLOWED" in refusals else refusals[0]})


def _is_asked(division: role_pb2.Division, kind: str, role: str) -> bool:
    number = role_pb2.Role.Value(f"ROLE_{role}")
    if role == "MEMBER":
        return kind in ("PROGRAM", "MEMBER")
    if kind in ("MEMBER", "NONE") or number in division.but:
        return False
    return not division.only or number in division.only


def _covers(claims: Claims, kind: str, named: str, role: str) -> bool:
    if kind == "PROGRAM":
        return named in claims.programs
    covered = {claims.names.get(kind, "")}
    if kind == "LOCATION" and role == "OPERATOR":
        covered = {OWN["LOCATION"]} if claims.names.get("OPERATOR") == OWN["OPERATOR"] else set()
    elif kind == "LOCATION" and role == "REGIONAL_ADMIN":
        region = claims.names.get("REGION")
        covered |= {"*"} if region == "*" else {OWN["LOCATION"]} if region == OWN["REGION"] else set()
    return named in covered or "*" in covered


def _reason(kind: str) -> str:
    return f"{kind if kind in ('PROGRAM', 'MEMBER') else 'DIVISION'}_NOT_ALLOWED"


def request_of(method: MethodDescriptor, number: int) -> Message:
    """A call in which every field has something; what divisions are judged by is this side's own."""
    request = message_factory.GetMessageClass(method.input_type)()
    _fill(request, f"matrix-{number}", 0)
    for division in method.GetOptions().Extensions[role_pb2.divisions]:
        if division.field:
            kind = role_pb2.Attribute.Name(division.attribute)[len("ATTRIBUTE_") :]
            _put(request, division.field.split("."), OWN[kind])
    return request


def _put(message: Any, path: list[str], value: str) -> None:
    descriptor = message.DESCRIPTOR.fields_by_name[path[0]]
    if len(path) > 1:
        inner = getattr(message, path[0])
        for one in (inner or [inner.add()]) if descriptor.is_repeated else [inner]:
            _put(one, path[1:], value)
    elif descriptor.is_repeated:
        del getattr(message, path[0])[:]
        getattr(message, path[0]).append(value)
    elif descriptor.message_type is not None:
        getattr(message, path[0]).member_id = value
    else:
        setattr(message, path[0], value)


_SKIPPED = ("page_token", "cursor", "after", "up_to", "at_least", "start_after")
_OWN_FIELDS = {
    "program": "PROGRAM",
    "brand": "BRAND",
    "location": "LOCATION",
    "region": "REGION",
    "entity": "OPERATOR",
    "member": "MEMBER",
}


def _fill(message: Any, request_id: str, depth: int) -> None:
    taken: set[str] = set()
    for descriptor in message.DESCRIPTOR.fields:
        group = descriptor.containing_oneof
        if descriptor.name in _SKIPPED or (group is not None and group.name in taken):
            continue
        if group is not None:
            taken.add(group.name)
        _fill_field(message, descriptor, request_id, depth)


def _fill_field(message: Any, descriptor: FieldDescriptor, request_id: str, depth: int) -> None:
    name, kind = descriptor.name, descriptor.message_type
    if kind is not None:
        if kind.full_name == "google.protobuf.Timestamp":
            if not descriptor.is_repeated:
                getattr(message, name).GetCurrentTime()
        elif depth < 4 and not kind.GetOptions().map_entry and not kind.full_name.startswith("google."):
            inner = getattr(message, name).add() if descriptor.is_repeated else getattr(message, name)
            inner.SetInParent()
            _fill(inner, request_id, depth + 1)
        return
    value = _scalar(descriptor, request_id)
    if descriptor.is_repeated:
        getattr(message, name).append(value)
    else:
        setattr(message, name, value)


def _scalar(descriptor: FieldDescriptor, request_id: str) -> Any:
    if descriptor.enum_type is not None:
        return next((value.number for value in descriptor.enum_type.values if value.number), 0)
    if descriptor.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        if descriptor.type == FieldDescriptor.TYPE_BYTES:
            return b"x"
        if descriptor.name == "request_id":
            return request_id
        own = next((kind for part, kind in _OWN_FIELDS.items() if descriptor.name.startswith(f"{part}_id")), None)
        return OWN[own] if own else "USD" if "currency" in descriptor.name else "x-1"
    return descriptor.cpp_type == FieldDescriptor.CPPTYPE_BOOL or 1
