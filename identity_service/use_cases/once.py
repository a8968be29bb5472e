"""Carrying an intent out once, whatever is sent again: claim its name, change, keep the outcome, in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from identity_service.domain.members import Member, MemberKey
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.ports import Changes, Clock, Registry

ChangesT = TypeVar("ChangesT", bound=Changes)
ChangesT_co = TypeVar("ChangesT_co", bound=Changes, covariant=True)
T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """An answer. `replayed`: what it tells was done by an earlier call of the same name."""

    answer: T
    replayed: bool


class Changing(Protocol[ChangesT_co]):
    """Where changes of some kind are made."""

    async def change(self, work: Callable[[ChangesT_co], Awaitable[T]]) -> T:
        """As `Registry.change`."""
        ...


async def once_told(
    registry: Changing[ChangesT],
    clock: Clock,
    request: Request,
    carry_out: Callable[[ChangesT], Awaitable[tuple[MemberKey, int]]],
    tell: Callable[[ChangesT, MemberKey, int], Awaitable[T]],
) -> Told[T]:
    """What `tell` reads of what `carry_out` did: the member and the number of what the intent led to. A repeat under
    the same name reads the same, less what was erased since.

    Raises REQUEST_ID_REUSED, and what `carry_out` raises, which leaves no trace.
    """
    name, key_hash = request.name, request.name.key_hash()

    async def work(changes: ChangesT) -> Told[T]:
        kept = await changes.claim_request(key_hash, name.program_id, request.intent, clock.now())
        if kept is not None:
            outcome = kept.outcome_for(name, request.intent)
            key = MemberKey.of(name.program_id, outcome.member_id)
            return Told(await tell(changes, key, outcome.number), replayed=True)
        key, number = await carry_out(changes)
        await changes.settle_request(
            key_hash, key, Outcome(key.member_id, created=False, identifier_count=0, number=number)
        )
        return Told(await tell(changes, key, number), replayed=False)

    return await registry.change(work)


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
        member, profile, history = await changes.read_member(key)
        await changes.settle_request(key_hash, key, Outcome(key.member_id, created, history, profile))
        return ChangeAnswer(member, created, replayed=False)

    return await registry.change(work)
