"""What stands behind a figure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LineKey:
    """Where a page begins: after this entry, or after this movement. Lines keep their order for ever."""

    entry: int = 0
    home: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A movement or voucher and what it adds to the figure. `entry_number` is 0 where movements are counted."""

    amount: int
    entry_number: int
    entity: str
    voucher_id: str
    home: str
    movement_sequence: int
    kind: str
    accrual_id: str
    rule_version: str
    order_id: str
    line_number: int
    points: int
    partition: int
    position: int
    post_time: datetime
    period_sequence: int

    @property
    def key(self) -> LineKey:
        """Its place in the order of lines."""
        if self.entry_number:
            return LineKey(entry=self.entry_number)
        return LineKey(home=self.home, sequence=self.movement_sequence)
