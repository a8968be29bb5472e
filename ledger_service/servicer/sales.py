"""Rpcs about sales."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2 as order_messages

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import caller_again, current_caller
from chassis.values.refusal import Refusal
from ledger_service.domain.refused_order import RefusedFilter
from ledger_service.servicer.common import (
    admit,
    admit_document,
    admit_locations,
    admit_order,
    admitted,
    annotate,
    seen_brands,
    tell_replayed,
)
from ledger_service.use_cases.activate_pending import ActivatePendingPoints
from ledger_service.use_cases.cancel_pending import CancelPendingPoints
from ledger_service.use_cases.claim_order import ClaimAnonymousOrder
from ledger_service.use_cases.correct_order_line import CorrectOrderLine
from ledger_service.use_cases.list_refused_orders import ListRefusedOrders
from ledger_service.use_cases.post_orders import PostOrders
from ledger_service.use_cases.preview_order import PreviewOrder
from ledger_service.use_cases.stream_orders import StreamOrders, Upload
from ledger_service.wire import (
    answers,
    explanations,
    people_answers,
    people_requests,
    requests,
    sale_answers,
    sale_requests,
    time_answers,
    time_requests,
)


@dataclass(frozen=True, slots=True)
class SaleCases:
    """The use cases behind these rpcs."""

    post_orders: PostOrders
    stream_orders: StreamOrders
    list_refused_orders: ListRefusedOrders
    claim_order: ClaimAnonymousOrder
    preview_order: PreviewOrder
    activate_pending: ActivatePendingPoints
    cancel_pending: CancelPendingPoints
    correct_order_line: CorrectOrderLine


class SaleRpcs:
    """Rpcs about sales."""

    sales: SaleCases

    async def PostOrder(self, request: messages.PostOrderRequest, context: Context) -> messages.PostOrderResponse:
        """Posts a sale."""
        asked = requests.order_request(request)
        annotate(request_id=asked.request_id, document_id=asked.document.ref.document_id)
        [outcome] = await self.sales.post_orders(current_caller().subject, [admit_order(asked)])
        if isinstance(outcome, Refusal):
            raise outcome
        tell_replayed(context, outcome)
        answer = answers.order_posted(outcome.answer)
        annotate(order_id=answer.order_id)
        return answer

    async def BatchPostOrders(
        self, request: messages.BatchPostOrdersRequest, _context: Context
    ) -> messages.BatchPostOrdersResponse:
        """Posts many sales."""
        asked = [admitted(order) for order in requests.order_requests(request)]
        taken = [order for order in asked if not isinstance(order, Refusal)]
        annotate(
            request_id=[order.request_id for order in taken],
            document_id=[order.document.ref.document_id for order in taken],
        )
        answer = answers.orders_posted(await self.sales.post_orders(current_caller().subject, asked))
        annotate(order_id=[result.posted.order_id for result in answer.results if result.HasField("posted")])
        return answer

    async def StreamOrders(
        self, stream: AsyncIterator[messages.StreamOrdersRequest], _context: Context
    ) -> AsyncIterator[messages.StreamOrdersResponse]:
        """A till's offline day."""
        uploads = self.sales.stream_orders(current_caller().subject, _uploads(stream))
        async with aclosing(uploads) as acknowledgements:
            async for acknowledgement in acknowledgements:
                yield sale_answers.acknowledged(acknowledgement)

    async def ListRefusedOrders(
        self, request: order_messages.ListRefusedOrdersRequest, _context: Context
    ) -> order_messages.ListRefusedOrdersResponse:
        """A page of refused uploads."""
        program, location, source, size = sale_requests.refused_request(request)
        # As for posting them, every brand of a sale must be covered.
        locations, brands = admit_locations(program, location), seen_brands(current_caller())
        wanted = RefusedFilter(program, locations, source, brands)
        place = sale_requests.refused_place(str(wanted), request.page_token)
        page = await self.sales.list_refused_orders(wanted, place, size)
        return sale_answers.refused_page(page, sale_requests.refused_token(str(wanted), page.next))

    async def ClaimOrder(
        self, request: order_messages.ClaimOrderRequest, context: Context
    ) -> order_messages.ClaimOrderResponse:
        """Credits an anonymous sale."""
        asked = sale_requests.claim_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, document_id=asked.sale.document_id)
        outcome = await self.sales.claim_order(caller.subject, asked, caller.may_use_brand)
        tell_replayed(context, outcome)
        answer = sale_answers.order_claimed(outcome.answer)
        annotate(order_id=answer.order_id)
        return answer

    async def CorrectOrderLine(
        self, request: order_messages.CorrectOrderLineRequest, context: Context
    ) -> order_messages.CorrectOrderLineResponse:
        """Corrects a line that was sold."""
        asked = people_requests.correct_line_request(request)
        caller = admit(asked.program, asked.location_id, asked.line.brand or None)
        annotate(request_id=asked.request_id, document_id=asked.order.document_id)
        outcome = await self.sales.correct_order_line(caller.subject, asked, caller.may_use_location)
        tell_replayed(context, outcome)
        answer = people_answers.line_corrected(outcome.answer)
        annotate(order_id=answer.order_id)
        return answer

    async def PreviewOrder(
        self, request: messages.PreviewOrderRequest, _context: Context
    ) -> messages.PreviewOrderResponse:
        """What a sale would earn."""
        program, member, document = requests.preview_request(request)
        caller = admit_document(program, document)
        preview = await self.sales.preview_order(program, member, document, caller.may_use_brand, request.explain)
        return explanations.preview_message(preview)

    async def ActivatePending(
        self, request: order_messages.ActivatePendingRequest, context: Context
    ) -> order_messages.ActivatePendingResponse:
        """Makes pending points spendable."""
        asked = time_requests.activate_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id)
        outcome = await self.sales.activate_pending(caller.subject, asked, caller.may_use_brand)
        tell_replayed(context, outcome)
        return time_answers.pending_activated(outcome.answer)

    async def CancelPending(
        self, request: order_messages.CancelPendingRequest, context: Context
    ) -> order_messages.CancelPendingResponse:
        """Takes pending points back."""
        asked = time_requests.cancel_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id)
        outcome = await self.sales.cancel_pending(caller.subject, asked, caller.may_use_brand)
        tell_replayed(context, outcome)
        return time_answers.pending_cancelled(outcome.answer)


async def _uploads(stream: AsyncIterator[messages.StreamOrdersRequest]) -> AsyncIterator[Upload]:
    """The messages of an upload, each as far as the token covers it; a token that has run out ends the stream."""
    reader = sale_requests.UploadReader()
    async for message in stream:
        caller_again()
        upload = reader.read(message)
        yield replace(upload, order=admitted(upload.order))
