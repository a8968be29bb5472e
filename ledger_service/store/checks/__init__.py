"""The checkers of the invariants that SQL can tell, one statement each.

The first line of each file says the invariant and what is checked. Each returns one row: how many facts it checked,
how many are broken, and the first of those.
"""

from chassis.runtime.statements import Statements

CHECKS = Statements.load("ledger_service.store.checks")
