"""Drawing of budgets for one batch of a lane, under locks (docs/adr/0039).

Most batches find enough in the lane's own allotments, and lock no more than those. The others lock the budget and draw
from what nobody was allotted or, if that is not enough, recall what the other lanes have not used.

What is allotted changes only under the lock of the budget's row, what a lane has used only by that lane. Locks:
budgets, then allotments, each sorted.
"""

from collections.abc import Iterable, Mapping

from chassis.runtime.postgres import Connection, Row
from ledger_service.domain.budget import Allotment, Budget
from ledger_service.domain.limit_wants import Want
from ledger_service.domain.limits import ALL_OF_IT, NO_USE, BudgetKey, BudgetShare, Most, Use
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.commit_ports import HeadMoved

Budgets = dict[BudgetKey, Budget]


class LaneDoubts:
    """What the batches of a process remember of budgets: how many lanes there are (fixed at installation), and which
    of them another lane took something from between a look and a lock: their next batch locks the budgets first."""

    def __init__(self) -> None:
        self._partitions = 0
        self._doubted: set[int] = set()

    async def partitions(self, connection: Connection) -> int:
        """The number of lanes."""
        if not self._partitions:
            self._partitions = await connection.fetchval(SQL.read_partitions)
        return self._partitions

    def doubt(self, partition: int) -> None:
        """Notes that a lane's allotments were not what they seemed."""
        self._doubted.add(partition)

    def settle(self, partition: int) -> bool:
        """True once after a doubt."""
        doubted = partition in self._doubted
        self._doubted.discard(partition)
        return doubted


