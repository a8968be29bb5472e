"""Requests for every rpc of the contracts, filled from the descriptors, with markers where something personal may be.

A text field is taken for personal unless its name is listed here: a new one is planted with a marker by itself, and
whoever adds it learns by the scan if it comes out anywhere.
"""

import importlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import loyalty
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from loyalty.type.v1 import member_pb2

OPAQUE = frozenset(
    """
    account adjusts_figure adjusts_period base_revision business_date caller channel content currency_code cursor
    date end_date execution_date expected_revision expire_month figure from_period invoice_number key kind means
    method page_token path period process public_key reason_code region_code result revision sku source
    start_date to_period to_process unit until wording_version
    """.split()  # noqa: SIM905  a list of sixty lines says no more
)
"""Codes, numbers of documents, places in lists, files of programs: they say nothing of a shopper, and are kept and told
in the open. Beside them every `…_id`."""

STAFF = frozenset(["decided_by", "evidence_ref", "note", "reason", "reject", "resolution", "signed_by", "signed_name"])
"""What staff write to be read in the books, and sign: kept where it was said, and in no log, trace or error."""

MARK, _STAFF_MARK, _DIGITS = "pii7marker", "staff7marker", "73918462"
_DEPTH = 6
_KNOWN = {
    "program_id": "",
    "location_id": "mall-1",
    "brand_id": "NORTH",
    "currency_code": "USD",
    "import_id": "import-1",
    "language": "en",
    "_date": "2026-01-31",
}
"""By the end of a field's name; the program is the planter's."""
_NUMBERS = {"year": 1990, "position": 0, "share_basis_points": 10_000, "expected_version": 0}


def pattern(*, staff: bool) -> re.Pattern[str]:
    """What no text may hold, also as hexadecimal."""
    marks = [MARK, _DIGITS, *([_STAFF_MARK] if staff else [])]
    return re.compile("|".join(marks + [mark.encode().hex() for mark in marks]), re.IGNORECASE)


def methods() -> Iterator[MethodDescriptor]:
    """Every rpc of the contracts."""
    root = Path(loyalty.__path__[0])
    for file in sorted(root.rglob("*_service_pb2.py")):
        name = ".".join(("loyalty", *file.relative_to(root).with_suffix("").parts))
        for service in importlib.import_module(name).DESCRIPTOR.services_by_name.values():
            yield from service.methods


@dataclass
class Planter:
    """Fills requests about one program and one member. `texts` counts the markers planted by field."""

    program: str
    member_id: str
    other_member_id: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    texts: dict[str, int] = field(default_factory=dict)

    def request(self, method: MethodDescriptor, branch: int) -> Any:
        """A request with everything in it; of each oneof the branch of this number."""
        message = message_factory.GetMessageClass(method.input_type)()
        self._fill(message, branch, _DEPTH)
        return message

    def identifier(self, kind: int | None = None) -> member_pb2.Identifier:
        """A well-formed one, unknown so far."""
        number = next(self.numbers)
        value = {
            member_pb2.IDENTIFIER_KIND_PHONE: f"+1415{_DIGITS[:3]}{number:04}",
            member_pb2.IDENTIFIER_KIND_EMAIL: f"{MARK}{number}@example.org",
            member_pb2.IDENTIFIER_KIND_WEB_ACCOUNT: f"shop:{MARK}{number}",
            member_pb2.IDENTIFIER_KIND_POS: f"till:{MARK}{number}",
        }
        chosen = member_pb2.IdentifierKind.ValueType(kind or number % 6 + 1)
        return member_pb2.Identifier(kind=chosen, value=value.get(chosen, f"{MARK}{number}"))

    def _fill(self, message: Any, branch: int, depth: int) -> None:
        if message.DESCRIPTOR.full_name == "loyalty.type.v1.Identifier":
            message.CopyFrom(self.identifier())
            return
        if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
            message.GetCurrentTime()
            return
        for one in _chosen(message.DESCRIPTOR, branch):
            self._put(message, one, branch, depth)

    def _put(self, message: Any, one: Any, branch: int, depth: int) -> None:
        if one.type == FieldDescriptor.TYPE_MESSAGE:
            if depth == 0:
                return
            if one.message_type.GetOptions().map_entry:
                self._put_entry(message, one)
            elif one.is_repeated:
                self._fill(getattr(message, one.name).add(), branch, depth - 1)
            else:
                getattr(message, one.name).SetInParent()
                self._fill(getattr(message, one.name), branch, depth - 1)
            return
        value = self._value(one)
        if one.is_repeated:
            getattr(message, one.name).append(value)
        else:
            setattr(message, one.name, value)

    def _put_entry(self, message: Any, one: Any) -> None:
        value = one.message_type.fields_by_name["value"]
        if value.type == FieldDescriptor.TYPE_STRING:
            getattr(message, one.name)["named"] = self._text(f"{one.name}_value")

    def _value(self, one: Any) -> Any:
        if one.type == FieldDescriptor.TYPE_STRING:
            return self._text(one.name)
        if one.type == FieldDescriptor.TYPE_BYTES:
            return b""
        if one.type == FieldDescriptor.TYPE_ENUM:
            return one.enum_type.values[-1].number
        if one.type == FieldDescriptor.TYPE_BOOL:
            return False
        return _NUMBERS.get(one.name, 1)

    def _text(self, name: str) -> str:
        if name.endswith("member_id"):
            return self.member_id if name in ("member_id", "survivor_member_id") else self.other_member_id
        for ending, known in _KNOWN.items():
            if name.endswith(ending):
                return known or self.program
        number = next(self.numbers)
        if name.endswith(("_id", "_ids")):
            return f"ID-{number}"
        if name in OPAQUE:
            return ""
        self.texts[name] = self.texts.get(name, 0) + 1
        if name == "pin":
            return f"{_DIGITS}{number % 10_000:04}"
        return f"{_STAFF_MARK if name in STAFF else MARK}{number}"


def _chosen(message: Descriptor, branch: int) -> Iterator[FieldDescriptor]:
    """The fields without a oneof, and one of each oneof."""
    for one in message.fields:
        of = one.containing_oneof
        if of is None or of.fields[branch % len(of.fields)] is one:
            yield one
