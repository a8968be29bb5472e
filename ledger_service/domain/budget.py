"""Budgets as accounts: what of a limit that everybody shares each lane was allotted, and what it has used of that.

A lane grants from its own allotment without looking at the others. The sum of what is allotted, or used where that is
more, never passes the limit, but for corrections, which are never trimmed, and for limits that were lowered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger_service.domain.limits import NO_USE, BudgetShare, Most, Use

CHUNKS = 4
"""A lane that has to draw takes at least this part of its even share of what is left: draws stay rare, and what is
drawn shrinks near the end."""


@dataclass(frozen=True, slots=True)
class Allotment:
    """A lane's part of a budget, and what it has used (below 0 where it took back what others had given)."""

    allotted: Use = NO_USE
    used: Use = NO_USE

    @property
    def free(self) -> Use:
        """What it may still grant."""
        return self.allotted.less(self.used)


@dataclass(slots=True)
class Budget:
    """A budget with its lanes' allotments, by partition. `allotted` is the limit by which they were last allotted, None
    if they never were; `told` the highest mark told."""

    allotted: Most | None = None
    told: int = 0
    lanes: dict[int, Allotment] = field(default_factory=dict)

    @property
    def used(self) -> Use:
        """What all lanes have used."""
        return _sum(lane.used for lane in self.lanes.values())

    def lane(self, partition: int) -> Allotment:
        """One lane's allotment; nothing if it has none yet."""
        return self.lanes.get(partition, Allotment())

    def pot(self, most: Most) -> Most:
        """What no lane was allotted; below 0 where more is allotted or used than there is."""
        return most.less(_sum(Use(*map(max, lane.allotted, lane.used)) for lane in self.lanes.values()))

    def lacks(self, partition: int, need: Use, most: Most) -> Use:
        """What a lane needs beyond its allotment, where that is limited."""
        free = self.lane(partition).free
        pairs = zip(need, free, most, strict=True)
        return Use(*(0 if limit is None else max(0, wanted - part) for wanted, part, limit in pairs))

    def draw(self, partition: int, need: Use, most: Most, lanes: int) -> bool:
        """Allots to a lane what it lacks, and some more; False if the pot does not hold that."""
        lacks, pot = self.lacks(partition, need, most), self.pot(most)
        if not pot.holds(lacks):
            return False
        drawn = Use(*(part and _chunk(left or 0, part, lanes) for part, left in zip(lacks, pot, strict=True)))
        mine = self.lane(partition)
        self.lanes[partition] = Allotment(mine.allotted.plus(drawn), mine.used)
        return True

    def recall(self, partition: int, need: Use, most: Most, lanes: int) -> None:
        """Takes what no lane has used back into the pot, and allots of it to one lane."""
        left = most.less(self.used)
        drawn = Use(*(_chunk(max(0, part or 0), wanted, lanes) for part, wanted in zip(left, need, strict=True)))
        self.lanes = {number: Allotment(lane.used, lane.used) for number, lane in self.lanes.items()}
        mine = self.lane(partition)
        self.lanes[partition] = Allotment(mine.used.plus(drawn), mine.used)

    def share(self, partition: int, most: Most, judged: bool) -> BudgetShare:
        """What a lane may do with it; `judged`: marks may be told, since the budget is locked."""
        free = self.lane(partition).free
        return BudgetShare(
            most=most,
            left=Most(*(None if limit is None else part for limit, part in zip(most, free, strict=True))),
            used=self.used,
            told=self.told if judged else None,
            exhausted=most.reached(self.used),
        )


def _chunk(left: int, wanted: int, lanes: int) -> int:
    return min(left, max(wanted, left // (CHUNKS * lanes)))


def _sum(uses: Iterable[Use]) -> Use:
    total = NO_USE
    for use in uses:
        total = total.plus(use)
    return total
