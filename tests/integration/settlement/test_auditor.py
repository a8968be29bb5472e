"""From exports alone another program recomputes positions and payments, and rejects what was tampered with."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import pytest
import pytest_asyncio
from loyalty.settlement.v1 import netting_service_pb2
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.settlement.v1 import statement_service_pb2 as statements
from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from deploy.local.secrets import EVERYTHING
from deploy.local.stack import LocalStack
from tests.integration.settlement.closing import JANUARY, WHOLE, Desk, month, program
from tests.integration.settlement.finance_desk import exported, finance
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.reconciling import ExportingLedger, Reconciler, reconciler, run
from tests.property.settlement.model import PROGRAM
from tests.support import auditor
from tests.support.auditor import Payment
from tests.support.servers import Databases

if TYPE_CHECKING:
    from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceAsyncStub

Treasury: TypeAlias = "NettingServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

CSV, JSONL = statements.JOURNAL_FORMAT_CSV, statements.JOURNAL_FORMAT_JSONL
NETTING = netting_service_pb2.DESCRIPTOR.services_by_name["NettingService"]


@dataclass(frozen=True)
class Exports:
    """What an auditor is given."""

    journal_csv: bytes
    journal_jsonl: bytes
    payments_csv: bytes
    live_nets: dict[str, int]


@pytest_asyncio.fixture(scope="module")
async def exports(servers: LocalStack, databases: Databases) -> AsyncIterator[Exports]:
    """A month that was reconciled, closed and netted; then a little of the next."""
    async with (
        databases.fresh("settlement") as database,
        open_house(servers, database, ExportingLedger(), program(WHOLE)) as house,
    ):
        desk, world = Desk(house), month()
        await desk.post(world)
        await desk.begin()
        async with reconciler(house) as stub:
            assert (await run(stub, period=JANUARY)).differing == 0
        await desk.close()
        nets = await house.net()
        payments = await _net(house)
        world.redeem("harbor", 10, world.lots[0].rate)
        await desk.post(world, days=40)
        async with finance(house) as stub:
            lines, _ = await exported(stub, format=JSONL)
            rows, _ = await exported(stub, format=CSV)
        yield Exports(rows, lines, payments, nets)


async def _net(house: House) -> bytes:
    """Ann proposes, Bob approves, and the bank's file is written."""
    async with _treasury(house, "ann") as ann, _treasury(house, "bob") as bob:
        answer = await ann.ProposeNetting(
            netting_service_pb2.ProposeNettingRequest(
                program_id=PROGRAM, period=JANUARY, signed_name="Ann", request_id="netting-1"
            )
        )
        named = [payment.payment_id for payment in answer.payments]
        await bob.ApprovePayments(
            netting_service_pb2.ApprovePaymentsRequest(
                program_id=PROGRAM, payment_ids=named, signed_name="Bob", request_id="approve-1"
            )
        )
        request = netting_service_pb2.ExportPaymentsRequest(
            program_id=PROGRAM, payment_ids=named, format=netting_service_pb2.PAYMENT_FILE_FORMAT_CSV
        )
        return b"".join([part.data async for part in bob.ExportPayments(request)])


@asynccontextmanager
async def _treasury(house: House, subject: str) -> AsyncIterator[Treasury]:
    token = house.servers.secrets.mint_token(subject, programs=EVERYTHING, roles=["FINANCE"])
    async with connect(PLAIN.peer(house.address), NETTING, lambda: token) as channel:
        yield NettingServiceStub(channel)


def test_the_exports_are_found_in_order(exports: Exports) -> None:
    entries = auditor.journal_of(exports.journal_jsonl)
    assert auditor.audit_journal(PROGRAM, entries) == []
    nets = auditor.positions_of(entries, last_period=1)
    assert nets == {"USD": exports.live_nets}
    assert auditor.audit_payments(nets, auditor.payments_of(exports.payments_csv)) == []
    assert auditor.audit_clearing(nets, entries) == []


