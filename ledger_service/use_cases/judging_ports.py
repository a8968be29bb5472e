"""What judging sales needs of the world besides `ports.Rules`."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.facts import History, MemberFacts
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.use_cases.ports import Evaluation


class Histories(Protocol):
    """What the ledger itself tells rules of members."""

    async def history(self, wallet: MemberKey, homes: Sequence[str], ladders: Sequence[Ladder], day: date) -> History:
        """What is known now of a member: the tiers of a day on some ladders, and how often it has bought."""


class Bought(NamedTuple):
    """An order and what rules are told of who bought it; None: nobody known."""

    order: OrderDocument
    member: MemberFacts | None


class Drafts(Protocol):
    """Rules, asked what files that are not live would give."""

    async def judge(
        self, program: str, sales: Sequence[Bought], files: Sequence[tuple[str, str]]
    ) -> Sequence[Evaluation | Refusal]:
        """One result a sale; PROGRAM_INVALID for files (path, text) that are no program."""


class Previews(Protocol):
    """Rules, asked what would be and why."""

    async def preview(
        self, program: str, order: OrderDocument, explain: bool, member: MemberFacts | None = None
    ) -> Evaluation:
        """What the order would earn at the live revision, with what became of the rules that select its lines and pay
        nothing and, with `explain`, of all others of their brands; Refusal of rules if it cannot be judged."""
