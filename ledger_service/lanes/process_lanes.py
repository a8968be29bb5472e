"""The lanes of one process, put together: a lane for each partition, their keeper, their moves, the ways to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.moves import Moves
from ledger_service.lanes.router import LaneRouter
from ledger_service.use_cases.lane_ports import LaneOwnership, LedgerProcess, Neighbours


@dataclass(frozen=True, slots=True)
class ProcessLanes:
    """What a process has of lanes."""

    lanes: Mapping[int, Lane]
    keeper: LaneKeeper
    moves: Moves
    router: LaneRouter

    @classmethod
    def of(
        cls,
        process: LedgerProcess,
        partitions: int,
        lane: Callable[[int], Lane],
        ownership: LaneOwnership,
        neighbours: Neighbours,
    ) -> "ProcessLanes":
        """A lane for each partition, made by `lane`; none is owned yet."""
        lanes = {partition: lane(partition) for partition in range(partitions)}
        keeper = LaneKeeper(lanes, ownership, process.name, process.address)
        return cls(lanes, keeper, Moves(keeper, neighbours), LaneRouter(keeper, neighbours, lanes))
