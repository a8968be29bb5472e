"""What the ledger is made of, opened once and handed to the use cases."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.runtime.clock import Clock
from ledger_service.app.shown import Shown
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.peers.identity import IdentityMembers
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.proofs import IdentityProofs
from ledger_service.peers.rules import RulesPeer
from ledger_service.store.adjustments import PostgresAdjustments, PostgresTransfers
from ledger_service.store.auditor import PostgresAuditor
from ledger_service.store.close_facts import PostgresOpenBusiness
from ledger_service.store.corrections import PostgresCorrections
from ledger_service.store.document_totals import PostgresDocumentTotals
from ledger_service.store.history import PostgresHistory
from ledger_service.store.limit_uses import PostgresLimitUses
from ledger_service.store.log import PostgresLog
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.periods import PostgresPeriodCuts
from ledger_service.store.reader import PostgresReader
from ledger_service.store.refused_orders import PostgresRefusedOrders
from ledger_service.store.returns import PostgresReturns
from ledger_service.store.spend_reader import PostgresSpendReader
from ledger_service.store.standing_reader import PostgresStandings
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.reaching_lanes import ReachingLanes
from ledger_service.use_cases.stale_facts import FactLanes


@dataclass(frozen=True, slots=True)
class Parts:
    """Opened parts, as concrete classes. `lanes_by_facts` are the same lanes, for what rests on facts of members."""

    admission: Admission
    programs: ProgramDirectory
    members: IdentityMembers
    rules: RulesPeer
    lanes: ReachingLanes
    outcomes: PostgresOutcomes
    reader: PostgresReader
    log: PostgresLog
    auditor: PostgresAuditor
    fingerprints: Fingerprints
    clock: Clock
    refused_orders: PostgresRefusedOrders
    returns: PostgresReturns
    spend_reader: PostgresSpendReader
    history: PostgresHistory
    adjustments: PostgresAdjustments
    transfers: PostgresTransfers
    corrections: PostgresCorrections
    judging: Judging
    standings: PostgresStandings
    lanes_by_facts: FactLanes
    limit_uses: PostgresLimitUses
    cuts: PostgresPeriodCuts
    open_business: PostgresOpenBusiness
    document_totals: PostgresDocumentTotals
    appended: Callable[[], None]
    shown: Shown
    """What is read to be shown to a caller, row by row within what it may see."""
    proofs: IdentityProofs
