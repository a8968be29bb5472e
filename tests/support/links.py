"""Who is whose, as identity keeps it: merges, unmerges, and where a member leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Origin
from ledger_service.use_cases.ports import MemberRef, Resolution


@dataclass
class Links:
    """Links between members; whoever is in none is alone. `asked` counts questions, `forgotten` what was forgotten."""

    survivor_of: dict[str, str] = field(default_factory=dict)
    merge_seq: dict[str, int] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    remembered: dict[str, Resolution] = field(default_factory=dict)
    remembers: bool = False

    def merge(self, survivor: str, absorbed: str) -> None:
        """Absorbs the root of one member into that of another."""
        self.members |= {survivor, absorbed}
        upper, lower = self.root(survivor), self.root(absorbed)
        assert upper != lower
        self.survivor_of[lower] = upper
        self._next(upper, lower)

    def unmerge(self, absorbed: str) -> None:
        """Takes a member out from under its survivor, with whom it had absorbed itself."""
        root = self.root(absorbed)
        del self.survivor_of[absorbed]
        self._next(root, absorbed)

    def _next(self, *roots: str) -> None:
        seq = max(self.merge_seq.get(root, 0) for root in roots) + 1
        self.merge_seq |= dict.fromkeys(roots, seq)

    def root(self, member: str) -> str:
        """Where a member leads."""
        while member in self.survivor_of:
            member = self.survivor_of[member]
        return member

    def homes(self, root: str) -> tuple[str, ...]:
        """A root and whomever it absorbed."""
        return (root, *sorted(one for one in self.members if one != root and self.root(one) == root))

    def of(self, member: str) -> Resolution:
        """Where a member leads now."""
        root = self.root(member)
        return Resolution(member, root, self.homes(root), self.merge_seq.get(root, 0), "")

    def origin(self, origin: Origin, member: str | None = None) -> Origin:
        """An origin whose member leads where it leads now."""
        found = self.of(member or origin.home)
        wallet = MemberKey(origin.program, found.root)
        return replace(origin, home=found.member_id, wallet=wallet, homes=found.homes, merge_seq=found.merge_seq)

    # --- as the ledger asks

    async def resolve(self, _program: str, member: MemberRef) -> Resolution:
        """Where a member leads; with `remembers` as it led when it was first asked for."""
        if not self.remembers:
            return self.of(member.member_id)
        return self.remembered.setdefault(member.member_id, self.of(member.member_id))

    def forget(self, _program: str, homes: Iterable[str]) -> None:
        """Remembers nothing any more that leads to one of these homes."""
        moved = set(homes)
        self.remembered = {one: found for one, found in self.remembered.items() if moved.isdisjoint(found.homes)}


def parts_of(rows: Sequence[tuple[object, ...]]) -> dict[object, tuple[object, ...]]:
    """Rows of homes by member."""
    return {row[0]: tuple(row[1:]) for row in rows}
