"""A month of the worked basket closed on the running mesh: the ledger's cut, the comparison, the signature."""

import pytest
from loyalty.settlement.v1 import period_service_pb2 as periods
from loyalty.settlement.v1 import reconciliation_pb2, statement_pb2
from loyalty.settlement.v1 import reconciliation_service_pb2 as reconciliations
from loyalty.settlement.v1 import settlement_service_pb2 as books
from loyalty.settlement.v1.as_of_pb2 import AsOf

from chassis.values.refusal import Refusal
from deploy.local.finance import Finance, open_finance
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, open_till

MARCH = "2026-03"


async def signed(finance: Finance, program: str) -> periods.ClosePeriodResponse:
    return await finance.periods.ClosePeriod(
        periods.ClosePeriodRequest(program_id=program, period=MARCH, request_id="sign", signed_name="A. Auditor")
    )


async def closing_points(finance: Finance, till: Till, as_of: AsOf) -> dict[str, int]:
    answer = await finance.books.GetBrandBooks(
        books.GetBrandBooksRequest(program_id=till.program, as_of=as_of, at_least=till.cursor())
    )
    return {each.brand_id: each.closing_points for each in answer.brands}


async def test_a_month_is_closed_while_the_next_one_has_begun(stack: LocalStack) -> None:
    token = stack.token("office", programs=["month-end"], roles=("FINANCE",))
    async with open_till(stack, "month-end") as till, open_finance(stack.peer, token) as finance:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("MONTH-ANA")
        await till.sell(ana, "M-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])
        await till.redeem(ana, 100, "linden-1", "LINDEN")
        begun = await finance.periods.BeginClose(periods.BeginCloseRequest(program_id=till.program, period=MARCH))
        assert begun.booked
        await till.sell(ana, "M-2", "north-1", [line(1, "NORTH", 1000)])

        with pytest.raises(Refusal) as refusal:
            await signed(finance, till.program)
        assert (refusal.value.reason, refusal.value.metadata["items"]) == ("PERIOD_NOT_READY", "RECONCILED")
        await finance.reconciliation.RunReconciliation(
            reconciliations.RunReconciliationRequest(
                program_id=till.program,
                kind=reconciliation_pb2.RECONCILIATION_KIND_LEDGER,
                period=MARCH,
                request_id="compare",
            )
        )
        closed = (await signed(finance, till.program)).period
        assert closed.stage == statement_pb2.PERIOD_STAGE_CLOSED
        assert list(closed.barriers) == list(begun.barriers)
        assert (await signed(finance, till.program)).period == closed

        assert sum((await closing_points(finance, till, AsOf(period=MARCH))).values()) == 40 + 196 - 100
        assert sum((await closing_points(finance, till, AsOf())).values()) == 40 + 196 - 100 + 10
        checks = await finance.books.VerifyBooks(books.VerifyBooksRequest(program_id=till.program))
        assert [list(check.findings) for check in checks.checks if check.violations] == []
