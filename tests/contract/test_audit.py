"""Every rpc that may tell or change something personal says how it is recorded, and every service has the same log."""

import asyncpg
import pytest
from google.protobuf.descriptor import MethodDescriptor
from loyalty.type.v1 import audit_pb2, role_pb2

from tests.contract.checkout import CHECKOUT, SERVICES
from tests.integration.mesh.planted import methods
from tests.support.servers import Databases

_READ = 1
"""NO_SIDE_EFFECTS."""

BETWEEN_PROCESSES = {"SubmitCommands", "YieldLane"}
ON_THE_REDEMPTION = "loyalty.identity.v1.ProofService.VerifyProof"
"""The ledger asks; what it was told is on the redemption, in the event log."""

MIGRATIONS = ("audit", "audit_items")


def said(method: MethodDescriptor) -> int:
    return int(method.GetOptions().Extensions[audit_pb2.audit])


def is_read(method: MethodDescriptor) -> bool:
    return bool(method.GetOptions().idempotency_level == _READ)


def test_every_read_of_identity_that_people_may_call_says_how_it_is_recorded() -> None:
    silent = [
        method.full_name
        for method in methods()
        if method.full_name.startswith("loyalty.identity.")
        and is_read(method)
        and set(method.GetOptions().Extensions[role_pb2.roles]) != {role_pb2.ROLE_SERVICE}
        and not said(method)
    ]
    assert silent == []


def test_no_change_outside_the_event_log_goes_unrecorded() -> None:
    unrecorded = {
        method.name
        for method in methods()
        if not is_read(method) and said(method) in (audit_pb2.AUDIT_NONE, audit_pb2.AUDIT_PERSONAL_READ)
    }
    assert unrecorded <= BETWEEN_PROCESSES
    elsewhere = {method.full_name for method in methods() if said(method) == audit_pb2.AUDIT_IN_EVENT_LOG}
    assert {name for name in elsewhere if not name.startswith("loyalty.ledger.")} == {ON_THE_REDEMPTION}


@pytest.mark.parametrize("name", MIGRATIONS)
def test_the_log_is_the_same_in_every_service(name: str) -> None:
    files = [path for service in SERVICES for path in (CHECKOUT / service / "migrations").glob(f"*_{name}.sql")]
    assert len(files) == len(SERVICES)
    assert len({path.read_text() for path in files}) == 1


@pytest.mark.parametrize("service", SERVICES)
async def test_its_statements_prepare_for_the_serving_role(service: str, databases: Databases) -> None:
    async with databases.fresh(service.removesuffix("_service")) as database:
        connection = await asyncpg.connect(database.url)
        try:
            for path in sorted((CHECKOUT / "chassis" / "runtime" / "audit" / "sql").glob("*.sql")):
                await connection.prepare(path.read_text())
        finally:
            await connection.close()
