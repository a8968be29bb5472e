"""The state machine: `apply(slice, command, stamp)` decides one command.

Pure: no I/O, no clock, no chance. It reads the slice and returns the difference, or raises a Refusal, or raises
`NeedMore` if the slice does not hold enough; a command that does not succeed leaves the slice as it was.
"""

from collections.abc import Callable
from typing import Any

from ledger_service.domain.apply.adjust import adjust_points, decide_adjustment
from ledger_service.domain.apply.authorize import authorize_redemption, increase_hold
from ledger_service.domain.apply.cancel_order import cancel_order
from ledger_service.domain.apply.cancel_return import cancel_return
from ledger_service.domain.apply.capture import capture_redemption
from ledger_service.domain.apply.claim_order import claim_order
from ledger_service.domain.apply.correct_order import correct_order
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.exchange_order import exchange_order
from ledger_service.domain.apply.extend_expiry import extend_expiry
from ledger_service.domain.apply.follow_standing import follow_standing
from ledger_service.domain.apply.import_points import import_points, withdraw_import
from ledger_service.domain.apply.link_homes import link_homes
from ledger_service.domain.apply.open_return import open_return
from ledger_service.domain.apply.outcome import Applied, Stamp
from ledger_service.domain.apply.park_return import take_return
from ledger_service.domain.apply.pending import activate_pending, cancel_pending
from ledger_service.domain.apply.post_order import post_order
from ledger_service.domain.apply.redeem_points import redeem_points
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.resolve_return import resolve_return
from ledger_service.domain.apply.restore_redemption import restore_redemption
from ledger_service.domain.apply.set_tier import end_tier, set_tier
from ledger_service.domain.apply.sweep import sweep_wallet
from ledger_service.domain.apply.transfer import receive_transfer, send_transfer
from ledger_service.domain.apply.void import void_redemption
from ledger_service.domain.commands import (
    ActivatePending,
    AdjustPoints,
    AuthorizeRedemption,
    CancelOrder,
    CancelPending,
    CancelReturn,
    CaptureRedemption,
    ClaimOrder,
    Command,
    CorrectOrder,
    DecideAdjustment,
    EndTier,
    ExchangeOrder,
    ExtendExpiry,
    FollowStanding,
    ImportPoints,
    IncreaseHold,
    LinkHomes,
    OpenReturn,
    PostOrder,
    PostReturn,
    ReceiveTransfer,
    RedeemPoints,
    ResolveParkedReturn,
    RestoreRedemption,
    SendTransfer,
    SetTier,
    SweepWallet,
    VoidRedemption,
    WithdrawImport,
)
from ledger_service.domain.slice import NeedMore, Slice

__all__ = ["Applied", "NeedMore", "Stamp", "apply"]

_HANDLERS: dict[type[Command], Callable[[Draft, Any], Applied]] = {
    PostOrder: post_order,
    ClaimOrder: claim_order,
    PostReturn: take_return,
    OpenReturn: open_return,
    CancelReturn: cancel_return,
    ResolveParkedReturn: resolve_return,
    CancelOrder: cancel_order,
    ExchangeOrder: exchange_order,
    RedeemPoints: redeem_points,
    RestoreRedemption: restore_redemption,
    AuthorizeRedemption: authorize_redemption,
    IncreaseHold: increase_hold,
    CaptureRedemption: capture_redemption,
    VoidRedemption: void_redemption,
    ActivatePending: activate_pending,
    CancelPending: cancel_pending,
    SweepWallet: sweep_wallet,
    ExtendExpiry: extend_expiry,
    CorrectOrder: correct_order,
    AdjustPoints: adjust_points,
    DecideAdjustment: decide_adjustment,
    SendTransfer: send_transfer,
    ReceiveTransfer: receive_transfer,
    SetTier: set_tier,
    EndTier: end_tier,
    FollowStanding: follow_standing,
    LinkHomes: link_homes,
    ImportPoints: import_points,
    WithdrawImport: withdraw_import,
}
"""Who decides each command; a test holds it against the union of commands."""


def apply(state: Slice, command: Command, stamp: Stamp) -> Applied:
    """What `command` does to `state` at `stamp`. Raises Refusal (decided: to be kept) or NeedMore."""
    draft = Draft(state, command.origin, stamp)
    draft.book_due()
    if not isinstance(command, SweepWallet | FollowStanding | LinkHomes):
        # What time has made spendable pays what is owed before anything else is done with it (docs/adr/0032). A sweep
        # leaves that to the member's next command: whether one ran must not decide which points pay.
        repay_debts(draft)
    return _HANDLERS[type(command)](draft, command)
