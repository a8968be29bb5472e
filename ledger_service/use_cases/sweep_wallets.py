"""Booking what is due in wallets that nobody touches: which are due → whose they are → each in its lane."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chassis.values.ids import made_id
from ledger_service.domain.answers import SweepAnswer
from ledger_service.domain.commands import SweepWallet
from ledger_service.domain.wallet import LONG_AGO
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.errands import Done, Errands, reasons_of, some_at_once
from ledger_service.use_cases.log_ports import DueWallet, DueWallets
from ledger_service.use_cases.ports import Clock, Lanes, Members, ProgramFacts, Programs

LARGEST_ROUND = 200
"""How many wallets a round looks at."""


@dataclass(frozen=True, slots=True)
class SweepRound:
    """What a round did. `passed_over`: how many wallets were not swept, by reason. `more`: the pass goes on."""

    swept: int = 0
    expired_points: int = 0
    unheld_points: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


class _Place(NamedTuple):
    """Where a pass stands: behind this wallet."""

    program: str
    due_time: datetime
    root: str


class SweepWallets:
    """One pass after another over all programs but those whose clock is the replay of their orders: there nothing is
    due before the next order says so.

    Only wallets of `buckets` are looked at, those whose lanes this process owns; so several processes share the work.
    Two that look at one wallet do no harm: the command decides under its lock. A wallet that cannot be swept is met
    again in the next pass and holds nobody up.
    """

    def __init__(
        self,
        admission: Admission,
        programs: Programs,
        members: Members,
        due_wallets: DueWallets,
        lanes: Lanes,
        clock: Clock,
        buckets: Callable[[], Sequence[int]],
    ) -> None:
        self._errands = Errands(admission, members, lanes, clock)
        self._programs = programs
        self._due_wallets = due_wallets
        self._clock = clock
        self._buckets = buckets
        self._place: _Place | None = None

    async def __call__(self) -> SweepRound:
        """One round, of one program's wallets; not `more` once a pass has ended."""
        page = await self._next_page()
        if page is None:
            return SweepRound()
        facts, wallets = page
        done = await some_at_once(wallets, lambda wallet: self._sweep(facts, wallet))
        answers = [one for one in done if isinstance(one, SweepAnswer)]
        return SweepRound(
            swept=len(answers),
            expired_points=sum(answer.expired_points for answer in answers),
            unheld_points=sum(answer.unheld_points for answer in answers),
            passed_over=Counter(reasons_of(done)),
            more=True,
        )

    async def _next_page(self) -> tuple[ProgramFacts, Sequence[DueWallet]] | None:
        """The next wallets of this pass; None at its end."""
        buckets, now = self._buckets(), self._clock.now()
        for facts in self._programs.all():
            place = self._place
            if facts.replay_clock or (place is not None and facts.program < place.program):
                continue
            begun = place is not None and place.program == facts.program
            after = (place.due_time, place.root) if place is not None and begun else (LONG_AGO, "")
            wallets = await self._due_wallets.due(facts.program, buckets, now, after, LARGEST_ROUND)
            if wallets:
                self._place = _Place(facts.program, wallets[-1].due_time, wallets[-1].root)
                return facts, wallets
        self._place = None
        return None

    async def _sweep(self, facts: ProgramFacts, wallet: DueWallet) -> Done:
        request_id = made_id("swp", facts.program, wallet.root, str(wallet.version))
        return await self._errands.run(
            facts, wallet.root, request_id, ["sweep", wallet.root, wallet.version], SweepWallet, through_root=True
        )
