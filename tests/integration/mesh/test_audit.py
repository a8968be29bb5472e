"""Every service records what was changed and read at it, and proves it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import read_requests_pb2
from loyalty.type.v1 import audit_pb2, audit_service_pb2
from loyalty.type.v1.audit_service_pb2_grpc import AuditServiceStub

from chassis.runtime.channel import connect
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack
from tests.integration.audit.auditor import chain_of_json
from tests.support.mesh import ALL_ROLES, Till, line, member, moment, open_till

PROGRAM, BATCHES = "audit-test", "audit-batches"
Logs = Callable[[str, Sequence[str]], AbstractAsyncContextManager[Any]]


@pytest.fixture
def logs(stack: LocalStack) -> Logs:
    """Opens the log of a service for a caller with some roles."""

    @asynccontextmanager
    async def opened(service: str, roles: Sequence[str]) -> AsyncIterator[Any]:
        token = stack.token("auditor", roles=roles)
        descriptor = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]
        async with connect(stack.peer(service), descriptor, lambda: token) as channel:
            yield AuditServiceStub(channel)

    return opened


async def records(log: Any) -> list[tuple[str, str, str, list[str]]]:
    """What was recorded in the program, the oldest first: rpc, phase, result, on whom."""
    answer = await log.ListAuditRecords(audit_service_pb2.ListAuditRecordsRequest(program_id=PROGRAM, page_size=500))
    return [
        (
            record.method.rpartition("/")[2],
            audit_pb2.AuditPhase.Name(record.phase).removeprefix("AUDIT_PHASE_"),
            record.result,
            [f"{subject.kind}:{subject.id}" for subject in record.subjects],
        )
        for record in reversed(answer.records)
        if record.method.rpartition("/")[2] != "ListAuditRecords"
    ]


async def test_each_service_records_its_own(stack: LocalStack, logs: Logs) -> None:
    async with open_till(stack, PROGRAM) as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("CARD-AUDIT")
        await till.known()
        await till.sell(ana, "D-1", "mall-1", [line(1, "NORTH", 4_000)])
        await till.mesh.identity.GetMember(identity.GetMemberRequest(program_id=PROGRAM, member_id=ana))
        await till.mesh.ledger.GetMemberStatement(
            read_requests_pb2.GetMemberStatementRequest(
                program_id=PROGRAM,
                member=member(ana),
                start_time=moment(till.now - timedelta(days=1)),
                end_time=moment(till.now),
            )
        )
    async with logs("rules", ["HEADQUARTERS_ADMIN"]) as log:
        assert [record[:3] for record in await records(log)] == [
            ("ApplyProgram", "INTENT", ""),
            ("ApplyProgram", "OUTCOME", "OK"),
        ]
    async with logs("identity", ["HEADQUARTERS_ADMIN"]) as log:
        enrolled, read = (await records(log))[-2:]
        assert (enrolled[0], enrolled[2]) == ("EnrollMember", "OK")
        assert f"member:{ana}" in enrolled[3]
        assert (read[0], read[1]) == ("GetMember", "READ")
    async with logs("ledger", ["HEADQUARTERS_ADMIN"]) as log:
        assert [record[:3] for record in await records(log)] == [("GetMemberStatement", "READ", "OK")]


async def test_what_a_batch_was_refused_and_whom_a_list_told_of_is_recorded(stack: LocalStack, logs: Logs) -> None:
    # A caller of its own: of one that is refused much the rest is only counted.
    token = stack.token("batching-till", programs=[BATCHES], roles=ALL_ROLES, brands=["NORTH"])
    async with open_till(stack, BATCHES) as office, open_mesh(stack.peer, token) as mesh:
        till = Till(mesh, BATCHES)
        await office.apply(PROGRAMS / "worked-basket", "worked-basket")
        members = [await office.enroll(f"CARD-BATCH-{number}") for number in range(20)]
        await office.known()
        asked = [
            ledger.PostOrderRequest(
                program_id=BATCHES,
                request_id=f"batch-{brand}",
                member=member(ana),
                order=till.order(f"D-{brand}", "mall-1", [line(1, brand, 1_000)]),
            )
            for ana, brand in zip(members, ("NORTH", "HARBOR"), strict=False)
        ]
        await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=asked))
        stream = till.mesh.ledger.StreamOrders(
            iter(ledger.StreamOrdersRequest(sequence=place, order=order) for place, order in enumerate(asked, start=1))
        )
        assert [answer.HasField("refusal") async for answer in stream] == [False, True]
        wallets = read_requests_pb2.BatchGetWalletsRequest(program_id=BATCHES, members=map(member, members))
        await office.mesh.ledger.BatchGetWallets(wallets)
    async with logs("ledger", ["HEADQUARTERS_ADMIN"]) as log:
        answer = await log.ListAuditRecords(audit_service_pb2.ListAuditRecordsRequest(program_id=BATCHES))
        found = await log.ListAuditRecords(
            audit_service_pb2.ListAuditRecordsRequest(program_id=BATCHES, subject_id=members[-1])
        )
    assert {
        (record.method.rpartition("/")[2], record.result, record.items, record.refused_items)
        for record in answer.records
    } == {
        ("BatchPostOrders", "type.loyalty/DIVISION_NOT_ALLOWED", 2, 1),
        ("StreamOrders", "type.loyalty/DIVISION_NOT_ALLOWED", 2, 1),
        ("BatchGetWallets", "OK", 20, 0),
    }
    assert [record.method.rpartition("/")[2] for record in found.records][-1:] == ["BatchGetWallets"]


@pytest.mark.parametrize("service", SERVICES)
async def test_each_log_is_whole_and_its_export_proves_it(logs: Logs, service: str) -> None:
    async with logs(service, ["HEADQUARTERS_ADMIN"]) as log:
        export = audit_service_pb2.ExportAuditRecordsRequest()
        text = "".join([answer.text async for answer in log.ExportAuditRecords(export)])
        number, last, _ = chain_of_json(text)
        anchors = [audit_pb2.AuditAnchor(number=number, hash=bytes.fromhex(last))] if number else []
        check = audit_service_pb2.VerifyAuditLogRequest(anchors=anchors)
        told = [answer async for answer in log.VerifyAuditLog(check)]
    assert told[-1].done
    assert (told[-1].broken_number, told[-1].finding) == (0, "")
    assert told[-1].checked >= number


@pytest.mark.parametrize("service", SERVICES)
async def test_finance_reads_the_log_of_settlement_alone(logs: Logs, service: str) -> None:
    async with logs(service, ["FINANCE"]) as log:
        if service == "settlement":
            await log.ListAuditRecords(audit_service_pb2.ListAuditRecordsRequest())
        else:
            with pytest.raises(Refusal) as refused:
                await log.ListAuditRecords(audit_service_pb2.ListAuditRecordsRequest())
            assert refused.value.reason == "ROLE_NOT_ALLOWED"
