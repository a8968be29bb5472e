"""What a round says of wallets that it passed over."""

from collections.abc import Mapping

from opentelemetry.metrics import Counter

from ledger_service.domain import refusals

_QUIET = {refusals.NOTHING_DUE.name, refusals.MEMBER_MOVED.name, refusals.LANE_UNOWNED.name}
"""Reasons that heal by themselves: somebody was faster, or something is on its way."""


def count_passed_over(counter: Counter, passed_over: Mapping[str, int]) -> dict[str, int]:
    """Counts them by reason; those that somebody should hear of."""
    for reason, count in passed_over.items():
        counter.add(count, {"outcome": reason})
    return {reason: count for reason, count in passed_over.items() if reason not in _QUIET}
