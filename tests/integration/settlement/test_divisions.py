"""Books of entities hold every brand and place: a token that covers some alone reads, signs and pays none of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.message import Message
from loyalty.settlement.v1 import netting_service_pb2 as netting
from loyalty.settlement.v1 import period_service_pb2 as periods
from loyalty.settlement.v1 import reconciliation_pb2
from loyalty.settlement.v1 import reconciliation_service_pb2 as reconciliation
from loyalty.settlement.v1 import settlement_service_pb2 as books
from loyalty.settlement.v1 import statement_service_pb2 as statements

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from deploy.local.secrets import EVERYTHING
from deploy.local.stack import LocalStack
from tests.integration.settlement.finance_desk import finance
from tests.integration.settlement.house import House, open_house
from tests.property.settlement.model import PROGRAM
from tests.support.servers import Databases

MONTH = "2026-01"
LEDGER = reconciliation_pb2.RECONCILIATION_KIND_LEDGER
SIGNED = {"request_id": "r-1", "signed_name": "Ann"}
CALLS: dict[str, Message] = {
    "SettlementService.GetEntityBooks": books.GetEntityBooksRequest(program_id=PROGRAM, entity_id="harbor"),
    "SettlementService.GetTrialBalance": books.GetTrialBalanceRequest(program_id=PROGRAM),
    "SettlementService.GetPositions": books.GetPositionsRequest(program_id=PROGRAM),
    "SettlementService.ListJournalEntries": books.ListJournalEntriesRequest(program_id=PROGRAM),
    "PeriodService.BeginClose": periods.BeginCloseRequest(program_id=PROGRAM, period=MONTH),
    "PeriodService.ClosePeriod": periods.ClosePeriodRequest(program_id=PROGRAM, period=MONTH, **SIGNED),
    "PeriodService.ListVouchers": periods.ListVouchersRequest(program_id=PROGRAM),
    "NettingService.ListPayments": netting.ListPaymentsRequest(program_id=PROGRAM),
    "NettingService.ProposeNetting": netting.ProposeNettingRequest(program_id=PROGRAM, period=MONTH, **SIGNED),
    "StatementService.GetStatement": statements.GetStatementRequest(program_id=PROGRAM, entity_id="harbor"),
    "ReconciliationService.RunReconciliation": reconciliation.RunReconciliationRequest(
        program_id=PROGRAM, kind=LEDGER, request_id="r-2"
    ),
    "ReconciliationService.CompareSettlementPolicies": reconciliation.CompareSettlementPoliciesRequest(
        program_id=PROGRAM
    ),
}
SERVICES = {
    name: service
    for module in (books, periods, netting, statements, reconciliation)
    for name, service in module.DESCRIPTOR.services_by_name.items()
}


@pytest_asyncio.fixture(scope="module")
async def house(servers: LocalStack, databases: Databases) -> AsyncIterator[House]:
    """Empty books, in which nothing is ever done here."""
    async with databases.fresh("settlement") as books, open_house(servers, books) as house:
        yield house


@pytest.mark.parametrize("narrow", ["brands", "regions", "locations"])
@pytest.mark.parametrize("call", CALLS)
async def test_what_concerns_the_whole_program_needs_a_token_for_all_of_it(
    house: House, call: str, narrow: str
) -> None:
    token = house.servers.secrets.mint_token(
        "office",
        programs=EVERYTHING,
        roles=["FINANCE"],
        brands=["north"] if narrow == "brands" else EVERYTHING,
        regions=["west"] if narrow == "regions" else EVERYTHING,
        locations=["L-1"] if narrow == "locations" else EVERYTHING,
    )
    service, method = call.split(".")
    found = SERVICES[service].methods_by_name[method]
    async with connect(PLAIN.peer(house.address), SERVICES[service], lambda: token) as channel:
        ask: Any = channel.unary_unary(
            f"/{SERVICES[service].full_name}/{method}",
            request_serializer=type(CALLS[call]).SerializeToString,
            response_deserializer=lambda data: data,
        )
        assert found.input_type.full_name == CALLS[call].DESCRIPTOR.full_name
        with pytest.raises(Refusal, match="DIVISION_NOT_ALLOWED"):
            await ask(CALLS[call])


@pytest.mark.parametrize(
    "figure", ["entity.harbor.account.due_to.north.USD", "net.harbor.USD", "position.north.harbor.USD"]
)
async def test_a_figure_of_an_entity_is_explained_to_a_token_for_all_of_it(house: House, figure: str) -> None:
    async with finance(house, brands=["north"]) as stub:
        with pytest.raises(Refusal, match="DIVISION_NOT_ALLOWED"):
            await stub.ExplainFigure(statements.ExplainFigureRequest(program_id=PROGRAM, figure=figure))


async def test_a_brands_own_roll_forward_is_read_with_a_token_for_it(house: House) -> None:
    async with house.stub(brands=["north"]) as stub:
        answer = await stub.GetBrandBooks(books.GetBrandBooksRequest(program_id=PROGRAM))
    assert {each.brand_id for each in answer.brands} <= {"north"}
