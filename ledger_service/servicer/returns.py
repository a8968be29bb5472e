"""Rpcs about goods that come back."""

from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2, return_requests_pb2

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, current_caller
from ledger_service.domain.order import order_id_of
from ledger_service.servicer.common import admit, admit_document, annotate, tell_replayed
from ledger_service.use_cases.cancel_order import CancelOrders
from ledger_service.use_cases.cancel_return import CancelReturns
from ledger_service.use_cases.exchange_order import ExchangeOrders
from ledger_service.use_cases.get_return import GetReturn, seen_by
from ledger_service.use_cases.list_parked_returns import ListParkedReturns
from ledger_service.use_cases.open_return import OpenReturns
from ledger_service.use_cases.post_returns import PostReturns
from ledger_service.use_cases.resolve_parked_return import ResolveParkedReturns
from ledger_service.wire import return_answers, return_requests


@dataclass(frozen=True, slots=True)
class ReturnCases:
    """The use cases behind these rpcs."""

    post_returns: PostReturns
    open_return: OpenReturns
    cancel_return: CancelReturns
    get_return: GetReturn
    list_parked_returns: ListParkedReturns
    resolve_parked_return: ResolveParkedReturns
    cancel_order: CancelOrders
    exchange_order: ExchangeOrders


class ReturnRpcs:
    """Rpcs about goods that come back."""

    returns: ReturnCases

    async def PostReturn(self, request: messages.PostReturnRequest, context: Context) -> messages.PostReturnResponse:
        """Posts a return, or parks it."""
        asked = return_requests.return_request(request)
        caller = admit(asked.program, asked.document.location_id)
        annotate(request_id=asked.request_id, document_id=asked.document.ref.document_id)
        outcome = await self.returns.post_returns(caller.subject, asked)
        tell_replayed(context, outcome)
        answer = return_answers.return_posted(outcome.answer)
        annotate(return_id=answer.return_id)
        return answer

    async def OpenReturn(
        self, request: return_requests_pb2.OpenReturnRequest, context: Context
    ) -> return_requests_pb2.OpenReturnResponse:
        """Announces a return."""
        asked = return_requests.return_request(request)
        caller = admit(asked.program, asked.document.location_id)
        annotate(request_id=asked.request_id, document_id=asked.document.ref.document_id)
        outcome = await self.returns.open_return(caller.subject, asked)
        tell_replayed(context, outcome)
        answer = return_answers.return_opened(outcome.answer)
        annotate(return_id=answer.return_id)
        return answer

    async def CancelReturn(
        self, request: return_requests_pb2.CancelReturnRequest, context: Context
    ) -> return_requests_pb2.CancelReturnResponse:
        """Cancels an announced return."""
        asked = return_requests.cancel_return_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, return_id=asked.return_id)
        outcome = await self.returns.cancel_return(caller.subject, asked, caller.may_use_location)
        tell_replayed(context, outcome)
        return return_answers.return_cancelled(outcome.answer)

    async def GetReturn(
        self, request: return_requests_pb2.GetReturnRequest, _context: Context
    ) -> return_requests_pb2.GetReturnResponse:
        """A return as it stands now, as far as it concerns the caller."""
        program, return_id = return_requests.return_lookup(request)
        caller = admit(program)
        found = await self.returns.get_return(program, return_id, caller.sees_location_of_thing)
        return return_answers.found_return(seen_by(found, caller.may_use_brand))

    async def ListParkedReturns(
        self, request: return_requests_pb2.ListParkedReturnsRequest, _context: Context
    ) -> return_requests_pb2.ListParkedReturnsResponse:
        """A page of parked returns."""
        asked = return_requests.parked_returns_request(request)
        # Without a location they are everybody's: a token that covers only some has to name one.
        admit(asked.program, asked.location_id or ANY)
        question = f"{asked.program}:parked:{asked.before}:{asked.location_id}"
        after = return_requests.parked_key(question, request.page_token)
        page = await self.returns.list_parked_returns(asked, after)
        return return_answers.parked_page(page, return_requests.parked_token(question, page.next))

    async def ResolveParkedReturn(
        self, request: return_requests_pb2.ResolveParkedReturnRequest, context: Context
    ) -> return_requests_pb2.ResolveParkedReturnResponse:
        """Ends the waiting of a parked return."""
        asked = return_requests.resolve_return_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, return_id=asked.return_id)
        resolved = await self.returns.resolve_parked_return(caller.subject, asked, caller.may_use_location)
        tell_replayed(context, resolved.outcome)
        return return_answers.return_resolved(resolved)

    async def CancelOrder(
        self, request: return_requests_pb2.CancelOrderRequest, context: Context
    ) -> return_requests_pb2.CancelOrderResponse:
        """Takes a whole sale back."""
        asked = return_requests.cancel_order_request(request)
        caller = admit(asked.program, asked.location_id)
        order_id = order_id_of(asked.program, asked.sale)
        annotate(request_id=asked.request_id, document_id=asked.sale.document_id, order_id=order_id)
        outcome = await self.returns.cancel_order(caller.subject, asked)
        tell_replayed(context, outcome)
        return return_answers.order_cancelled(outcome.answer, order_id)

    async def ExchangeOrder(
        self, request: order_requests_pb2.ExchangeOrderRequest, context: Context
    ) -> order_requests_pb2.ExchangeOrderResponse:
        """Takes goods back and sells others."""
        asked = return_requests.exchange_request(request)
        admit(asked.program, asked.returned.location_id)
        admit_document(asked.program, asked.sold)
        annotate(request_id=asked.request_id, document_id=asked.sold.ref.document_id)
        outcome = await self.returns.exchange_order(current_caller().subject, asked)
        tell_replayed(context, outcome)
        answer = return_answers.order_exchanged(outcome.answer)
        annotate(order_id=answer.order_id, return_id=answer.return_id)
        return answer
