"""Carrying an intent out once, whatever is sent again: claim its name, change, keep the outcome, in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from identity_service.domain.members import Member, MemberKey
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.ports import Changes, Clock, Registry


@dataclass(frozen=True, slots=True)
class Request:
    """A named intent and its fingerprint."""

    name: RequestName
    intent: bytes


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """The member after the change. `replayed`: the change was made by an earlier call of the same name."""

    member: Member
    created: bool
    replayed: bool


async def once(
    registry: Registry,
    clock: Clock,
    request: Request,
    carry_out: Callable[[Changes], Awaitable[tuple[MemberKey, bool]]],
) -> ChangeAnswer:
    """The answer of `carry_out` (the member, and whether it is new), or the one given before under this name.

    Raises REQUEST_ID_REUSED, and what `carry_out` raises, which leaves no trace. A replayed answer shows the member
    as it was shown then, less what was erased since.
    """
    key_hash = request.name.key_hash()

    async def work(changes: Changes) -> ChangeAnswer:
        kept = await changes.claim_request(key_hash, request.name.program_id, request.intent, clock.now())
        if kept is not None:
            outcome = kept.outcome_for(request.name, request.intent)
            key = MemberKey.of(request.name.program_id, outcome.member_id)
            shown = await changes.read_member(key, outcome)
            return ChangeAnswer(shown.member, outcome.created, replayed=True)
        key, created = await carry_out(changes)
        member, profile = await changes.read_member(key)
        await changes.settle_request(key_hash, key, Outcome(key.member_id, created, len(member.identifiers), profile))
        return ChangeAnswer(member, created, replayed=False)

    return await registry.change(work)
