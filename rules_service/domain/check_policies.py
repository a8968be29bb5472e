"""What must be true of a program's policies."""

from collections.abc import Iterator

from rules_service.domain.fault import Fault, Path
from rules_service.domain.policies import Policies

_REDEMPTION: Path = ("program", "redemption")


def policy_faults(policies: Policies) -> Iterator[Fault]:
    """The order of spending names no key twice, and what is held by default may be held."""
    redemption = policies.redemption
    for index, key in enumerate(redemption.burn_order):
        first = redemption.burn_order.index(key)
        if first < index:
            reason = f"{key.value} is named a second time, first as entry {first + 1}"
            yield Fault((*_REDEMPTION, "burn_order", index), reason)
    longest = redemption.longest_hold_seconds
    if redemption.hold_seconds > longest:
        reason = f"must be at most longest_hold_seconds, {longest}"
        yield Fault((*_REDEMPTION, "hold_seconds"), reason)
