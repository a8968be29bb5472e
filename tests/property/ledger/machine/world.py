"""The state machine and the model side by side: every command goes to both, and every step is compared."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import NEVER
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.apply import Applied, Stamp, apply
from ledger_service.domain.commands import Command, Origin, SweepWallet
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.compare import Comparison
from tests.property.ledger.machine.compare_answers import answer_is
from tests.property.ledger.machine.documents import Return
from tests.property.ledger.machine.facts import Refused
from tests.property.ledger.machine.spending import repay, unpaid
from tests.property.ledger.machine.steps import Choose, Done
from tests.support.pure_ledger import PureLedger

T = TypeVar("T")

BRANDS = ("north", "harbor", "linden", "peak")
PLACES = (("shop", "operator", "west"), ("mall", "franchise", "east"))


@dataclass
class WholeLedger(PureLedger):
    """A pure ledger whose births are known to have no past, so that a command costs the same however many came."""

    position: int = 0

    def run(self, command: Command) -> Applied:
        """Applies a command and keeps what it did."""
        wallet = command.origin.wallet
        self.state.frontier[wallet] = None
        self.state.pending_read.add(wallet)
        self.state.due_until[wallet] = self.now + timedelta(days=36500)
        self.state.timed_out_until[wallet] = NEVER
        applied = apply(self.state, command, Stamp(self.now, LogPosition(0, self.position + 1)))
        self.position += 1
        self.state.merge(applied.changes)
        self.events.append(applied.event)
        return applied


@dataclass
class World:
    """Both worlds, and what was done in them."""

    choose: Choose
    ledger: WholeLedger = field(default_factory=WholeLedger)
    accounts: dict[str, Account] = field(default_factory=dict)
    members: list[str] = field(default_factory=lambda: ["ana", "bo", "cy"])
    done: list[Done] = field(default_factory=list)
    root_of: dict[str, str] = field(default_factory=dict)
    nobodys: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    merges: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    parked: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    applied: int = 0
    count: int = 0
    remembers: bool = True
    idle_sweeps: bool = True

    def __post_init__(self) -> None:
        self.comparison = Comparison(self.ledger)

    # --- chance

    def one_of(self, things: Sequence[T]) -> T:
        """Any of them."""
        return things[self.choose(0, len(things) - 1)]

    def often(self, times: int) -> bool:
        """True but for once in so many times."""
        return self.choose(1, times) > 1

    def seldom(self, times: int) -> bool:
        """True once in so many times."""
        return not self.often(times)

    # --- who and where

    def account(self, root: str) -> Account:
        """A member's account; an empty one at first."""
        return self.accounts.setdefault(root, Account(root))

    def homes(self, root: str) -> tuple[str, ...]:
        """The homes of a member."""
        return (root,) if root.startswith("anon") else (root, f"{root}-card")

    def who(self, fits: Callable[[Account], object]) -> str:
        """A member: mostly one whom something can be asked of."""
        fitting = [root for root in self.members if fits(self.account(root))]
        return self.one_of(fitting) if fitting and self.often(20) else self.one_of(self.members)

    def origin(self, root: str, home: str = "") -> Origin:
        """The origin of the member's next command, at any place; now and then resolved before the last merge."""
        known = self.merges[root] if self.often(60) else self.merges[root] - 1
        location, operator, region = self.one_of(PLACES)
        return replace(
            self.ledger.origin(root),
            home=home or root,
            homes=self.homes(root),
            location_id=location,
            operator=operator,
            region=region,
            merge_seq=max(0, known),
        )

    # --- sales

    def sold(self, document: str, root: str) -> None:
        """Whose sale a document is."""
        self.root_of[document] = root
        self.recent = [*self.recent, document][-9:]
        if root.startswith("anon"):
            self.nobodys.append(document)

    # --- what waits

    def waiting(self, document: str) -> list[Return]:
        """Returns that are parked for a sale, each as it stands."""
        known = (self.account(root).returns[return_id].copy() for root, return_id in self.parked[document])
        return [one for one in known if one.state == "parked"]

    def ended(self, waiting: Sequence[Return]) -> None:
        """They are as they are now."""
        for known in waiting:
            self.account(known.root).returns[known.return_id] = known

    # --- both at once

    def run(self, command: Command, model: Callable[[Account], object]) -> Applied | None:
        """Carries the command out in both worlds; they agree on everything, refusals included."""
        root = command.origin.wallet.member
        account, told = self.account(root).copy(), []
        marks = self.comparison.marks(self.account(root))
        reason = _reason(lambda: told.append(_model(account, self, command, model)))
        found: list[Applied] = []
        refused = _reason(lambda: found.append(self.ledger.run(command)))
        moved_a_bound = reason == "NOTHING_DUE" and not refused and not found[0].event.movements
        assert refused == reason or moved_a_bound, (
            f"{type(command).__name__}: the ledger says {refused!r}, the model {reason!r}"
        )
        self.kinds[type(command).__name__] += 1
        if refused:
            self.reasons[refused] += 1
            self._note(Done(self.ledger.now, command, None, reason))
            assert self.comparison.marks(self.account(root)) == marks
            return None
        [applied] = found
        account = account if refused == reason else self.account(root).copy()
        account.version += 1
        self.accounts[root] = account
        self._note(Done(self.ledger.now, command, applied))
        self.comparison.step(account, applied)
        answer_is(applied, account, told[0] if told else None)
        assert isinstance(command, SweepWallet) or not _could_repay(account, self.ledger.now)
        return applied

    def _note(self, done: Done) -> None:
        self.count += 1
        self.applied += done.applied is not None
        self.last_applied = done.applied
        if self.remembers:
            self.done.append(done)
        else:
            self.ledger.events.clear()

    def check(self) -> None:
        """Everything of the members once more, from the first fact."""
        for root in self.members:
            self.comparison.whole(self.account(root))

    def retire(self, root: str, successor: str) -> None:
        """A member comes no more, another one does."""
        self.comparison.whole(self.account(root))
        self.members[self.members.index(root)] = successor


def _model(account: Account, world: World, command: Command, model: Callable[[Account], object]) -> object:
    if command.origin.merge_seq < account.merge_seq:
        raise Refused("MEMBER_MOVED")
    account.merge_seq = command.origin.merge_seq
    account.book_due(world.ledger.now)
    if not isinstance(command, SweepWallet):
        repay(account, world.ledger.now)
    told = model(account)
    account.close()
    return told


def _could_repay(account: Account, now: datetime) -> bool:
    """True if points that can be spent stand beside a debt that they could pay."""
    return bool(account.spendable(now)) and any(account.debt_of(lot) and unpaid(account, lot) for lot in account.lots)


def _reason(work: Callable[[], object]) -> str:
    try:
        work()
    except Refused as refused:
        return str(refused)
    except Refusal as refusal:
        return refusal.reason
    return ""
