"""Groups of rules that do not simply add up (docs/DOMAIN.md §4 'Stacking')."""

from dataclasses import dataclass
from enum import Enum

from rules_service.domain.effects import Basis


class StackingMode(Enum):
    """All pay; or the one that pays most; or the one of highest priority that pays anything.

    Ties of BEST_OF: higher priority, then lower ordinal. Ties of FIRST: lower ordinal.
    """

    STACK = "stack"
    BEST_OF = "best_of"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class StackingGroup:
    """Rules that are decided among themselves, those of each brand apart: line by line, or once for all lines of the
    brand in the order. The rules of a group are of one kind."""

    group_id: str
    mode: StackingMode
    basis: Basis
