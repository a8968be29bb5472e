"""What must be true of what rules ask of members: there are such tiers while the rule is in force."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from rules_service.domain.fault import Fault, KnownIds, Path
from rules_service.domain.ladders import Ladder, LadderVersion
from rules_service.domain.selector import MemberSelector, Selector, TierChoice


def member_faults(path: Path, selector: Selector, ladders: Sequence[Ladder], known: KnownIds) -> Iterator[Fault]:
    """Faults of what the selector at `path` asks of members."""
    member = selector.member
    if member is None:
        return
    for choice in member.tiers:
        yield from _tier_faults((*path, "tier", choice.ladder_id), choice, selector, ladders, known)
    yield from _age_faults((*path, "member_for", "below"), member)


def _tier_faults(
    path: Path, choice: TierChoice, selector: Selector, ladders: Sequence[Ladder], known: KnownIds
) -> Iterator[Fault]:
    if known.ladders is None:
        return
    if choice.ladder_id not in known.ladders:
        yield Fault(path, f"there is no ladder {choice.ladder_id}")
        return
    ladder = next((ladder for ladder in ladders if ladder.ladder_id == choice.ladder_id), None)
    in_force = _tiers_in_force(ladder, selector) if ladder is not None else None
    for index, tier_id in enumerate(choice.tier_ids):
        if tier_id not in known.ladders[choice.ladder_id]:
            yield Fault((*path, index), f"ladder {choice.ladder_id} has no tier {tier_id}")
        elif in_force is not None and tier_id not in in_force:
            reason = f"ladder {choice.ladder_id} has no tier {tier_id} while the rule is in force"
            yield Fault((*path, index), reason)


def _tiers_in_force(ladder: Ladder, selector: Selector) -> set[str]:
    """The tiers of all versions that are in force on a day of the rule."""
    ends: list[date | None] = [later.start for _, later in pairwise(ladder.versions)] + [None]
    return {
        tier.tier_id
        for version, end in zip(ladder.versions, ends, strict=True)
        if _overlaps(version, end, selector)
        for tier in version.tiers
    }


def _overlaps(version: LadderVersion, end: date | None, selector: Selector) -> bool:
    begins_in_time = version.start is None or selector.end_date is None or version.start < selector.end_date
    ends_in_time = end is None or selector.start_date is None or selector.start_date < end
    return begins_in_time and ends_in_time


def _age_faults(path: Path, member: MemberSelector) -> Iterator[Fault]:
    if member.days_below and member.days_below <= member.days_at_least:
        yield Fault(path, "must be above `at_least`")
