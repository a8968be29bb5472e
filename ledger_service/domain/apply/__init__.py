"""The state machine: `apply(slice, command, stamp)` decides one command.

Pure: no I/O, no clock, no chance. It reads the slice and returns the difference, or raises a Refusal, or raises
`NeedMore` if the slice does not hold enough; a command that does not succeed leaves the slice as it was.
"""

from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Stamp
from ledger_service.domain.apply.post_order import post_order
from ledger_service.domain.apply.post_return import post_return
from ledger_service.domain.apply.redeem_points import redeem_points
from ledger_service.domain.commands import Command, PostOrder, RedeemPoints
from ledger_service.domain.slice import NeedMore, Slice

__all__ = ["Applied", "NeedMore", "Stamp", "apply"]


def apply(state: Slice, command: Command, stamp: Stamp) -> Applied:
    """What `command` does to `state` at `stamp`. Raises Refusal (decided: to be kept) or NeedMore."""
    draft = Draft(state, command.origin, stamp)
    draft.expire_due()
    if isinstance(command, PostOrder):
        return post_order(draft, command)
    if isinstance(command, RedeemPoints):
        return redeem_points(draft, command)
    return post_return(draft, command)
