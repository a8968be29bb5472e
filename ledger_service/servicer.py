"""The rpcs: wire → use case → wire. Permission is asked before anything is looked up."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import ledger_service_pb2_grpc as stubs
from opentelemetry import trace

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller, current_caller
from chassis.values.refusal import Refusal
from ledger_service.domain.order import OrderDocument
from ledger_service.use_cases.audit import GetLedgerTotals, VerifyIntegrity
from ledger_service.use_cases.get_order import GetOrder
from ledger_service.use_cases.get_wallet import GetWallet
from ledger_service.use_cases.list_movements import ListMovements
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.post_orders import PostOrders
from ledger_service.use_cases.post_returns import PostReturns
from ledger_service.use_cases.preview_order import PreviewOrder
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.redeem_points import RedeemPointsAtBrand
from ledger_service.use_cases.requests import OrderRequest
from ledger_service.use_cases.stream_events import StreamEvents
from ledger_service.wire import answers, events, pages, requests, values


@dataclass(frozen=True, slots=True)
class LedgerServicer(stubs.LedgerServiceServicer):
    """loyalty.ledger.v1.LedgerService."""

    post_orders: PostOrders
    preview_order: PreviewOrder
    post_returns: PostReturns
    quote_redemption: QuoteRedemption
    redeem_points: RedeemPointsAtBrand
    get_wallet: GetWallet
    get_order: GetOrder
    list_movements: ListMovements
    stream_events: StreamEvents
    verify_integrity: VerifyIntegrity
    get_ledger_totals: GetLedgerTotals

    async def PostOrder(self, request: messages.PostOrderRequest, context: Context) -> messages.PostOrderResponse:
        """Posts a sale."""
        asked = requests.order_request(request)
        _annotate(request_id=asked.request_id, document_id=asked.document.ref.document_id)
        [outcome] = await self.post_orders(current_caller().subject, [_admit_order(asked)])
        if isinstance(outcome, Refusal):
            raise outcome
        _tell_replayed(context, outcome)
        answer = answers.order_posted(outcome.answer)
        _annotate(order_id=answer.order_id)
        return answer

    async def BatchPostOrders(
        self, request: messages.BatchPostOrdersRequest, _context: Context
    ) -> messages.BatchPostOrdersResponse:
        """Posts many sales."""
        asked = [_admitted(order) for order in requests.order_requests(request)]
        admitted = [order for order in asked if not isinstance(order, Refusal)]
        _annotate(
            request_id=[order.request_id for order in admitted],
            document_id=[order.document.ref.document_id for order in admitted],
        )
        answer = answers.orders_posted(await self.post_orders(current_caller().subject, asked))
        _annotate(order_id=[result.posted.order_id for result in answer.results if result.HasField("posted")])
        return answer

    async def PreviewOrder(
        self, request: messages.PreviewOrderRequest, _context: Context
    ) -> messages.PreviewOrderResponse:
        """What a sale would earn."""
        program, member, document = requests.preview_request(request)
        _admit_document(program, document)
        return answers.preview_message(await self.preview_order(program, member, document))

    async def PostReturn(self, request: messages.PostReturnRequest, context: Context) -> messages.PostReturnResponse:
        """Posts a return."""
        asked = requests.return_request(request)
        caller = _admit(asked.program, asked.document.location_id)
        _annotate(request_id=asked.request_id, document_id=asked.document.ref.document_id)
        outcome = await self.post_returns(caller.subject, asked)
        _tell_replayed(context, outcome)
        answer = answers.return_posted(outcome.answer)
        _annotate(return_id=answer.return_id)
        return answer

    async def QuoteRedemption(
        self, request: messages.QuoteRedemptionRequest, _context: Context
    ) -> messages.QuoteRedemptionResponse:
        """What points are worth."""
        asked = requests.quote_request(request)
        _admit(asked.program, asked.location_id, asked.brand)
        return messages.QuoteRedemptionResponse(quote=answers.quote_message(await self.quote_redemption(asked)))

    async def RedeemPoints(
        self, request: messages.RedeemPointsRequest, context: Context
    ) -> messages.RedeemPointsResponse:
        """Spends points."""
        asked = requests.redeem_request(request)
        caller = _admit(asked.program, asked.location_id, asked.brand)
        _annotate(request_id=asked.request_id)
        outcome = await self.redeem_points(caller.subject, asked)
        _tell_replayed(context, outcome)
        answer = answers.points_redeemed(outcome.answer)
        _annotate(redemption_id=answer.redemption.redemption_id)
        return answer

    async def GetWallet(self, request: messages.GetWalletRequest, _context: Context) -> messages.GetWalletResponse:
        """A balance."""
        program, member = requests.member_request(request.program_id, request.member)
        _admit(program)
        return messages.GetWalletResponse(wallet=values.wallet_message(await self.get_wallet(program, member)))

    async def GetOrder(self, request: messages.GetOrderRequest, _context: Context) -> messages.GetOrderResponse:
        """A posted sale."""
        program, ref = requests.order_lookup(request.program_id, request.order)
        _admit(program)
        return messages.GetOrderResponse(order=answers.order_view_message(await self.get_order(program, ref)))

    async def ListMovements(
        self, request: messages.ListMovementsRequest, _context: Context
    ) -> messages.ListMovementsResponse:
        """A page of movements."""
        program, member, size = requests.page_request(request)
        _admit(program)
        question = f"{program}:{member}"
        page = await self.list_movements(program, member, pages.page_key(question, request.page_token), size)
        return messages.ListMovementsResponse(
            movements=[events.movement_message(view.movement, view.accrual) for view in page.movements],
            next_page_token=pages.page_token(question, page.next),
        )

    async def StreamEvents(
        self, request: messages.StreamEventsRequest, _context: Context
    ) -> AsyncIterator[messages.StreamEventsResponse]:
        """The log, and what is appended to it."""
        programs = _followed(requests.optional_program(request.program_id))
        after = requests.cursor_of("after", request.after)
        async for item in self.stream_events(programs, after, request.stop_at_head):
            yield events.stream_message(item)

    async def VerifyIntegrity(
        self, request: messages.VerifyIntegrityRequest, _context: Context
    ) -> AsyncIterator[messages.VerifyIntegrityResponse]:
        """The outcomes of the checkers."""
        program = requests.program_of(request.program_id)
        _admit(program)
        async for check in self.verify_integrity(program):
            yield events.check_message(check)

    async def GetLedgerTotals(
        self, request: messages.GetLedgerTotalsRequest, _context: Context
    ) -> messages.GetLedgerTotalsResponse:
        """Totals up to a cursor."""
        program = requests.program_of(request.program_id)
        _admit(program)
        up_to = requests.positions_of("up_to", request.up_to)
        return events.totals_message(await self.get_ledger_totals(program, up_to))


def _admit(program: str, location: str | None = None, brand: str | None = None) -> Caller:
    """The caller, if its token covers the program, place and brand."""
    caller = current_caller()
    caller.require_program(program)
    if location is not None:
        caller.require_location(location)
    if brand is not None:
        caller.require_brand(brand)
    return caller


def _admit_order(asked: OrderRequest) -> OrderRequest:
    _admit_document(asked.program, asked.document)
    return asked


def _admit_document(program: str, document: OrderDocument) -> None:
    """A sale credits points of every brand on it, so the token must cover each."""
    caller = _admit(program, document.location_id)
    for brand in sorted(document.brands):
        caller.require_brand(brand)


def _followed(program: str) -> Sequence[str] | None:
    """The program, or all that the token covers if none is named; None is every program."""
    if program:
        _admit(program)
        return [program]
    programs = current_caller().programs
    return None if ANY in programs else sorted(programs)


def _admitted(asked: OrderRequest | Refusal) -> OrderRequest | Refusal:
    try:
        return asked if isinstance(asked, Refusal) else _admit_order(asked)
    except Refusal as refusal:
        return refusal


def _tell_replayed(context: Context, outcome: Outcome) -> None:
    if outcome.replayed:
        context.set_trailing_metadata((("replayed", "true"),))


def _annotate(**ids: str | Sequence[str]) -> None:
    """Ids on the rpc's span, so that a trace is found by what it was about. Never a member's identifier."""
    span = trace.get_current_span()
    for name, value in ids.items():
        span.set_attribute(f"loyalty.{name}", value)
