"""Every string of every request, from the descriptors: a call in which that one string is hostile."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from loyalty.identity.v1 import identity_service_pb2, person_service_pb2
from loyalty.ledger.v1 import lane_service_pb2, ledger_service_pb2
from loyalty.rules.v1 import rules_service_pb2
from loyalty.settlement.v1 import (
    netting_service_pb2,
    period_service_pb2,
    reconciliation_pb2,
    reconciliation_service_pb2,
    revenue_service_pb2,
    settlement_service_pb2,
    statement_service_pb2,
)
from loyalty.type.v1 import member_pb2

SERVICES: dict[str, ServiceDescriptor] = {
    "IdentityService": identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"],
    "PersonService": person_service_pb2.DESCRIPTOR.services_by_name["PersonService"],
    "RulesService": rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"],
    "LedgerService": ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"],
    "LaneService": lane_service_pb2.DESCRIPTOR.services_by_name["LaneService"],
    "SettlementService": settlement_service_pb2.DESCRIPTOR.services_by_name["SettlementService"],
    "PeriodService": period_service_pb2.DESCRIPTOR.services_by_name["PeriodService"],
    "NettingService": netting_service_pb2.DESCRIPTOR.services_by_name["NettingService"],
    "StatementService": statement_service_pb2.DESCRIPTOR.services_by_name["StatementService"],
    "ReconciliationService": reconciliation_service_pb2.DESCRIPTOR.services_by_name["ReconciliationService"],
    "RevenueService": revenue_service_pb2.DESCRIPTOR.services_by_name["RevenueService"],
}

Steps = tuple[FieldDescriptor, ...]


class Attack(NamedTuple):
    """A string of a request, by its path."""

    method: MethodDescriptor
    steps: Steps

    def __str__(self) -> str:
        return f"{self.method.name}.{self.path}"

    @property
    def path(self) -> str:
        """As violations name it; of a map they name the map alone."""
        shown = [
            step.name + ("[0]" if step.is_repeated and not _is_map(step) else "")
            for step in self.steps
            if step.containing_type and not step.containing_type.GetOptions().map_entry
        ]
        return ".".join(shown)

    def request(self, program: str, text: str) -> Message:
        """The request in which nothing is set but this string to `text`, and what must be there for it to be read."""
        request: Message = GetMessageClass(self.method.input_type)()
        holder: Any = request
        _fill(holder, program)
        for step in self.steps[:-1]:
            if _is_map(step):
                names = self.steps[-1].name == "key"
                getattr(holder, step.name)[text if names else "name"] = "value" if names else text
                return request
            inner = getattr(holder, step.name)
            holder = inner if not step.is_repeated else inner[0] if inner else inner.add()
            holder.SetInParent()
            _fill(holder, program)
        last = self.steps[-1]
        if last.is_repeated:
            getattr(holder, last.name).append(text)
        else:
            setattr(holder, last.name, text)
        return request


def attacks() -> list[Attack]:
    """Every string of every request. Uploads carry the items of a batch, and are left to those."""
    return [
        Attack(method, steps)
        for service in SERVICES.values()
        for method in service.methods
        if not method.client_streaming
        for steps in _strings(method.input_type)
    ]


def _strings(message: Descriptor, before: Steps = ()) -> Iterator[Steps]:
    for field in message.fields:
        steps = (*before, field)
        if field.type == FieldDescriptor.TYPE_STRING:
            yield steps
        elif field.message_type is not None:
            yield from _strings(field.message_type, steps)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _fill(holder: Any, program: str) -> None:
    """Sets what must be there for the other strings of a message to be read at all."""
    names = holder.DESCRIPTOR.fields_by_name
    if "program_id" in names:
        holder.program_id = program
    if holder.DESCRIPTOR.name == "Identifier":
        holder.kind = member_pb2.IDENTIFIER_KIND_CARD
    if "page_token" in names and "member" in names:
        holder.member.member_id = "mem_nobody"
    if holder.DESCRIPTOR.name == "ExplainAccrualRequest":
        holder.accrual_id = "acc_nothing"
    if holder.DESCRIPTOR.name == "ApplyProgramRequest":
        holder.request_id = "hostile-files"
    if holder.DESCRIPTOR.name == "GetCutOffRequest":
        holder.period = "2026-01"
    if holder.DESCRIPTOR.name == "ExplainFigureRequest":
        holder.figure = "brand.NORTH.earned"
    if holder.DESCRIPTOR.name == "ExportJournalRequest":
        holder.format = statement_service_pb2.JOURNAL_FORMAT_CSV
    if holder.DESCRIPTOR.name == "RunReconciliationRequest":
        holder.kind = reconciliation_pb2.RECONCILIATION_KIND_TILLS
    if holder.DESCRIPTOR.name == "EvaluateOrdersRequest":
        holder.orders.add()
