"""Commands whose members were merged or parted meanwhile, and such as reach into the wallets of others.

One place for all commands, around the lanes (docs/adr/0056). A lane refuses a command that knows less of merges than
one of its homes (MEMBER_MOVED), and one that has to undo, in another wallet, what was done when both were one
(WALLETS_NEEDED). Here identity is asked once more and the command is made anew: with its wallet as it is by now, and
with the other wallets that it reaches into, so that the lane locks and checks them all.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import (
    AuthorizeRedemption,
    CancelOrder,
    ClaimOrder,
    Command,
    CorrectOrder,
    ExchangeOrder,
    IncreaseHold,
    OpenReturn,
    Origin,
    PostReturn,
    RedeemPoints,
    ResolveParkedReturn,
    RestoreRedemption,
    RootHomes,
    VoidRedemption,
)
from ledger_service.domain.link_refusals import homes_needed
from ledger_service.domain.order import is_anonymous
from ledger_service.use_cases.again import TRIES
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome

_OF_SALES = (PostReturn, OpenReturn, CancelOrder, CorrectOrder, ClaimOrder, ExchangeOrder, ResolveParkedReturn)
_OF_SPENDS = (RestoreRedemption, VoidRedemption)
_PROVEN = (RedeemPoints, AuthorizeRedemption, IncreaseHold)
_MADE_AGAIN = (*_OF_SALES, *_OF_SPENDS, *_PROVEN)
"""Commands that rest on more of who is whose than their origin tells, such as whose a sale was or whom a proof proved:
their use cases make them again (`use_cases.again`)."""


class LinkedMembers(Members, Protocol):
    """Identity, and what is remembered of its answers."""

    def forget(self, program: str, homes: Iterable[str]) -> None:
        """Remembers no longer where anything leads that leads to one of these homes."""


class ReachingLanes:
    """See `use_cases.ports.Lanes`."""

    def __init__(self, lanes: Lanes, members: LinkedMembers) -> None:
        self._lanes = lanes
        self._members = members

    async def submit(self, command: Command) -> Outcome:
        """Commits a command; MEMBER_MOVED if its member was merged or parted again and again meanwhile."""
        for _ in range(TRIES):
            try:
                return await self._lanes.submit(command)
            except Refusal as refusal:
                command = await self._made_anew(command, refusal)
        raise refusals.member_moved(command.origin.home)

    async def _made_anew(self, command: Command, refusal: Refusal) -> Command:
        origin, needed = command.origin, homes_needed(refusal)
        if needed:
            return replace(command, origin=await self._reaching(origin, needed))
        if refusal.reason != refusals.MEMBER_MOVED.name:
            raise refusal
        self._members.forget(origin.program, {home for one in origin.reach for home in one.homes})
        if isinstance(command, _MADE_AGAIN):
            raise refusal
        fresh = await self._whose(origin.program, origin.home)
        moved = replace(origin, wallet=fresh.wallet, homes=fresh.homes, merge_seq=fresh.merge_seq, others=())
        return replace(command, origin=await self._reaching(moved, [h for one in origin.others for h in one.homes]))

    async def _reaching(self, origin: Origin, homes: Iterable[str]) -> Origin:
        """The origin with the wallets of these homes besides those that it reaches already."""
        known = {home for one in origin.reach for home in one.homes}
        others = {one.wallet: one for one in origin.others}
        for home in homes:
            if home not in known:
                other = await self._whose(origin.program, home)
                others[other.wallet] = other
                known.update(other.homes)
        # Merged with the command's own since it was made: the lane finds that out by the state of merges.
        others.pop(origin.wallet, None)
        return replace(origin, others=tuple(sorted(others.values())))

    async def _whose(self, program: str, home: str) -> RootHomes:
        if is_anonymous(home):
            return RootHomes(MemberKey(program, home), (home,), 0)
        found = await self._members.resolve(program, MemberRef(member_id=home))
        return RootHomes(MemberKey(program, found.root), found.homes, found.merge_seq)
