"""What is made of what is open: the lanes of this process, and the parts that use cases are given."""

from dataclasses import dataclass

from chassis.runtime.application import Runtime
from chassis.runtime.settings import read_key
from chassis.runtime.telemetry import current_traceparent
from chassis.runtime.velocity.misses import Misses
from ledger_service.app.lanes import lanes_of
from ledger_service.app.opened import Opened
from ledger_service.app.pace import lookup_pace, spend_pace
from ledger_service.app.parts import Parts
from ledger_service.app.shown import shown_to_callers
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.lanes.process_lanes import ProcessLanes
from ledger_service.lanes.signal import AppendSignal
from ledger_service.peers.identity import IdentityMembers
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.proofs import IdentityProofs
from ledger_service.peers.rules import RulesPeer
from ledger_service.settings import Settings
from ledger_service.store.adjustments import PostgresAdjustments, PostgresTransfers
from ledger_service.store.alerts import PostgresAlerts
from ledger_service.store.auditor import PostgresAuditor
from ledger_service.store.close_facts import PostgresOpenBusiness
from ledger_service.store.corrections import PostgresCorrections
from ledger_service.store.document_totals import PostgresDocumentTotals
from ledger_service.store.facts import PostgresHistories
from ledger_service.store.history import PostgresHistory
from ledger_service.store.key_mark import ensure_key_mark
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
class Assembled:
    """The parts, the lanes that their commands end in, and the count of look-ups in vain."""

    parts: Parts
    lanes: ProcessLanes
    misses: Misses


async def assembled(settings: Settings, runtime: Runtime, at: Opened) -> Assembled:
    """Raises ValueError or WrongFingerprintKeyError for a key that will not do."""
    fingerprints = Fingerprints(read_key(settings.fingerprint_key_file))
    await ensure_key_mark(at.database, fingerprints.of_key())
    programs, outcomes, signal = ProgramDirectory(at.rules), PostgresOutcomes(at.database), AppendSignal()
    lanes = await lanes_of(settings, runtime, at.database, at.leases, outcomes, signal, at.neighbours, programs.ladders)
    misses = Misses(at.database, runtime.clock.now)
    members = IdentityMembers(at.identity, lookup_pace(settings, misses))
    pace = spend_pace(settings, at.valkey)
    admission = Admission(outcomes, programs, fingerprints, runtime.clock, current_traceparent, pace)
    reaching = ReachingLanes(lanes.router, members)
    return Assembled(
        _parts(at, admission, programs, members, reaching, outcomes, fingerprints, signal, runtime), lanes, misses
    )


def _parts(
    at: Opened,
    admission: Admission,
    programs: ProgramDirectory,
    members: IdentityMembers,
    reaching: ReachingLanes,
    outcomes: PostgresOutcomes,
    fingerprints: Fingerprints,
    signal: AppendSignal,
    runtime: Runtime,
) -> Parts:
    database, history, judges = at.database, at.history, RulesPeer(at.rules, programs)
    return Parts(
        admission=admission,
        programs=programs,
        members=members,
        rules=judges,
        lanes=reaching,
        outcomes=outcomes,
        reader=PostgresReader(database),
        log=PostgresLog(database, signal.wait),
        auditor=PostgresAuditor(database, history, programs.ladders),
        fingerprints=fingerprints,
        clock=runtime.clock,
        refused_orders=PostgresRefusedOrders(database),
        returns=PostgresReturns(database),
        spend_reader=PostgresSpendReader(database),
        history=PostgresHistory(database),
        adjustments=PostgresAdjustments(database),
        transfers=PostgresTransfers(database),
        corrections=PostgresCorrections(database),
        judging=Judging(judges, members, PostgresHistories(database)),
        standings=PostgresStandings(database),
        lanes_by_facts=FactLanes(reaching),
        limit_uses=PostgresLimitUses(database),
        cuts=PostgresPeriodCuts(database, history),
        open_business=PostgresOpenBusiness(history),
        document_totals=PostgresDocumentTotals(database, history),
        appended=signal.set,
        proofs=IdentityProofs(at.proving, PostgresAlerts(database, runtime.clock).proof_refused),
        shown=shown_to_callers(at.guarded),
    )
