"""Who owns which lane, and moving them: any process may be asked, the owner does it."""

from ledger_service.domain import refusals
from ledger_service.use_cases.lane_ports import LaneMoves, LaneView, Neighbours, OwnLanes, Survey


class ListLanes:
    """Lanes and processes."""

    def __init__(self, lanes: OwnLanes) -> None:
        self._lanes = lanes

    async def __call__(self) -> Survey:
        """As the database has it now."""
        await self._lanes.look_again()
        return self._lanes.survey


class MoveLane:
    """Hands a lane to another process."""

    def __init__(self, name: str, lanes: OwnLanes, moves: LaneMoves, neighbours: Neighbours) -> None:
        self._name = name
        self._lanes = lanes
        self._moves = moves
        self._neighbours = neighbours

    async def __call__(self, partition: int, to: str, passed_on: bool) -> LaneView:
        """The lane as it is afterwards. Passed on to its owner once."""
        await self._lanes.look_again()
        lane = self._lanes.survey.lanes[partition]
        if lane.owner is None:
            raise refusals.lane_unowned(partition)
        if lane.owner.name == to:
            return lane
        if lane.owner.name == self._name:
            return await self._moves.move(partition, to)
        if passed_on:
            raise refusals.lane_unowned(partition)
        return await self._neighbours.move_lane(lane.owner, partition, to)


class YieldLane:
    """Hands a lane to a newcomer."""

    def __init__(self, moves: LaneMoves) -> None:
        self._moves = moves

    async def __call__(self, asker: str, held: int) -> int | None:
        """Which; None if none is to spare."""
        return await self._moves.yield_one(asker, held)
