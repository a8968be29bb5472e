"""loyalty.settlement.v1.PeriodService: cutting, checking and signing off periods; vouchers."""

from dataclasses import dataclass

from loyalty.settlement.v1 import period_service_pb2 as messages
from loyalty.settlement.v1 import period_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from settlement_service.domain.checklist import in_the_way
from settlement_service.servicer.common import admit_whole, time_left
from settlement_service.use_cases.begin_close import BeginClose
from settlement_service.use_cases.book_adjustment import BookAdjustment
from settlement_service.use_cases.close_period import ClosePeriod
from settlement_service.use_cases.get_close_checklist import GetCloseChecklist
from settlement_service.use_cases.get_cut_off import GetCutOff
from settlement_service.use_cases.read_periods import ReadPeriods
from settlement_service.use_cases.read_vouchers import ReadVouchers
from settlement_service.wire import periods, vouchers


@dataclass(frozen=True, slots=True)
class PeriodServicer(stubs.PeriodServiceServicer):
    """loyalty.settlement.v1.PeriodService."""

    begin_close: BeginClose
    read_periods: ReadPeriods
    get_close_checklist: GetCloseChecklist
    get_cut_off: GetCutOff
    close_period: ClosePeriod
    book_adjustment: BookAdjustment
    read_vouchers: ReadVouchers

    async def BeginClose(self, request: messages.BeginCloseRequest, context: Context) -> messages.BeginCloseResponse:
        program, month = periods.month_of(request)
        admit_whole(program)
        return periods.begun_message(await self.begin_close(program, month, time_left))

    async def GetPeriod(self, request: messages.GetPeriodRequest, context: Context) -> messages.GetPeriodResponse:
        program, month = periods.period_of(request)
        admit_whole(program)
        period = await self.read_periods.named(program, month)
        return messages.GetPeriodResponse(period=periods.period_message(period))

    async def ListPeriods(self, request: messages.ListPeriodsRequest, context: Context) -> messages.ListPeriodsResponse:
        program = periods.program_of(request)
        admit_whole(program)
        found = await self.read_periods.all(program)
        return messages.ListPeriodsResponse(
            periods=[periods.period_message(period, with_checklist=False) for period in found]
        )

    async def GetCloseChecklist(
        self, request: messages.GetCloseChecklistRequest, context: Context
    ) -> messages.GetCloseChecklistResponse:
        program, month = periods.month_of(request)
        admit_whole(program)
        period, items = await self.get_close_checklist(program, month)
        return messages.GetCloseChecklistResponse(
            period=periods.period_message(period, with_checklist=False),
            items=periods.item_messages(items),
            ready=not in_the_way(items),
        )

    async def GetCutOff(self, request: messages.GetCutOffRequest, context: Context) -> messages.GetCutOffResponse:
        page = periods.cut_off_page_of(request)
        admit_whole(page.program)
        facts, cut_off = await self.get_cut_off(page.program, page.period, page.after, page.size)
        return periods.cut_off_message(page, facts, cut_off)

    async def ClosePeriod(self, request: messages.ClosePeriodRequest, context: Context) -> messages.ClosePeriodResponse:
        asked = periods.close_of(request)
        caller = admit_whole(asked.program)
        period = await self.close_period(
            asked.program, asked.period, caller.subject, asked.request_id, asked.signed_name, asked.note
        )
        return messages.ClosePeriodResponse(period=periods.period_message(period))

    async def BookAdjustment(
        self, request: messages.BookAdjustmentRequest, context: Context
    ) -> messages.BookAdjustmentResponse:
        asked = vouchers.adjustment_of(request)
        caller = admit_whole(asked.program)
        kept = await self.book_adjustment(asked, caller.subject)
        return messages.BookAdjustmentResponse(voucher=vouchers.voucher_message(kept))

    async def GetVoucher(self, request: messages.GetVoucherRequest, context: Context) -> messages.GetVoucherResponse:
        program, voucher_id = vouchers.voucher_of(request)
        admit_whole(program)
        kept = await self.read_vouchers.one(program, voucher_id)
        return messages.GetVoucherResponse(voucher=vouchers.voucher_message(kept))

    async def ListVouchers(
        self, request: messages.ListVouchersRequest, context: Context
    ) -> messages.ListVouchersResponse:
        page = vouchers.voucher_page_of(request)
        admit_whole(page.program)
        found, more = await self.read_vouchers.page(page.program, page.period, page.kind, page.after, page.size)
        return messages.ListVouchersResponse(
            vouchers=[vouchers.voucher_message(kept) for kept in found],
            next_page_token=page.token(found[-1]) if more else "",
        )
