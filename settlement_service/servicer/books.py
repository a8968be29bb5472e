"""loyalty.settlement.v1.SettlementService: positions, brands' books, the journal, checks."""

from dataclasses import dataclass

from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1 import settlement_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from settlement_service.servicer.common import admit_entity, admit_whole, may_see, require_brand_if_named, time_left
from settlement_service.use_cases.get_brand_books import GetBrandBooks
from settlement_service.use_cases.get_entity_books import GetEntityBooks
from settlement_service.use_cases.get_positions import GetPositions
from settlement_service.use_cases.list_journal_entries import ListJournalEntries
from settlement_service.use_cases.reconcile_ledger import ReconcileLedger
from settlement_service.use_cases.verify_books import VerifyBooks
from settlement_service.wire import answers, books, requests
from settlement_service.wire.positions import vector_message


@dataclass(frozen=True, slots=True)
class SettlementServicer(stubs.SettlementServiceServicer):
    """loyalty.settlement.v1.SettlementService."""

    get_positions: GetPositions
    get_brand_books: GetBrandBooks
    get_entity_books: GetEntityBooks
    list_journal_entries: ListJournalEntries
    reconcile_ledger: ReconcileLedger
    verify_books: VerifyBooks

    async def GetPositions(
        self, request: messages.GetPositionsRequest, context: Context
    ) -> messages.GetPositionsResponse:
        question = requests.question_of(request)
        admit_whole(question.program)
        up_to, positions = await self.get_positions(question.program, question.at_least, time_left)
        return messages.GetPositionsResponse(
            positions=[answers.positions_message(each) for each in positions], up_to=vector_message(up_to)
        )

    async def GetBrandBooks(
        self, request: messages.GetBrandBooksRequest, context: Context
    ) -> messages.GetBrandBooksResponse:
        question = books.brand_question_of(request)
        current_caller().require_program(question.program)
        require_brand_if_named(question.of)
        up_to, brands = await self.get_brand_books(
            question.program, question.of, may_see, question.asked, question.beginning, question.at_least, time_left
        )
        return messages.GetBrandBooksResponse(
            brands=[books.brand_books_message(each) for each in brands], up_to=vector_message(up_to)
        )

    async def GetEntityBooks(
        self, request: messages.GetEntityBooksRequest, context: Context
    ) -> messages.GetEntityBooksResponse:
        question = books.entity_question_of(request)
        admit_entity(question.program, question.of)
        up_to, found = await self.get_entity_books(
            question.program, question.of, question.asked, question.beginning, question.at_least, time_left
        )
        return messages.GetEntityBooksResponse(books=books.entity_books_message(found), up_to=vector_message(up_to))

    async def GetTrialBalance(
        self, request: messages.GetTrialBalanceRequest, context: Context
    ) -> messages.GetTrialBalanceResponse:
        question = books.trial_question_of(request)
        admit_whole(question.program)
        up_to, balances = await self.get_entity_books.trial_balance(
            question.program, question.of, question.asked, question.at_least, time_left
        )
        return messages.GetTrialBalanceResponse(
            balances=[books.trial_balance_message(each) for each in balances], up_to=vector_message(up_to)
        )

    async def ListJournalEntries(
        self, request: messages.ListJournalEntriesRequest, context: Context
    ) -> messages.ListJournalEntriesResponse:
        page = requests.page_of(request)
        admit_whole(page.program)
        entries, more = await self.list_journal_entries(page.program, page.entity, page.after, page.size)
        return messages.ListJournalEntriesResponse(
            entries=[answers.entry_message(entry) for entry in entries],
            next_page_token=page.token(entries[-1].number) if more else "",
        )

    async def ReconcileLedger(
        self, request: messages.ReconcileLedgerRequest, context: Context
    ) -> messages.ReconcileLedgerResponse:
        question = requests.question_of(request)
        admit_whole(question.program)
        outcome = await self.reconcile_ledger(question.program, question.at_least, time_left)
        return messages.ReconcileLedgerResponse(
            up_to=vector_message(outcome.up_to),
            compared=outcome.compared,
            differences=answers.difference_messages(outcome.differences),
        )

    async def VerifyBooks(self, request: messages.VerifyBooksRequest, context: Context) -> messages.VerifyBooksResponse:
        program = requests.program_of(request)
        admit_whole(program)
        checks = await self.verify_books(program)
        return messages.VerifyBooksResponse(checks=[answers.check_message(check) for check in checks])
