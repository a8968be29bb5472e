"""loyalty.settlement.v1.NettingService: netting, payments, invoices, disputes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from loyalty.settlement.v1 import netting_pb2
from loyalty.settlement.v1 import netting_service_pb2 as messages
from loyalty.settlement.v1 import netting_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from settlement_service.domain.netting.payment_file import require_accounts
from settlement_service.domain.netting.payment_states import Move, PaymentState
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.servicer.common import admit_whole
from settlement_service.use_cases.export_payments import ExportPayments
from settlement_service.use_cases.move_payments import MovePayments
from settlement_service.use_cases.netting_ports import CarriedOut, Nettings
from settlement_service.use_cases.propose_netting import ProposeNetting
from settlement_service.use_cases.settle_disputes import CloseDispute, OpenDispute
from settlement_service.use_cases.submit_payments import SubmitPayments
from settlement_service.use_cases.wish import Wish
from settlement_service.wire import netting_answers as answers
from settlement_service.wire import netting_requests as requests
from settlement_service.wire.pain_001 import pain_001
from settlement_service.wire.payments_csv import payments_csv
from settlement_service.wire.sealed import seal, text_after

_PART_BYTES = 65_536
_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NettingServicer(stubs.NettingServiceServicer):
    """loyalty.settlement.v1.NettingService."""

    programs: ProgramDirectory
    nettings: Nettings
    propose_netting: ProposeNetting
    submit_payments: SubmitPayments
    move_payments: MovePayments
    open_dispute: OpenDispute
    close_dispute: CloseDispute
    export_payments: ExportPayments

    async def ListObligationLines(
        self, request: messages.ListObligationLinesRequest, context: Context
    ) -> messages.ListObligationLinesResponse:
        program, period = requests.lines_request(request)
        self._admit(program)
        lines = await self.nettings.lines(program, period)
        owing = [answers.line_message(each) for each in lines if each.line.minor_units != 0]
        return messages.ListObligationLinesResponse(lines=owing)

    async def ProposeNetting(
        self, request: messages.ProposeNettingRequest, context: Context
    ) -> messages.ProposeNettingResponse:
        wish, period = requests.propose_request(request, current_caller().subject)
        self._admit(wish.program)
        outcome = _told(context, await self.propose_netting(wish, period))
        netting = await self.nettings.netting(wish.program, outcome.outcome_id)
        return messages.ProposeNettingResponse(
            netting=answers.summary_message(netting),
            document=answers.document_message(netting),
            payments=await self._payments_of(wish.program, netting.netting_id),
        )

    async def SubmitPayments(
        self, request: messages.SubmitPaymentsRequest, context: Context
    ) -> messages.SubmitPaymentsResponse:
        wish, netting_id, payments = requests.submit_request(request, current_caller().subject)
        self._admit(wish.program)
        _told(context, await self.submit_payments(wish, netting_id, payments))
        found = await self.nettings.payments(wish.program, netting_id, None, "", _ALL)
        stand = [each for each in found if each.state is not PaymentState.REPLACED]
        return messages.SubmitPaymentsResponse(payments=map(answers.payment_message, stand))

    async def GetNetting(self, request: messages.GetNettingRequest, context: Context) -> messages.GetNettingResponse:
        program, netting_id = requests.netting_lookup(request)
        self._admit(program)
        netting = await self.nettings.netting(program, netting_id)
        return messages.GetNettingResponse(
            netting=answers.summary_message(netting),
            document=answers.document_message(netting),
            payments=await self._payments_of(program, netting_id),
        )

    async def ListNettings(
        self, request: messages.ListNettingsRequest, context: Context
    ) -> messages.ListNettingsResponse:
        size = requests.page_size(request)
        self._admit(request.program_id)
        question = ("nettings", request.program_id)
        below = text_after(request.page_token, *question)
        found = await self.nettings.nettings(request.program_id, below, size + 1)
        return messages.ListNettingsResponse(
            nettings=map(answers.summary_message, found[:size]),
            next_page_token=seal((found[size - 1].netting_id,), *question) if len(found) > size else "",
        )

    async def ListPayments(
        self, request: messages.ListPaymentsRequest, context: Context
    ) -> messages.ListPaymentsResponse:
        size = requests.page_size(request)
        self._admit(request.program_id)
        question = ("payments", request.program_id, request.netting_id, str(request.state))
        after = text_after(request.page_token, *question)
        await self._netting_if_named(request.program_id, request.netting_id)
        state = requests.state_of(request.state)
        found = await self.nettings.payments(request.program_id, request.netting_id, state, after, size + 1)
        return messages.ListPaymentsResponse(
            payments=map(answers.payment_message, found[:size]),
            next_page_token=seal((found[size - 1].payment_id,), *question) if len(found) > size else "",
        )

    async def ApprovePayments(
        self, request: messages.ApprovePaymentsRequest, context: Context
    ) -> messages.ApprovePaymentsResponse:
        wish, ids = requests.payments_command(request, current_caller().subject)
        return messages.ApprovePaymentsResponse(payments=await self._moved(context, wish, Move.APPROVE, ids))

    async def MarkPaymentsSent(
        self, request: messages.MarkPaymentsSentRequest, context: Context
    ) -> messages.MarkPaymentsSentResponse:
        wish, ids = requests.payments_command(request, current_caller().subject)
        return messages.MarkPaymentsSentResponse(payments=await self._moved(context, wish, Move.SEND, ids))

    async def ConfirmPayment(
        self, request: messages.ConfirmPaymentRequest, context: Context
    ) -> messages.ConfirmPaymentResponse:
        wish, ids, _ = requests.payment_command(request, current_caller().subject)
        [payment] = await self._moved(context, wish, Move.CONFIRM, ids)
        return messages.ConfirmPaymentResponse(payment=payment)

    async def FailPayment(self, request: messages.FailPaymentRequest, context: Context) -> messages.FailPaymentResponse:
        wish, ids, reason = requests.payment_command(request, current_caller().subject)
        [payment] = await self._moved(context, wish, Move.FAIL, ids, reason)
        return messages.FailPaymentResponse(payment=payment)

    async def ResendPayment(
        self, request: messages.ResendPaymentRequest, context: Context
    ) -> messages.ResendPaymentResponse:
        wish, ids, _ = requests.payment_command(request, current_caller().subject)
        [payment] = await self._moved(context, wish, Move.RESEND, ids)
        return messages.ResendPaymentResponse(payment=payment)

    async def WithdrawPayment(
        self, request: messages.WithdrawPaymentRequest, context: Context
    ) -> messages.WithdrawPaymentResponse:
        wish, ids, reason = requests.payment_command(request, current_caller().subject)
        [payment] = await self._moved(context, wish, Move.WITHDRAW, ids, reason)
        return messages.WithdrawPaymentResponse(payment=payment)

    async def OpenDispute(self, request: messages.OpenDisputeRequest, context: Context) -> messages.OpenDisputeResponse:
        wish, subject, reason = requests.open_dispute_request(request, current_caller().subject)
        self._admit(wish.program)
        outcome = _told(context, await self.open_dispute(wish, subject, reason))
        dispute = await self.nettings.dispute(wish.program, outcome.outcome_id)
        return messages.OpenDisputeResponse(dispute=answers.dispute_message(dispute))

    async def CloseDispute(
        self, request: messages.CloseDisputeRequest, context: Context
    ) -> messages.CloseDisputeResponse:
        wish, dispute_id, resolution = requests.close_dispute_request(request, current_caller().subject)
        self._admit(wish.program)
        outcome = _told(context, await self.close_dispute(wish, dispute_id, resolution))
        dispute = await self.nettings.dispute(wish.program, outcome.outcome_id)
        return messages.CloseDisputeResponse(dispute=answers.dispute_message(dispute))

    async def ListDisputes(
        self, request: messages.ListDisputesRequest, context: Context
    ) -> messages.ListDisputesResponse:
        size = requests.page_size(request)
        self._admit(request.program_id)
        question = ("disputes", request.program_id, str(request.open_only))
        below = text_after(request.page_token, *question)
        found = await self.nettings.disputes(request.program_id, request.open_only, below, size + 1)
        return messages.ListDisputesResponse(
            disputes=map(answers.dispute_message, found[:size]),
            next_page_token=seal((found[size - 1].dispute_id,), *question) if len(found) > size else "",
        )

    async def GetInvoice(self, request: messages.GetInvoiceRequest, context: Context) -> messages.GetInvoiceResponse:
        program, number = requests.invoice_lookup(request)
        self._admit(program)
        document = await self.nettings.invoice(program, number)
        return messages.GetInvoiceResponse(invoice=answers.invoice_message(document))

    async def ListInvoices(
        self, request: messages.ListInvoicesRequest, context: Context
    ) -> messages.ListInvoicesResponse:
        size = requests.page_size(request)
        self._admit(request.program_id)
        question = ("invoices", request.program_id, request.netting_id, request.entity_id)
        after = text_after(request.page_token, *question)
        await self._netting_if_named(request.program_id, request.netting_id)
        found = await self.nettings.invoices(request.program_id, request.netting_id, request.entity_id, after, size + 1)
        return messages.ListInvoicesResponse(
            invoices=[answers.invoice_message(document) for _, document in found[:size]],
            next_page_token=seal((found[size - 1][0],), *question) if len(found) > size else "",
        )

    async def ExportPayments(
        self, request: messages.ExportPaymentsRequest, context: Context
    ) -> AsyncIterator[messages.ExportPaymentsResponse]:
        wish = requests.export_request(request)
        self._admit(wish.program)
        file = await self.export_payments(wish.program, wish.netting_id, wish.payment_ids, wish.day)
        if wish.file_format is requests.FileFormat.PAIN_001:
            require_accounts(file)
            content, media_type, ending = pain_001(file), "application/xml", "xml"
        else:
            content, media_type, ending = payments_csv(file), "text/csv; charset=utf-8", "csv"
        yield messages.ExportPaymentsResponse(
            data=content[:_PART_BYTES], media_type=media_type, file_name=f"payments-{file.message_id}.{ending}"
        )
        for start in range(_PART_BYTES, len(content), _PART_BYTES):
            yield messages.ExportPaymentsResponse(data=content[start : start + _PART_BYTES])

    def _admit(self, program: str) -> None:
        """Permission is asked before anything is told to exist; what is netted concerns every brand and place."""
        admit_whole(program)
        self.programs.brands_of(program)

    async def _netting_if_named(self, program: str, netting_id: str) -> None:
        if netting_id:
            await self.nettings.netting(program, netting_id)

    async def _payments_of(self, program: str, netting_id: str) -> list[netting_pb2.Payment]:
        found = await self.nettings.payments(program, netting_id, None, "", _ALL)
        return [answers.payment_message(each) for each in found]

    async def _moved(
        self, context: Context, wish: Wish, move: Move, ids: Sequence[str], reason: str = ""
    ) -> list[netting_pb2.Payment]:
        self._admit(wish.program)
        _told(context, await self.move_payments(wish, move, ids, reason))
        found = await self.nettings.payments_by_id(wish.program, set(ids))
        return [answers.payment_message(each) for each in found]


def _told(context: Context, outcome: CarriedOut) -> CarriedOut:
    """Says in the trailing metadata that nothing was done again."""
    if outcome.replayed:
        context.set_trailing_metadata((("replayed", "true"),))
    return outcome
