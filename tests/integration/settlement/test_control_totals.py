"""Totals of tills: submitted by those of the place, held against the ledger's documents of that local day."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.type.v1.money_pb2 import Money

from chassis.values.integers import MOST_AMOUNT
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.reconciling import TILLS, ExportingLedger, reconciler, shops
from tests.property.settlement.model import PROGRAM

DAY = pb.TillDay(source="pos", location_id="loc_1", business_date="2026-10-31")


@pytest.fixture
def ledger() -> ExportingLedger:
    """A ledger with a sale of the day at Chicago, and one just after its midnight."""
    ledger = ExportingLedger()
    ledger.sell("1", "2026-10-31T05:00:00Z", 500, 300)
    ledger.sell("2", "2026-11-01T04:59:59Z", 700)
    ledger.sell("3", "2026-11-01T05:00:00Z", 999)
    return ledger


@pytest_asyncio.fixture
async def house(servers: LocalStack, books: Database, ledger: ExportingLedger) -> AsyncIterator[House]:
    """The service."""
    async with open_house(servers, books, ledger, shops()) as house:
        yield house


def document(number: str, *lines: int) -> pb.TillDocument:
    return pb.TillDocument(
        kind=pb.TILL_DOCUMENT_KIND_SALE,
        document_id=number,
        total=Money(currency_code="USD", minor_units=sum(lines)),
        lines=[pb.TillLine(line_number=index, minor_units=paid) for index, paid in enumerate(lines, start=1)],
    )


def submitting(*documents: pb.TillDocument, request_id: str = "totals-1") -> messages.SubmitControlTotalsRequest:
    total = pb.TillTotal(
        currency_code="USD",
        sales=len(documents),
        sales_minor_units=sum(each.total.minor_units for each in documents),
    )
    return messages.SubmitControlTotalsRequest(
        program_id=PROGRAM,
        till_day=DAY,
        totals=[total],
        documents_told=True,
        documents=documents,
        request_id=request_id,
    )


async def run_tills(house: House, request_id: str = "run-1") -> pb.Reconciliation:
    request = messages.RunReconciliationRequest(program_id=PROGRAM, kind=TILLS, till_day=DAY, request_id=request_id)
    async with reconciler(house) as stub:
        return (await stub.RunReconciliation(request)).reconciliation


async def submit(house: House, request: messages.SubmitControlTotalsRequest) -> int:
    async with reconciler(house, "POS", subject="till", locations=["loc_1"]) as stub:
        return (await stub.SubmitControlTotals(request)).version


async def test_totals_that_would_make_a_run_unreadable_are_refused(house: House) -> None:
    request = submitting(document("1", MOST_AMOUNT + 1))
    for figure in ("sales", "sales_minor_units", "returns", "returns_minor_units"):
        setattr(request.totals[0], figure, 1_000 * MOST_AMOUNT + 1)
    with pytest.raises(Refusal) as refused:
        await submit(house, request)
    assert [fault.field for fault in refused.value.violations] == [
        "totals[0].sales",
        "totals[0].sales_minor_units",
        "totals[0].returns",
        "totals[0].returns_minor_units",
        "documents[0].total.minor_units",
        "documents[0].lines[0].minor_units",
    ]


async def test_the_day_of_the_place_ties_out(house: House, ledger: ExportingLedger) -> None:
    assert await submit(house, submitting(document("1", 500, 300), document("2", 700))) == 1
    found = await run_tills(house)
    assert list(found.differences) == []
    assert found.till_day == DAY
    assert [(asked.source, asked.location_id) for asked in ledger.asked] == [("pos", "loc_1")]


async def test_what_differs_is_named_to_the_documents_line(house: House) -> None:
    await submit(house, submitting(document("1", 500, 301), document("4", 50)))
    found = {each.figure.rpartition("2026-10-31.")[2]: each for each in (await run_tills(house)).differences}
    assert {name: (each.expected, each.booked) for name, each in found.items()} == {
        "documents": (3, 0),
        "sales.USD": (851, 1500),
    }
    assert [
        (pb.LineFault.Name(line.fault), line.document_id, line.line_number, line.expected, line.booked)
        for line in found["sales.USD"].lines
    ] == [
        ("LINE_FAULT_DIFFERS", "1", 0, 801, 800),
        ("LINE_FAULT_DIFFERS", "1", 2, 301, 300),
        ("LINE_FAULT_MISSING_THERE", "2", 0, 0, 700),
        ("LINE_FAULT_MISSING_HERE", "4", 0, 50, 0),
    ]


async def test_the_last_version_counts(house: House) -> None:
    await submit(house, submitting(document("1", 1)))
    assert await submit(house, submitting(document("1", 500, 300), document("2", 700), request_id="totals-2")) == 2
    assert await submit(house, submitting(document("1", 1))) == 1
    assert (await run_tills(house)).differing == 0


async def test_other_totals_under_the_same_request_id_are_refused(house: House) -> None:
    await submit(house, submitting(document("1", 1)))
    with pytest.raises(Refusal) as refused:
        await submit(house, submitting(document("1", 2)))
    assert refused.value.reason == "REQUEST_ID_REUSED"


async def test_a_day_without_totals_is_refused(house: House) -> None:
    with pytest.raises(Refusal) as refused:
        await run_tills(house)
    assert refused.value.reason == "CONTROL_TOTALS_NOT_FOUND"


async def test_a_till_speaks_for_its_own_place_alone(house: House) -> None:
    async with reconciler(house, "POS", subject="till", locations=["loc_2"]) as stub:
        with pytest.raises(Refusal) as refused:
            await stub.SubmitControlTotals(submitting(document("1", 1)))
    assert refused.value.reason == "DIVISION_NOT_ALLOWED"


async def test_a_place_that_is_none_is_refused(house: House) -> None:
    request = submitting(document("1", 1))
    request.till_day.location_id = "loc_9"
    async with reconciler(house, "FINANCE") as stub:
        with pytest.raises(Refusal) as refused:
            await stub.SubmitControlTotals(request)
    assert refused.value.reason == "LOCATION_NOT_FOUND"


async def test_every_fault_of_a_submission_is_told_at_once(house: House) -> None:
    request = submitting(document("1", 1), document("1", 2))
    request.till_day.business_date = "2026-02-30"
    request.totals.append(pb.TillTotal(currency_code="USD", sales=-1))
    request.documents_told = False
    async with reconciler(house, "FINANCE") as stub:
        with pytest.raises(Refusal) as refused:
            await stub.SubmitControlTotals(request)
    assert {violation.field for violation in refused.value.violations} == {
        "till_day.business_date",
        "totals",
        "totals[1].sales",
        "documents_told",
        "documents",
    }
