"""Rpcs that read wallets, sales and movements."""

from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import read_requests_pb2 as reading

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.statement import seen_by
from ledger_service.servicer.common import admit
from ledger_service.use_cases.batch_get_wallets import BatchGetWallets
from ledger_service.use_cases.explain_accrual import ExplainAccrual
from ledger_service.use_cases.get_member_statement import GetMemberStatement
from ledger_service.use_cases.get_order import GetOrder
from ledger_service.use_cases.get_order import seen_by as seen_in_order
from ledger_service.use_cases.get_wallet import GetWallet
from ledger_service.use_cases.get_wallet_at import GetWalletAt
from ledger_service.use_cases.list_movements import ListMovements
from ledger_service.wire import answers, events, pages, read_answers, read_requests, requests, standing, values

_BY_PLACE = frozenset({"POS", "OPERATOR", "REGIONAL_ADMIN"})
"""Roles that a sale concerns by where it was made, whichever brands were sold."""


@dataclass(frozen=True, slots=True)
class ReadCases:
    """The use cases behind these rpcs."""

    get_wallet: GetWallet
    batch_get_wallets: BatchGetWallets
    get_wallet_at: GetWalletAt
    get_order: GetOrder
    list_movements: ListMovements
    explain_accrual: ExplainAccrual
    get_member_statement: GetMemberStatement


class ReadRpcs:
    """Rpcs that read wallets, sales and movements. Balances are the member's; what was done at a brand is told to
    those whom the brand concerns."""

    reads: ReadCases

    async def GetWallet(self, request: messages.GetWalletRequest, _context: Context) -> messages.GetWalletResponse:
        """A balance."""
        program, member = requests.member_request(request.program_id, request.member)
        caller = admit(program)
        found = await self.reads.get_wallet(program, member, caller.may_use_brand)
        wallet = values.wallet_message(found.wallet)
        wallet.standings.extend(standing.standing_messages(found.standings))
        return messages.GetWalletResponse(wallet=wallet)

    async def BatchGetWallets(
        self, request: reading.BatchGetWalletsRequest, _context: Context
    ) -> reading.BatchGetWalletsResponse:
        """Many balances."""
        program, members = read_requests.members_request(request)
        admit(program)
        return read_answers.wallets_message(await self.reads.batch_get_wallets(program, members))

    async def GetWalletAt(self, request: reading.GetWalletAtRequest, _context: Context) -> reading.GetWalletAtResponse:
        """A balance as it was."""
        program, member, time = read_requests.wallet_at_request(request)
        admit(program)
        view = await self.reads.get_wallet_at(program, member, time)
        return reading.GetWalletAtResponse(wallet=values.wallet_message(view))

    async def GetOrder(self, request: messages.GetOrderRequest, _context: Context) -> messages.GetOrderResponse:
        """A posted sale, as far as it concerns the caller."""
        program, ref = requests.order_lookup(request.program_id, request.order)
        caller = admit(program)
        view = await self.reads.get_order(program, ref, lambda sale: _concerns(caller, sale))
        return messages.GetOrderResponse(order=answers.order_view_message(seen_in_order(view, caller.may_use_brand)))

    async def ListMovements(
        self, request: messages.ListMovementsRequest, _context: Context
    ) -> messages.ListMovementsResponse:
        """A page of movements."""
        question = read_requests.movements_question(request)
        caller = admit(question.program)
        for brand in question.wanted.brands:
            caller.require_brand(brand)
        if ANY not in caller.brands and not question.wanted.brands:
            question = question.of_brands(caller.brands)
        after = pages.page_key(question.text, request.page_token)
        page = await self.reads.list_movements(question.program, question.member, after, question.size, question.wanted)
        return messages.ListMovementsResponse(
            movements=[events.movement_message(view.movement, view.accrual) for view in page.movements],
            next_page_token=pages.page_token(question.text, page.next),
        )

    async def ExplainAccrual(
        self, request: reading.ExplainAccrualRequest, _context: Context
    ) -> reading.ExplainAccrualResponse:
        """Why an accrual is what it is."""
        question = read_requests.accrual_question(request)
        caller = admit(question.program)
        after = pages.page_key(question.text, request.page_token)
        explanation = await self.reads.explain_accrual(
            question.program, question.member, question.accrual_id, after, question.size, caller.may_use_brand
        )
        return read_answers.explanation_message(explanation, pages.page_token(question.text, explanation.next))

    async def GetMemberStatement(
        self, request: reading.GetMemberStatementRequest, _context: Context
    ) -> reading.GetMemberStatementResponse:
        """A member's statement, as far as it concerns the caller."""
        program, member, start, end = read_requests.statement_request(request)
        caller = admit(program)
        statement = await self.reads.get_member_statement(program, member, start, end)
        seen = statement if ANY in caller.brands else seen_by(statement, caller.brands)
        return read_answers.statement_message(seen)


def _concerns(caller: Caller, sale: OrderDocument) -> bool:
    """True if a sale is to be told at all: it was made at a place of the caller's, a brand of the caller's is on it, or
    none is. Of others the total, the place and the member would tell another brand's business."""
    if not caller.sees_location_of_thing(sale.location_id):
        return False
    at_home = not _BY_PLACE.isdisjoint(caller.roles) and caller.may_use_location(sale.location_id)
    return at_home or not sale.brands or any(map(caller.may_use_brand, sale.brands))
