"""What the ledger does on its own, wired."""

from chassis.runtime.application import Worker
from chassis.runtime.postgres import Database
from chassis.values.ids import BUCKETS, partition_of
from ledger_service.app.balance_imports import committing
from ledger_service.app.parts import Parts
from ledger_service.app.poolings import changing
from ledger_service.app.wiring import arrivals
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.store.balance_imports import PostgresBalanceImports
from ledger_service.store.due_wallets import PostgresDueWallets
from ledger_service.store.poolings import PostgresPoolings
from ledger_service.store.standing_reader import PostgresDueStandings
from ledger_service.use_cases.arrivals import CompleteTransfers
from ledger_service.use_cases.follow_standings import FollowStandings
from ledger_service.use_cases.sweep_wallets import SweepWallets
from ledger_service.use_cases.take_up_imports import TakeUpImports
from ledger_service.workers.chores import chore_workers
from ledger_service.workers.import_round import ImportRound
from ledger_service.workers.standing_round import StandingRound
from ledger_service.workers.sweeper import Sweeper


def chores(parts: Parts, database: Database, keeper: LaneKeeper) -> tuple[Worker, ...]:
    """A worker for each chore."""

    def own_buckets() -> list[int]:
        """The buckets whose lane takes commands here."""
        own = {lane.partition for lane in keeper.own}
        partitions = len(keeper.survey.lanes)
        return [bucket for bucket in range(BUCKETS) if own and partition_of(bucket, partitions) in own]

    sweep_wallets = SweepWallets(
        parts.admission,
        parts.programs,
        parts.members,
        PostgresDueWallets(database),
        parts.lanes,
        parts.clock,
        own_buckets,
    )
    complete_transfers = CompleteTransfers(parts.transfers, arrivals(parts))
    follow_standings = FollowStandings(
        parts.admission,
        parts.programs,
        parts.members,
        PostgresDueStandings(database),
        parts.lanes,
        parts.clock,
        own_buckets,
    )
    take_up_imports = TakeUpImports(
        PostgresBalanceImports(database),
        PostgresPoolings(database),
        committing(parts, database),
        changing(parts, database),
        parts.clock,
    )
    return chore_workers(
        {
            "sweep-wallets": Sweeper(sweep_wallets),
            "complete-transfers": complete_transfers,
            "take-up-imports": ImportRound(take_up_imports),
            "follow-standings": StandingRound(follow_standings),
        }
    )
