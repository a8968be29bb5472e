"""How each method is recorded: by the option its contract declares, and by what it does where that is silent.

The option is an extension of somebody else's contract, so its extension object is passed in; its values are known by
their names.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor

from chassis.runtime.contract import Idempotency, MethodContract


class Kind(Enum):
    """What the log does with a method."""

    CHANGE = "AUDIT_CHANGE"
    PERSONAL_READ = "AUDIT_PERSONAL_READ"
    ELSEWHERE = "AUDIT_IN_EVENT_LOG"
    NONE = "AUDIT_NONE"


def kinds_by(option: Any) -> Callable[[MethodContract], Kind]:
    """The kind of a method whose contract is loaded in this process. A method that says nothing is a change if a call
    of it may change something: what is forgotten is recorded too much, never too little."""
    values = option.enum_type.values_by_number

    def kind_of(method: MethodContract) -> Kind:
        said = int(descriptor_of(method).GetOptions().Extensions[option])
        if said:
            return Kind(values[said].name)
        return Kind.NONE if method.idempotency is Idempotency.NO_SIDE_EFFECTS else Kind.CHANGE

    return kind_of


def descriptor_of(method: MethodContract) -> MethodDescriptor:
    """The contract of a method as protobuf has it; it is loaded in this process."""
    service, _, name = method.name.rpartition("/")
    return descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
