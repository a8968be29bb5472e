"""What a protobuf service descriptor promises: methods, idempotency, and which roles may call.

The roles option is an extension of somebody else's contract, so its extension object is passed in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, MethodDescriptor, ServiceDescriptor


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
    if roles_option is not None:
        enum = roles_option.enum_type
        roles = frozenset(_role_name(enum, number) for number in options.Extensions[roles_option])
    return MethodContract(
        full_method=f"/{service.full_name}/{method.name}",
        idempotency=Idempotency(options.idempotency_level),
        roles=roles,
        client_streaming=method.client_streaming,
        server_streaming=method.server_streaming,
    )


def _role_name(enum: EnumDescriptor, number: int) -> str:
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.name).upper() + "_"
    return str(enum.values_by_number[number].name).removeprefix(prefix)
