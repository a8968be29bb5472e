"""How large a program may become. Files say some things once that a program says again and again: a rule for several
brands, the tiers of a ladder that changes, one rule for many brands in a list of rules. So what they come to is counted
before it is made, in bytes of a revision's message, which is what every follower must be able to take.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rules_service.domain.ladders import LadderVersion, Tier
from rules_service.wire.yaml_tree import ListNode, MapNode, Node

MOST_BYTES_A_PROGRAM = 10 << 20
"""With its files, a call's 4 MiB, it stays below the 16 MiB that followers may allow a message."""
MOST_BYTES_A_LADDER = 1 << 20
"""Of all its versions. Each is followed for every member."""
PROGRAM_TOO_LARGE = (
    f"with this the program comes to more than {MOST_BYTES_A_PROGRAM:,} bytes, everything counted as often as it holds:"
    " for each brand, on each change of a ladder"
)
LADDER_TOO_LARGE = (
    f"with this the ladder comes to more than {MOST_BYTES_A_LADDER:,} bytes: each change has all tiers with their perks"
)

NOUN = 32
"""What a noun takes besides what is written."""
RULE = 72
"""What a rule takes besides what is written: its version, its place, and what it does not say."""
_VERSION, _TIER = 80, 32
_VALUE, _KEY = 4, 2


@dataclass(slots=True)
class Room:
    """What is left of the bytes a program may come to; nothing fits any more after something did not."""

    left: int = MOST_BYTES_A_PROGRAM

    def take(self, size: int) -> bool:
        """Whether so much fits."""
        self.left = self.left - size if size <= self.left else -1
        return self.left >= 0


def node_size(node: Node) -> int:
    """At most so many bytes is what is written there, in a message."""
    if isinstance(node, MapNode):
        return _VALUE + entries_size(node)
    if isinstance(node, ListNode):
        return _VALUE + sum([node_size(item) for item in node.items])
    return _VALUE + (text_size(node.text) if node.text is not None else 0)


def entries_size(node: Node, but: str = "") -> int:
    """The same of the entries of a map, without one of them."""
    entries = node.entries.items() if isinstance(node, MapNode) else ()
    return sum([_KEY + text_size(key) + node_size(value) for key, value in entries if key != but])


def ids_size(ids: Iterable[str]) -> int:
    """At most so many bytes are these ids."""
    return sum([_VALUE + len(one) for one in ids])


def version_size(version: LadderVersion) -> int:
    """At most so many bytes is a version of a ladder."""
    weights = sum([12 + len(part.brand_id) for part in version.brand_weights])
    return _VERSION + len(version.brand_id) + weights + sum([_tier_size(tier) for tier in version.tiers])


def _tier_size(tier: Tier) -> int:
    factors = sum([32 + len(part.brand_id) for part in tier.benefits.multipliers])
    return _TIER + len(tier.tier_id) + text_size(tier.name) + factors + ids_size(tier.benefits.perks)


def text_size(text: str) -> int:
    """The bytes of a text."""
    return len(text) if text.isascii() else len(text.encode())