class Drawing:
    """One batch's budgets: looked at without locks, then locked as far as they are needed."""

    def __init__(
        self,
        connection: Connection,
        doubts: LaneDoubts,
        partition: int,
        lanes: int,
        wants: Mapping[BudgetKey, Want],
    ) -> None:
        self._connection = connection
        self._doubts = doubts
        self._partition = partition
        self._lanes = lanes
        self._wants = dict(sorted(wants.items()))
        self._doubted = doubts.settle(partition)

    async def shares(self) -> dict[BudgetKey, BudgetShare]:
        """What the lane may use of each budget that the batch needs something of. HeadMoved if another lane recalled
        what seemed enough."""
        budgets = await self._read(self._wants)
        locked = [key for key, budget in budgets.items() if self._needs_lock(key, budget)]
        if locked:
            await self._lock_budgets(locked, budgets)
            budgets |= await self._read(locked)
        spent = {key for key, budget in budgets.items() if self._is_spent(key, budget)}
        drawing = [key for key in locked if key not in spent]
        short = {key for key in drawing if not self._in_reach(key, budgets[key])}
        await self._lock_allotments(budgets, spent, short)
        if any(self._lacks(key, budgets[key]) for key in self._needed() if key not in spent and key not in locked):
            raise self._doubt()
        await self._allot(drawing, short, budgets)
        return {key: self._share(key, budgets[key], key in locked) for key in self._needed()}

    def _doubt(self) -> HeadMoved:
        """The batch has to be tried again, as one that locks the budgets first."""
        self._doubts.doubt(self._partition)
        return HeadMoved()

    def _needed(self) -> list[BudgetKey]:
        return [key for key, want in self._wants.items() if want.need != NO_USE]

    # --- deciding

    def _most(self, key: BudgetKey, budget: Budget) -> Most:
        """What a budget allows by now."""
        want = self._wants[key]
        return want.most.over(want.at_first if budget.allotted is None else budget.allotted)

    def _drawn(self, key: BudgetKey, budget: Budget) -> Most:
        """What there may be of the figures of which the batch may draw: those that any award needs and of which
        something is left."""
        most = self._most(key, budget).only(self._wants[key].some)
        return Most(*(None if spent else part for part, spent in zip(most, most.reached(budget.used), strict=True)))

    def _needs_lock(self, key: BudgetKey, budget: Budget) -> bool:
        """True if the budget has to be locked: to draw, to take in a new limit, or to tell that it is used up."""
        if self._wants[key].need == NO_USE:
            return False
        most = self._most(key, budget)
        if budget.allotted != most:
            return True
        # An award tells only of the figures that are stated for it.
        if budget.told < ALL_OF_IT and any(most.only(self._wants[key].some).reached(budget.used)):
            return True
        if self._is_spent(key, budget):
            return False
        return self._doubted or not budget.pot(self._drawn(key, budget)).holds(NO_USE) or self._lacks(key, budget)

    def _is_spent(self, key: BudgetKey, budget: Budget) -> bool:
        """True if nothing is left of it for any award of the batch, so that nothing is drawn. What comes back
        meanwhile is for later."""
        want = self._wants[key]
        return want.need != NO_USE and any(self._most(key, budget).only(want.every).reached(budget.used))

    def _lacks(self, key: BudgetKey, budget: Budget) -> bool:
        return budget.lacks(self._partition, self._wants[key].need, self._drawn(key, budget)) != NO_USE

    def _in_reach(self, key: BudgetKey, budget: Budget) -> bool:
        """True if the pot holds what the lane lacks."""
        most = self._drawn(key, budget)
        return budget.pot(most).holds(budget.lacks(self._partition, self._wants[key].need, most))

    def _share(self, key: BudgetKey, budget: Budget, judged: bool) -> BudgetShare:
        return budget.share(self._partition, self._most(key, budget), judged)

    # --- rows

    async def _read(self, keys: Iterable[BudgetKey]) -> Budgets:
        found = {key: Budget() for key in keys}
        for row in await self._connection.fetch(SQL.read_budgets, *rows.columns(found, 3)):
            budget = found[_key(row)]
            if row["known"]:
                budget.allotted, budget.told = Most(row["limit_points"], row["limit_minor_units"]), row["told"]
            if row["partition"] is not None:
                budget.lanes[row["partition"]] = _allotment(row)
        return found

    async def _lock_budgets(self, keys: Iterable[BudgetKey], budgets: Budgets) -> None:
        values: list[rows.Values] = []
        for key in keys:
            most = self._most(key, budgets[key])
            passed = min(ALL_OF_IT, most.basis_points(budgets[key].used))
            values.append((*key, *most, self._wants[key].currency, passed))
        await self._connection.execute(SQL.lock_budgets, *rows.columns(values, 7))

    async def _lock_allotments(self, budgets: Budgets, spent: set[BudgetKey], short: set[BudgetKey]) -> None:
        """Locks the lane's own allotments, all of those budgets that are `short`, and takes in what they are by now. Of
        what is spent nothing is locked, unless something of it is counted all the same."""
        mine = [key for key, want in self._wants.items() if key not in spent or want.certain]
        values = ((*key, None if key in short else self._partition) for key in mine)
        for row in await self._connection.fetch(SQL.lock_allotments, *rows.columns(values, 4)):
            budgets[_key(row)].lanes[row["partition"]] = _allotment(row)

    async def _allot(self, drawing: Iterable[BudgetKey], short: set[BudgetKey], budgets: Budgets) -> None:
        """Draws or recalls, and writes what was allotted anew."""
        values: list[rows.Values] = []
        for key in drawing:
            budget = budgets[key]
            before = dict(budget.lanes)
            need, most = self._wants[key].need, self._drawn(key, budget)
            if key in short:
                budget.recall(self._partition, need, most, self._lanes)
            elif not budget.draw(self._partition, need, most, self._lanes):
                raise self._doubt()
            values += (
                (*key, partition, *lane.allotted)
                for partition, lane in sorted(budget.lanes.items())
                if lane.allotted != before.get(partition, Allotment()).allotted
            )
        if values:
            await self._connection.execute(SQL.allot, *rows.columns(values, 6))


def _key(row: Row) -> BudgetKey:
    return BudgetKey(row["program"], row["limit_id"], row["window_key"])


def _allotment(row: Row) -> Allotment:
    return Allotment(
        Use(row["allotted_points"], row["allotted_minor_units"]), Use(row["used_points"], row["used_minor_units"])
    )
