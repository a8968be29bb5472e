"""The ledger's statements by name."""

from chassis.runtime.statements import Statements

SQL = Statements.load("ledger_service.store")
