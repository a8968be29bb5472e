"""What a protobuf service descriptor promises: methods, idempotency, and which roles may call.

The roles option is an extension of somebody else's contract, so its extension object is passed in; the options beside
it in its file, `divisions` and `seen_by`, are found by their names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, MethodDescriptor, ServiceDescriptor


class AttributePlace(Enum):
    """Where an attribute lies, with the contract's numbers: in a field of the request, in each item of it, in what the
    request names, in what is answered, in sums that are told whole."""

    REQUEST = 0
    ITEM = 1
    THING = 2
    ANSWER = 3
    SUMS = 4


@dataclass(frozen=True, slots=True)
class Division:
    """What an rpc is judged by beside the role. `attribute` is the name in the contract without its prefix, `field`
    the dotted path in the request."""

    attribute: str
    field: str
    place: AttributePlace
    every: bool
    only: frozenset[str]
    but: frozenset[str]

    def is_asked_of(self, role: str) -> bool:
        """Whether it is asked of a caller who comes by this role. A member's own takes the place of divisions."""
        if role == MEMBER_ROLE:
            return self.attribute in ("PROGRAM", "MEMBER")
        if self.attribute == "MEMBER" or role in self.but:
            return False
        return not self.only or role in self.only


MEMBER_ROLE = "MEMBER"


class Idempotency(Enum):
    """The `idempotency_level` of an rpc, with protobuf's numbers."""

    UNKNOWN = 0
    NO_SIDE_EFFECTS = 1
    IDEMPOTENT = 2

    @property
    def may_repeat(self) -> bool:
        """True if sending the call again changes nothing more."""
        return self is not Idempotency.UNKNOWN


@dataclass(frozen=True, slots=True)
class MethodContract:
    """One rpc. `full_method` is its path on the wire, e.g. `/pkg.v1.Service/Method`."""

    full_method: str
    idempotency: Idempotency
    roles: frozenset[str]
    client_streaming: bool
    server_streaming: bool
    divisions: tuple[Division, ...] = ()
    answer: Descriptor | None = None

    @property
    def streaming(self) -> bool:
        """True if either side sends more than one message."""
        return self.client_streaming or self.server_streaming

    @property
    def name(self) -> str:
        """The full method without its leading slash, as telemetry names it."""
        return self.full_method[1:]


@dataclass(frozen=True, slots=True)
class ServiceContract:
    """One service: its full name and its rpcs by bare name, in the order of the proto file."""

    full_name: str
    methods: Mapping[str, MethodContract]

    @classmethod
    def of(cls, descriptor: ServiceDescriptor, roles_option: Any = None) -> "ServiceContract":
        """Read a service's descriptor. `roles_option` is the repeated-enum method extension that names the roles
        (role names lose their enum's prefix); without it every rpc has no roles, which is enough for a client."""
        methods = {method.name: _method(descriptor, method, roles_option) for method in descriptor.methods}
        return cls(descriptor.full_name, methods)

    def without_roles(self) -> tuple[str, ...]:
        """Full names of the rpcs nobody may call: each is a gap in the contract."""
        return tuple(method.full_method for method in self.methods.values() if not method.roles)


def _method(service: ServiceDescriptor, method: MethodDescriptor, roles_option: Any) -> MethodContract:
    options = method.GetOptions()
    roles: frozenset[str] = frozenset()
    divisions: tuple[Division, ...] = ()
    if roles_option is not None:
        roles = _names(roles_option.enum_type, options.Extensions[roles_option])
        divisions_option = roles_option.file.extensions_by_name.get("divisions")
        if divisions_option is not None:
            divisions = tuple(map(_division, options.Extensions[divisions_option])) or _undeclared(method)
    return MethodContract(
        full_method=f"/{service.full_name}/{method.name}",
        idempotency=Idempotency(options.idempotency_level),
        roles=roles,
        client_streaming=method.client_streaming,
        server_streaming=method.server_streaming,
        divisions=divisions,
        answer=method.output_type,
    )


def _division(message: Any) -> Division:
    fields = message.DESCRIPTOR.fields_by_name
    [attribute] = _names(fields["attribute"].enum_type, [message.attribute])
    return Division(
        attribute=attribute,
        field=message.field,
        place=AttributePlace(message.place),
        every=message.all,
        only=_names(fields["only"].enum_type, message.only),
        but=_names(fields["but"].enum_type, message.but),
    )


def _undeclared(method: MethodDescriptor) -> tuple[Division, ...]:
    """Of an rpc that declares nothing (a contract test finds it): its program, if it names one."""
    if "program_id" not in method.input_type.fields_by_name:
        return ()
    return (Division("PROGRAM", "program_id", AttributePlace.REQUEST, False, frozenset(), frozenset()),)


def _names(enum: EnumDescriptor, numbers: Iterable[int]) -> frozenset[str]:
    return frozenset(enum_name(enum, number) for number in numbers)


def enum_name(enum: EnumDescriptor, number: int) -> str:
    """The name of a value without its enum's prefix: `POS` of `ROLE_POS`."""
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.name).upper() + "_"
    return str(enum.values_by_number[number].name).removeprefix(prefix)
