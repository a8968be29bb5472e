"""One batch: claim, lock, read, decide in order, write, move the head — one transaction, one commit.

Round trips: begin, claim, lock and read (more where a command needs more), write, commit. Locks are taken in the
order keys, wallets, head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import INTERNAL
from chassis.values.refusal import Code, Refusal, refuse
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.apply import Applied, NeedMore, Stamp, apply
from ledger_service.domain.commands import Command
from ledger_service.domain.proof_refusals import ASKED_AGAIN
from ledger_service.domain.slice import Slice
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.use_cases.commit_ports import Application, Batch, BatchStore, Head, Refused

_log = get_logger(__name__)


class Stale(NamedTuple):
    """A guarded command whose fence is not above the one that its wallet holds."""

    command: Command
    stored_fence: int


@dataclass(slots=True)
class Decided:
    """What became of a batch. `stale` met a newer fence, `lost` were posted before under their keys."""

    head: Head
    applied: list[Application] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    lost: list[Command] = field(default_factory=list)


async def commit_batch(
    store: BatchStore,
    head: Head,
    commands: Sequence[Command],
    fences: Mapping[MemberKey, int],
    now: datetime,
    undisturbed: bool = False,
) -> Decided:
    """Commits what can be committed of `commands`, which share no key. Raises HeadMoved if the lane went away, or if a
    period was cut meanwhile: not if it is to be `undisturbed`, which costs round trips and keeps cuts waiting."""
    decided = Decided(head)
    async with store.begin() as batch:
        if undisturbed:
            decided.head = await batch.undisturbed(head)
        claimed, overtaken = await batch.claim(commands)
        known = {command.origin.request.key for command in (*claimed, *overtaken)}
        decided.lost = [command for command in commands if command.origin.request.key not in known]
        decided.refused = [Refused(command, refusals.overtaken(), kept=False) for command in overtaken]
        if not known:
            return decided
        state = await batch.load(claimed)
        for command in claimed:
            stale = _fence(state, command, fences)
            if stale is None:
                await _decide(batch, state, command, now, decided)
            else:
                decided.stale.append(stale)
        await _write(batch, decided)
    return decided


def _fence(state: Slice, command: Command, fences: Mapping[MemberKey, int]) -> Stale | None:
    """Puts a guarded command's fence into its wallet, unless one as high is there already."""
    key = command.origin.wallet
    if not command.guarded or key in state.fences:
        return None
    wallet = state.wallet(key, command.origin.homes)
    fence = fences[key] if fences[key] != UNGUARDED else wallet.fence + 1
    if fence <= wallet.fence:
        return Stale(command, wallet.fence)
    state.fences[key] = fence
    return None


async def _decide(batch: Batch, state: Slice, command: Command, now: datetime, decided: Decided) -> None:
    position = LogPosition(decided.head.partition, decided.head.position + len(decided.applied) + 1)
    try:
        applied = await _apply(batch, state, command, Stamp(now, position))
    except Refusal as refusal:
        # What failed for a fault of ours or for the moment may succeed under the same id; what was decided stays so.
        kept = not (refusal.transient or refusal.code is Code.INTERNAL or refusal.reason in ASKED_AGAIN)
        decided.refused.append(Refused(command, refusal, kept))
        return
    state.merge(applied.changes)
    decided.applied.append(Application(command, applied))


async def _apply(batch: Batch, state: Slice, command: Command, stamp: Stamp) -> Applied:
    """Applies a command, reading on as often as it needs more than is at hand."""
    while True:
        try:
            return apply(state, command, stamp)
        except NeedMore as more:
            need = more.need
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A fault of ours in one command must not take its neighbours with it.
            _log.error("a command could not be decided", request_id=command.origin.request_id, exc_info=error)
            raise refuse(INTERNAL, "the command could not be decided") from error
        await batch.load_more(state, need)


async def _write(batch: Batch, decided: Decided) -> None:
    gone = [
        Refused(stale.command, refusals.lock_lost(stale.command.origin.wallet.member), kept=False)
        for stale in decided.stale
    ]
    decided.head = await batch.write(decided.head, decided.applied, [*decided.refused, *gone])
