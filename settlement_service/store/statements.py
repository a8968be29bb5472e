"""The statements of this service, loaded once."""

from chassis.runtime.statements import Statements

SQL = Statements.load("settlement_service.store")
