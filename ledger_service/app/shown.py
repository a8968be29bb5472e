"""What rpcs read for their callers: the store's readers over connections that row security binds to the call's scope.

What commands rest on is read by the serving role: their callers were authorized before, and what is decided must not
depend on who asks.
"""

from dataclasses import dataclass

from chassis.runtime.guarded import GuardedDatabase
from ledger_service.store.adjustments import PostgresAdjustments
from ledger_service.store.corrections import PostgresCorrections
from ledger_service.store.history import PostgresHistory
from ledger_service.store.limit_uses import PostgresLimitUses
from ledger_service.store.reader import PostgresReader
from ledger_service.store.refused_orders import PostgresRefusedOrders
from ledger_service.store.returns import PostgresReturns
from ledger_service.store.spend_reader import PostgresSpendReader
from ledger_service.store.standing_reader import PostgresStandings


@dataclass(frozen=True, slots=True)
class Shown:
    """The readers, as concrete classes."""

    reader: PostgresReader
    spend_reader: PostgresSpendReader
    returns: PostgresReturns
    history: PostgresHistory
    adjustments: PostgresAdjustments
    corrections: PostgresCorrections
    standings: PostgresStandings
    limit_uses: PostgresLimitUses
    refused_orders: PostgresRefusedOrders


def shown_to_callers(guarded: GuardedDatabase) -> Shown:
    """All of them over one pool."""
    return Shown(
        PostgresReader(guarded),
        PostgresSpendReader(guarded),
        PostgresReturns(guarded),
        PostgresHistory(guarded),
        PostgresAdjustments(guarded),
        PostgresCorrections(guarded),
        PostgresStandings(guarded),
        PostgresLimitUses(guarded),
        PostgresRefusedOrders(guarded),
    )
