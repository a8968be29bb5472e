"""loyalty.settlement.v1.RevenueService: deferred revenue, points liability, remeasurement."""

from dataclasses import dataclass

from loyalty.settlement.v1 import revenue_service_pb2 as messages
from loyalty.settlement.v1 import revenue_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from settlement_service.servicer.common import may_see, time_left
from settlement_service.use_cases.report_points import ReportPoints
from settlement_service.wire import revenue
from settlement_service.wire.positions import vector_message


@dataclass(frozen=True, slots=True)
class RevenueServicer(stubs.RevenueServiceServicer):
    """loyalty.settlement.v1.RevenueService. A token for some brands is told of those alone."""

    report: ReportPoints

    async def GetDeferredRevenue(
        self, request: messages.GetDeferredRevenueRequest, context: Context
    ) -> messages.GetDeferredRevenueResponse:
        asked = revenue.question_of(request)
        current_caller().require_program(asked.program)
        up_to, rows = await self.report.revenue(asked.program, asked.period, asked.at_least, time_left)
        seen = [row for row in rows if may_see(row.cohort.brand)]
        return messages.GetDeferredRevenueResponse(
            brands=revenue.brand_messages(seen),
            cohorts=map(revenue.cohort_message, seen),
            up_to=vector_message(up_to),
        )

    async def GetPointsLiability(
        self, request: messages.GetPointsLiabilityRequest, context: Context
    ) -> messages.GetPointsLiabilityResponse:
        asked = revenue.question_of(request)
        current_caller().require_program(asked.program)
        up_to, rows = await self.report.liability(asked.program, asked.period, asked.at_least, time_left)
        seen = [row for row in rows if may_see(row.brand)]
        return messages.GetPointsLiabilityResponse(
            liabilities=map(revenue.liability_message, seen), up_to=vector_message(up_to)
        )

    async def GetRemeasurement(
        self, request: messages.GetRemeasurementRequest, context: Context
    ) -> messages.GetRemeasurementResponse:
        asked, values = revenue.remeasurement_of(request)
        current_caller().require_program(asked.program)
        for brand, _ in values:
            current_caller().require_brand(brand)
        up_to, rows = await self.report.remeasurement(asked.program, asked.period, values, asked.at_least, time_left)
        seen = [row for row in rows if may_see(row.carried.cohort.brand)]
        return messages.GetRemeasurementResponse(
            rows=map(revenue.remeasured_message, seen), up_to=vector_message(up_to)
        )
