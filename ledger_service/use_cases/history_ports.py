"""What reads of history need of the store and of rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.explanation import Decision
from ledger_service.domain.order import PostedOrder
from ledger_service.domain.statement import PastWallet, StatementFacts
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.read_ports import MovementView


class WalletHomes(NamedTuple):
    """A wallet and the homes it is made of."""

    wallet: MemberKey
    homes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An accrual, the sale it was born of (None if of none), some of its movements in order, and whom debts tie it
    to: the accruals whose repayments of its debt stand, and those whose debts it paid. `decisions`: what rules decided
    about it, oldest first."""

    accrual: Accrual
    order: PostedOrder | None
    movements: Sequence[MovementView]
    paid_by: tuple[str, ...] = ()
    paid_for: tuple[str, ...] = ()
    decisions: Sequence[Decision] = ()


class Wallets(Protocol):
    """Many wallets at once."""

    async def wallets(
        self, asked: Sequence[WalletHomes], now: datetime, replay_clock: bool, soon_days: int = 0
    ) -> Sequence[WalletView]:
        """Each as `Reader.wallet` shows it, in order."""


class History(Protocol):
    """What was, folded from movements."""

    async def wallet_at(self, wallet: WalletHomes, time: datetime) -> PastWallet:
        """The wallet of these homes as of an instant."""

    async def statement(
        self, wallet: WalletHomes, opening: datetime, closing: datetime, most_commands: int
    ) -> StatementFacts:
        """What a statement after `opening` and up to `closing` is made of; refused STATEMENT_TOO_LONG if more
        commands than `most_commands` moved the balance."""

    async def story(self, program: str, homes: Sequence[str], accrual_id: str, after: int, limit: int) -> Story | None:
        """An accrual of some homes with its movements after a sequence, at most `limit`, and, if that is 0, all that
        is told besides; None if they have no such accrual."""


class RuleBook(Protocol):
    """What rules say in words."""

    async def rule_description(self, program: str, revision: str, rule_id: str) -> str:
        """A rule's sentence as a revision states it; empty if it has no such rule."""
