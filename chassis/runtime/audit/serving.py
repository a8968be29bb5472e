"""What a composition root needs to have its calls recorded and its log read."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from chassis.runtime.application import RegisteredService
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.servicer import AuditServicer
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.clock import Clock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database

READERS = frozenset({"HEADQUARTERS_ADMIN", "SERVICE"})


@asynccontextmanager
async def open_audit(database: Database, clock: Clock, option: Any, id_rules: IdRules) -> AsyncIterator[AuditLog]:
    """The log over the service's own database; left, it waits for what still runs."""
    audit = AuditLog(database, clock, option, id_rules)
    try:
        yield audit
    finally:
        await audit.close()


def audit_service(
    audit: AuditLog,
    messages: Any,
    records: Any,
    roles_option: Any,
    add_to_server: Callable[[Any, Any], None],
    readers: frozenset[str] = READERS,
) -> RegisteredService:
    """AuditService over the log; `readers` are the roles that may ask this service of those the contract allows."""
    descriptor = messages.DESCRIPTOR.services_by_name["AuditService"]
    servicer = AuditServicer(audit, messages, records, readers)
    return RegisteredService(ServiceContract.of(descriptor, roles_option), add_to_server, servicer)
