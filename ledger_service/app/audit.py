"""Wires the audit log: where this service's calls are recorded, and AuditService to read it."""

from contextlib import AbstractAsyncContextManager

from loyalty.type.v1 import audit_pb2, audit_service_pb2, role_pb2
from loyalty.type.v1.audit_service_pb2_grpc import add_AuditServiceServicer_to_server

from chassis.runtime.application import RegisteredService, Runtime
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.serving import audit_service, open_audit
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.postgres import Database


def opened_audit(database: Database, runtime: Runtime) -> AbstractAsyncContextManager[AuditLog]:
    """The service's log. Member ids are made by identity; what does not look like one is not recorded, nor is what
    says of whom she is one of."""
    return open_audit(
        database, runtime.clock, audit_pb2.audit, IdRules({"member_id": "mem_"}, frozenset({"segment_ids"}))
    )


def audit_log_service(audit: AuditLog) -> RegisteredService:
    """The service, wired."""
    return audit_service(audit, audit_service_pb2, audit_pb2, role_pb2.roles, add_AuditServiceServicer_to_server)