def test_both_forms_of_the_journal_say_the_same(exports: Exports) -> None:
    rows, lines = auditor.journal_of(exports.journal_csv), auditor.journal_of(exports.journal_jsonl)
    assert auditor.audit_journal(PROGRAM, rows) == []
    assert [(entry.number, entry.sides) for entry in rows] == [(entry.number, entry.sides) for entry in lines]


def _a_cent_moved(records: list[dict[str, object]]) -> None:
    """From one entity's books to another's, both left in balance."""
    for record in records:
        if record["account"] in ("due_to", "redemption_clearing", "settlement_gain_loss"):
            side = "credit" if record["credit"] else "debit"
            record[side] = int(str(record[side])) + 1
            return


def _an_entry_dropped(records: list[dict[str, object]]) -> None:
    records[:] = [record for record in records if record["entry_number"] != 3]


def _the_last_entry_swapped(records: list[dict[str, object]]) -> None:
    last = records[-1]["entry_number"]
    for record in records:
        if record["entry_number"] == last:
            record["entry_number"] = int(str(last)) + 1


def _a_voucher_backdated(records: list[dict[str, object]]) -> None:
    next(record for record in records if record["voucher_id"])["post_time"] = "2020-01-01T00:00:00Z"


def _a_posting_dropped(records: list[dict[str, object]]) -> None:
    del records[1]


@pytest.mark.parametrize(
    "tamper", [_a_cent_moved, _an_entry_dropped, _the_last_entry_swapped, _a_voucher_backdated, _a_posting_dropped]
)
def test_a_journal_that_was_tampered_with_is_rejected(
    exports: Exports, tamper: Callable[[list[dict[str, object]]], None]
) -> None:
    records = [json.loads(line) for line in exports.journal_jsonl.splitlines()]
    tamper(records)
    file = "\n".join(json.dumps(record) for record in records).encode()
    assert auditor.audit_journal(PROGRAM, auditor.journal_of(file)) != []


def test_payments_that_do_not_settle_the_nets_are_rejected(exports: Exports) -> None:
    nets = auditor.positions_of(auditor.journal_of(exports.journal_csv), last_period=1)
    payments = auditor.payments_of(exports.payments_csv)
    first = payments[0]
    wrong: list[list[Payment]] = [
        payments[1:],
        [*payments, first],
        [replace(first, minor_units=first.minor_units - 1), *payments[1:]],
        [replace(first, debtor=first.creditor, creditor=first.debtor), *payments[1:]],
        [replace(first, creditor="nobody"), *payments[1:]],
        [replace(first, currency="EUR"), *payments[1:]],
    ]
    assert [bool(auditor.audit_payments(nets, each)) for each in wrong] == [True] * len(wrong)


async def test_a_close_waits_until_somebody_answers_for_the_difference(
    servers: LocalStack, databases: Databases
) -> None:
    ledger = ExportingLedger()
    async with databases.fresh("settlement") as database, open_house(servers, database, ledger, program()) as house:
        desk = Desk(house)
        await desk.post(month())
        await desk.begin()
        ledger.wrong_by["north"] = 5
        async with reconciler(house) as stub:
            found = await run(stub, period=JANUARY)
            with pytest.raises(Refusal) as refused:
                await desk.close()
            for difference in found.differences:
                await _accept(stub, found.reconciliation_id, difference.figure)
        closed = await desk.close()
    assert refused.value.reason == "PERIOD_NOT_READY"
    assert closed.period == JANUARY


async def _accept(stub: Reconciler, run_id: str, figure: str) -> None:
    await stub.AcceptDifference(
        messages.AcceptDifferenceRequest(
            program_id=PROGRAM,
            reconciliation_id=run_id,
            figure=figure,
            reason="counted by hand",
            signed_name="Ada Lovelace",
            request_id=f"accept-{figure}",
        )
    )
