"""The steps that every merge and unmerge takes inside its transaction.

Roots are followed, locked in the order of their keys, and followed again under the locks. Whatever moves a member's
root locks that root too, so a root that is still the same then stays it until the end. If it is not, everything is let
go and begun anew: that keeps the order of locks, and each time somebody else has got something done.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chassis.runtime.reasons import unavailable
from identity_service.domain import refusals
from identity_service.domain.audit import Action, AuditRecord, linked_detail
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey, Resolution
from identity_service.domain.merging import Decision, LinkChange, Linked, LinkKind, merged, unmerged
from identity_service.domain.requests import Outcome
from identity_service.use_cases.merge_ports import LinkChanges, LinkRegistry
from identity_service.use_cases.once import Request
from identity_service.use_cases.ports import Clock

ATTEMPTS = 50
"""Each one that fails has met another merge or unmerge of the same members that was carried out."""

T = TypeVar("T")
C = TypeVar("C", bound=LinkChanges)


class RootsMovedError(Exception):
    """Between looking and locking, somebody merged or unmerged one of the members."""


@dataclass(frozen=True, slots=True)
class Doing:
    """In whose name a change of links is made, and when."""

    caller: Caller
    request: Request
    now: datetime


async def linking(
    change: Callable[[Callable[[C], Awaitable[T]]], Awaitable[T]], work: Callable[[C], Awaitable[T]]
) -> T:
    """Runs `work` in a transaction of `change`, and anew if roots moved under it."""
    for _ in range(ATTEMPTS):
        try:
            return await change(work)
        except RootsMovedError:
            continue
    raise unavailable("members merged and unmerged by others")


async def linked_once(
    registry: LinkRegistry,
    clock: Clock,
    caller: Caller,
    request: Request,
    carry_out: Callable[[LinkChanges, Doing], Awaitable[LinkChange]],
) -> tuple[LinkChange, bool]:
    """The change that `carry_out` makes, or the one made before under this name, and whether it was. Raises
    REQUEST_ID_REUSED, and what `carry_out` raises, which leaves no trace."""
    name, key_hash = request.name, request.name.key_hash()

    async def work(changes: LinkChanges) -> tuple[LinkChange, bool]:
        doing = Doing(caller, request, clock.now())
        kept = await changes.claim_request(key_hash, name.program_id, request.intent, doing.now)
        if kept is not None:
            kept.outcome_for(name, request.intent)
            return await changes.change_of(key_hash), True
        return await carry_out(changes, doing), False

    return await linking(registry.change, work)


async def merge_in(
    changes: LinkChanges, doing: Doing, survivor: MemberKey, absorbed: MemberKey, decision: Decision
) -> LinkChange:
    """Makes two members one. Raises MEMBER_NOT_FOUND, SAME_MEMBER, ALREADY_MERGED or TOO_MANY_HOMES."""
    if survivor == absorbed:
        raise refusals.same_member(survivor.member_id)
    followed = await _locked(changes, (survivor, absorbed))
    linked = merged(followed[survivor], followed[absorbed])
    for erased in sorted(await changes.erased([survivor, absorbed, *_roots(followed)])):
        raise refusals.member_erased(erased)
    await changes.add_link(_key(survivor, linked.absorbed), _key(survivor, linked.root), doing.now)
    return await _keep(changes, doing, survivor.program_id, linked, decision)


async def unmerge_in(changes: LinkChanges, doing: Doing, member: MemberKey, decision: Decision) -> LinkChange:
    """Takes a member, with what hangs below it, out of its wallet. Raises MEMBER_NOT_FOUND or NOT_MERGED."""
    followed = await _locked(changes, (member,), with_members=True)
    root = _key(member, followed[member].root_member_id)
    if root == member:
        raise refusals.not_merged(member.member_id)
    if await changes.erased([root, member]):
        decision = decision.without_words()
    led_to = await changes.remove_link(member)
    apart = await changes.follow([root, member])
    linked = unmerged(led_to, apart[root], apart[member])
    return await _keep(changes, doing, member.program_id, linked, decision)


async def _locked(
    changes: LinkChanges, members: tuple[MemberKey, ...], *, with_members: bool = False
) -> Mapping[MemberKey, Resolution]:
    """Where members lead, their roots locked, and themselves if asked to. Raises MEMBER_NOT_FOUND."""
    followed = await changes.follow(members)
    for member in members:
        if member not in followed:
            raise refusals.member_not_found(member.program_id, member.member_id)
    roots = _roots(followed)
    for key in sorted(roots | set(members) if with_members else roots, key=MemberKey.place):
        await changes.lock_member(key)
    again = await changes.follow(members)
    if any(again[member].root_member_id != followed[member].root_member_id for member in members):
        raise RootsMovedError
    return again


async def _keep(changes: LinkChanges, doing: Doing, program_id: str, linked: Linked, decision: Decision) -> LinkChange:
    """The new count on both, the records of both, the request's outcome, and last the feed."""
    root, absorbed = MemberKey.of(program_id, linked.root), MemberKey.of(program_id, linked.absorbed)
    name, key_hash = doing.request.name, doing.request.name.key_hash()
    await changes.set_merge_seq([root, absorbed], linked.merge_seq)
    for action, member, other in _records(linked.kind, root, absorbed):
        detail = linked_detail(other.member_id, linked.merge_seq, decision.rule_version)
        await changes.append_audit(AuditRecord(action, member, detail, doing.caller, name.request_id, doing.now))
    await changes.settle_request(key_hash, root, Outcome(root.member_id, created=False, identifier_count=0))
    await changes.note_linked([_key(root, home) for home in {*linked.root_homes, *linked.absorbed_homes}])
    request = (name.request_id, key_hash)
    return await changes.append_change(program_id, linked, decision, doing.caller, request, doing.now)


def _records(
    kind: LinkKind, root: MemberKey, absorbed: MemberKey
) -> tuple[tuple[Action, MemberKey, MemberKey], tuple[Action, MemberKey, MemberKey]]:
    """What is recorded of whom, and who the other one was."""
    if kind is LinkKind.MERGED:
        return (Action.MEMBER_ABSORBED, absorbed, root), (Action.MEMBER_SURVIVED, root, absorbed)
    return (Action.MEMBER_UNMERGED, absorbed, root), (Action.MEMBER_LEFT, root, absorbed)


def _roots(followed: Mapping[MemberKey, Resolution]) -> set[MemberKey]:
    return {_key(member, resolution.root_member_id) for member, resolution in followed.items()}


def _key(like: MemberKey, member_id: str) -> MemberKey:
    return MemberKey.of(like.program_id, member_id)
