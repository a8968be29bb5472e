"""What merges and unmerges do to wallets, decided from resolutions alone; points and identifiers never move.

Members form a forest: an absorbed member is linked under another, a root under nobody. A merge links two roots, an
unmerge cuts one link, and both set the `merge_seq` of the two members concerned above all that either wallet ever had:
whoever holds an older resolution of any of the homes is found out by that number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from identity_service.domain import refusals
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import Resolution

MOST_HOMES = 100
"""Of a wallet. The ledger takes every home's row in one command, so the number is bounded."""


class LinkKind(Enum):
    """What happened to a link; numbered as on the wire and in the database."""

    MERGED = 1
    UNMERGED = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """Why two members are one, or are not: `decided_by` names a person, or the rule of the program, whose version is
    then above 0. `evidence_ref` and `duplicate_id` are empty if there is none."""

    reason: str
    decided_by: str
    evidence_ref: str = ""
    duplicate_id: str = ""
    rule_version: int = 0

    def without_words(self) -> "Decision":
        """The decision about somebody who was erased: no erasure comes that would take the words away."""
        return replace(self, reason="", evidence_ref="")


@dataclass(frozen=True, slots=True)
class Merge:
    """Two members to make one person, each named by id or by an identifier."""

    program_id: str
    survivor: str | Identifier
    absorbed: str | Identifier
    decision: Decision


@dataclass(frozen=True, slots=True)
class Unmerge:
    """A member whose link is to be removed."""

    program_id: str
    member_id: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Linked:
    """A change of links, as decided. `linked` is the member that the link of `absorbed` leads or led to, `root` the one
    whose wallet it came under or left; homes are those afterwards, the root, or the absorbed, first."""

    kind: LinkKind
    absorbed: str
    linked: str
    root: str
    root_homes: tuple[str, ...]
    absorbed_homes: tuple[str, ...]
    merge_seq: int


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A change of links as it was kept, at its place among those of the program."""

    program_id: str
    position: int
    linked: Linked
    change_time: datetime
    decision: Decision
    caller: str
    request_id: str


@dataclass(frozen=True, slots=True)
class TreeLink:
    """A link of a wallet as it stood: since which change, and when that was."""

    member_id: str
    linked: str
    position: int
    link_time: datetime


@dataclass(frozen=True, slots=True)
class Tree:
    """A wallet as it stood: the root and the links that lead to it, by position."""

    root_member_id: str
    links: tuple[TreeLink, ...]

    @property
    def homes(self) -> list[str]:
        """Every member of the wallet, the root first."""
        return [self.root_member_id, *(link.member_id for link in self.links)]


def merged(survivor: Resolution, absorbed: Resolution) -> Linked:
    """The absorbed member's root under that of the survivor. Raises ALREADY_MERGED or TOO_MANY_HOMES."""
    root, under = survivor.root_member_id, absorbed.root_member_id
    if root == under:
        raise refusals.already_merged(root)
    homes = homes_of(root, [*survivor.home_member_ids, *absorbed.home_member_ids])
    if len(homes) > MOST_HOMES:
        raise refusals.too_many_homes(len(homes), MOST_HOMES)
    return Linked(LinkKind.MERGED, under, root, root, homes, absorbed.home_member_ids, _next_seq(survivor, absorbed))


def unmerged(linked: str, root: Resolution, absorbed: Resolution) -> Linked:
    """The absorbed member out of the wallet; both as they resolve without its link, which led to `linked`."""
    return Linked(
        LinkKind.UNMERGED,
        absorbed.root_member_id,
        linked,
        root.root_member_id,
        root.home_member_ids,
        absorbed.home_member_ids,
        _next_seq(root, absorbed),
    )


def homes_of(root: str, members: Iterable[str]) -> tuple[str, ...]:
    """The members of a wallet in the order in which they are told: the root, then the others by id."""
    return (root, *sorted(set(members) - {root}))


def _next_seq(one: Resolution, other: Resolution) -> int:
    return max(one.merge_seq, other.merge_seq) + 1
