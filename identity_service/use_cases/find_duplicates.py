"""Looking for duplicates of members: filing them, comparing them with those filed alike, keeping what comes of it.

Two transactions: near forms are committed before anybody is looked for, so of two new members at once at least the one
who looks later finds the other. Everything is bounded: a form that more than MOST_IN_BLOCK members share says too
little and is passed over (two of five thousand Smiths meet if anything else of them is alike), and of the others the
MOST_COMPARED with the most forms in common are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.duplicates import Duplicate, Sight, State, seen
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.likeness import Signal, compared
from identity_service.domain.members import MemberKey, MemberRef, Resolution
from identity_service.domain.near import Comparable, NearKind, near_forms
from identity_service.use_cases.duplicate_ports import DuplicateChanges, DuplicateRegistry
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.resolve_members import ResolveMembers

MOST_IN_BLOCK = 50
MOST_COMPARED = 200

SIGNAL_OF = {
    NearKind.PHONE: Signal.PHONE_ALIKE,
    NearKind.MAILBOX: Signal.EMAIL_SAME_MAILBOX,
    NearKind.LOCAL_PART: Signal.EMAIL_OTHER_DOMAIN,
    NearKind.LOCAL_PART_SLIP: Signal.EMAIL_LOCAL_PART_ALIKE,
    NearKind.NAME_AND_BIRTHDAY: Signal.BIRTHDAY_SAME,
    NearKind.NAME_AND_LOCATION: Signal.NAME_ALIKE,
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at a member found, the highest score first, and what was passed over: forms that too many share, and
    how many members who share others."""

    member: MemberKey
    duplicates: Sequence[Duplicate]
    too_common: frozenset[Signal]
    left_out: int


@dataclass(frozen=True, slots=True)
class Search:
    """The two steps, each inside a transaction."""

    fingerprints: Fingerprints
    clock: Clock

    async def file(self, changes: DuplicateChanges, members: Collection[MemberKey]) -> None:
        """Files the members under their near forms."""
        # Locked before they are read: an erasure either waits, or has left nothing to read.
        for member in sorted(members, key=MemberKey.place):
            await changes.lock_member(member)
        known = await changes.comparables(members)
        for member in sorted(known, key=_by_id):
            await changes.file(member, list(self._forms(known[member])))

    async def look(self, changes: DuplicateChanges, member: MemberKey) -> Findings:
        """Compares a member that exists with those filed alike, and keeps each pair as it looks now."""
        me = (await changes.comparables([member]))[member]
        forms = self._forms(me)
        blocks: dict[int, set[MemberKey]] = defaultdict(set)
        for form, other in await changes.filed(list(forms), MOST_IN_BLOCK + 2):
            if other != member and other.program_id == member.program_id:
                blocks[form].add(other)
        too_common = frozenset(SIGNAL_OF[forms[form]] for form in blocks if len(blocks[form]) > MOST_IN_BLOCK)
        shared = Counter(other for block in blocks.values() if len(block) <= MOST_IN_BLOCK for other in block)
        nearest = sorted(shared, key=lambda other: (-shared[other], other.member_id))
        pairs = await self._pairs(changes, me, nearest[:MOST_COMPARED])
        proposed = [pair for pair in pairs if pair.state is State.PROPOSED]
        proposed.sort(key=lambda pair: (-pair.score, pair.duplicate_id))
        return Findings(member, proposed, too_common, max(0, len(nearest) - MOST_COMPARED))

    async def _pairs(
        self, changes: DuplicateChanges, me: Comparable, alike: Sequence[MemberKey]
    ) -> Sequence[Duplicate]:
        """The pairs of a member: with those filed alike, those named with it, and those it was a pair with before."""
        member = me.key
        named = await changes.naming_callers(member)
        before = {_other(pair, member): pair for pair in await changes.duplicates_of(member)}
        ids = {*(other.member_id for other in alike), *named, *before}
        others = await changes.comparables([MemberKey.of(member.program_id, other) for other in ids])
        roots = await changes.follow([member, *others])
        parted = await changes.parted(member.program_id, member.member_id, ids)
        kept = []
        for other in sorted(others, key=_by_id):
            sight = self._sight(me, others[other], named, roots, parted)
            known = before.get(other.member_id)
            pair = seen(known, sight, self.clock.now())
            if pair is not None:
                kept.append(pair)
                if pair is not known:
                    await changes.save_duplicate(pair)
        return kept

    def _sight(
        self,
        me: Comparable,
        other: Comparable,
        named: Mapping[str, int],
        roots: Mapping[MemberKey, Resolution],
        parted: Collection[str],
    ) -> Sight:
        low, high = sorted((me.key.member_id, other.key.member_id))
        gone = me.erased or other.erased
        evidence = () if gone else compared(me, other, named.get(other.key.member_id, 0))
        one = roots[me.key].root_member_id == roots[other.key].root_member_id
        return Sight(me.key.program_id, low, high, evidence, one, other.key.member_id in parted)

    def _forms(self, member: Comparable) -> dict[int, NearKind]:
        program_id = member.key.program_id
        return {self.fingerprints.of_near_form(program_id, kind.value, form): kind for kind, form in near_forms(member)}


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """The use case: one member, now."""

    registry: DuplicateRegistry
    resolve: ResolveMembers
    search: Search

    async def __call__(self, caller: Caller, member: MemberRef) -> Findings:
        """What was found. Raises PROGRAM_NOT_FOUND or MEMBER_NOT_FOUND."""
        [resolved] = await self.resolve(caller, [member])
        if isinstance(resolved, Refusal):
            raise resolved
        key = MemberKey.of(member.program_id, resolved.member_id)

        async def file(changes: DuplicateChanges) -> None:
            await self.search.file(changes, [key])

        async def look(changes: DuplicateChanges) -> Findings:
            return await self.search.look(changes, key)

        await self.registry.change(file)
        return await self.registry.change(look)


def _other(pair: Duplicate, member: MemberKey) -> str:
    return pair.high if pair.low == member.member_id else pair.low


def _by_id(member: MemberKey) -> tuple[str, str]:
    return member.program_id, member.member_id
