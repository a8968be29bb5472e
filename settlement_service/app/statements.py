"""Wires StatementService: statements, the journal as a file, explanations, roll-ups."""

from loyalty.settlement.v1 import statement_service_pb2
from loyalty.settlement.v1.statement_service_pb2_grpc import add_StatementServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from settlement_service.app.parts import Parts, contract_of
from settlement_service.servicer.statements import StatementServicer
from settlement_service.store.figure_reading import FigureReadingStore
from settlement_service.store.journal_reading import JournalReadingStore
from settlement_service.store.period_names import PeriodNamesStore
from settlement_service.store.place_reading import RollUpStore
from settlement_service.store.statement_reading import StatementReadingStore
from settlement_service.use_cases.explain_figure import ExplainFigure
from settlement_service.use_cases.export_journal import ExportJournal
from settlement_service.use_cases.get_roll_up import GetRollUp
from settlement_service.use_cases.get_statement import GetStatement

_CONTRACT = contract_of(statement_service_pb2.DESCRIPTOR.services_by_name["StatementService"])


def statement_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    programs, database = parts.programs, parts.shown
    periods, statements = PeriodNamesStore(database), StatementReadingStore(database)
    servicer = StatementServicer(
        get_statement=GetStatement(programs, periods, statements),
        export_journal=ExportJournal(programs, periods, statements, JournalReadingStore(database)),
        explain_figure=ExplainFigure(programs, periods, FigureReadingStore(database)),
        get_roll_up=GetRollUp(programs, periods, RollUpStore(database)),
    )
    return RegisteredService(_CONTRACT, add_StatementServiceServicer_to_server, servicer)
