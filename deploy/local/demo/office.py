"""The office: headquarters and finance, who set programs up and read books. Its token sells nothing."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loyalty.ledger.v1 import close_pb2, integrity_pb2, limit_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import program_pb2
from loyalty.rules.v1 import rules_service_pb2 as rules
from loyalty.settlement.v1 import books_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2

from deploy.local.demo.patience import patiently
from deploy.local.demo.till import card
from deploy.local.demo.words import CURRENCY
from deploy.local.mesh import Mesh, program_files

_PAGE = 1_000

Cursor = Sequence[log_position_pb2.LogPosition]


@dataclass(frozen=True, slots=True)
class Office:
    """One caller in one program."""

    mesh: Mesh
    program: str

    async def apply(self, folder: Path) -> rules.ApplyProgramResponse:
        """Makes a program's files live. The request id follows the files' content: the same files change nothing."""
        files = list(program_files(folder))
        content = hashlib.sha256(b"".join(file.SerializeToString(deterministic=True) for file in files))
        return await self.mesh.rules.ApplyProgram(
            rules.ApplyProgramRequest(
                program_id=self.program, request_id=f"apply-{content.hexdigest()[:16]}", files=files
            )
        )

    async def configuration(self) -> program_pb2.Program:
        """The program as it is live."""
        answer = await self.mesh.rules.GetProgram(rules.GetProgramRequest(program_id=self.program))
        return answer.revision.program

    async def movements(self, number: str) -> AsyncIterator[movement_pb2.Movement]:
        """All movements of the member behind a card."""
        token = ""
        while True:
            page = await self.mesh.ledger.ListMovements(
                ledger.ListMovementsRequest(
                    program_id=self.program, member=card(number), page_size=_PAGE, page_token=token
                )
            )
            for movement in page.movements:
                yield movement
            if not (token := page.next_page_token):
                return

    async def journal(self) -> AsyncIterator[books_pb2.JournalEntry]:
        """All journal entries of the program."""
        token = ""
        while True:
            page = await self.mesh.settlement.ListJournalEntries(
                settlement.ListJournalEntriesRequest(program_id=self.program, page_size=_PAGE, page_token=token)
            )
            for entry in page.entries:
                yield entry
            if not (token := page.next_page_token):
                return

    async def positions(self, at_least: Cursor) -> books_pb2.Positions:
        """Who owes whom, once the books have reached the cursor."""
        request = settlement.GetPositionsRequest(program_id=self.program, at_least=at_least)
        answer = await patiently(lambda: self.mesh.settlement.GetPositions(request))
        found = [positions for positions in answer.positions if positions.currency_code == CURRENCY]
        return found[0] if found else books_pb2.Positions(currency_code=CURRENCY)

    async def brand_books(self, at_least: Cursor) -> Sequence[books_pb2.BrandBooks]:
        """Every brand's roll-forward, once the books have reached the cursor."""
        request = settlement.GetBrandBooksRequest(program_id=self.program, at_least=at_least)
        return (await patiently(lambda: self.mesh.settlement.GetBrandBooks(request))).brands

    async def ledger_totals(self) -> Sequence[integrity_pb2.BrandTotals]:
        """Every brand's points, summed by the ledger from its movements."""
        answer = await self.mesh.ledger.GetLedgerTotals(ledger.GetLedgerTotalsRequest(program_id=self.program))
        return answer.brands

    async def limits(self, limit_id: str) -> Sequence[limit_pb2.LimitUsage]:
        """How far a budget is used, by span."""
        request = limit_pb2.ListLimitsRequest(program_id=self.program, limit_id=limit_id)
        return (await self.mesh.ledger.ListLimits(request)).limits

    async def cut(self, period: str) -> None:
        """Ends a month of the books; what was cut before stays so."""
        request = close_pb2.CutPeriodRequest(program_id=self.program, period=period)
        await patiently(lambda: self.mesh.ledger.CutPeriod(request))

    async def integrity(self) -> Sequence[integrity_pb2.IntegrityCheck]:
        """The outcome of every checker of the ledger."""
        stream = self.mesh.ledger.VerifyIntegrity(ledger.VerifyIntegrityRequest(program_id=self.program))
        return [answer.check async for answer in stream]

    async def books_checks(self) -> Sequence[books_pb2.BooksCheck]:
        """The outcome of every checker of the books."""
        return (await self.mesh.settlement.VerifyBooks(settlement.VerifyBooksRequest(program_id=self.program))).checks

    async def reconcile(self, at_least: Cursor) -> settlement.ReconcileLedgerResponse:
        """The books compared with totals the ledger sums from its movements."""
        request = settlement.ReconcileLedgerRequest(program_id=self.program, at_least=at_least)
        return await patiently(lambda: self.mesh.settlement.ReconcileLedger(request))
