"""Commands: what a call asks of the ledger once identity has said who and rules have said what."""

from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.earn import (
    ActivatePending,
    Award,
    CancelPending,
    ClaimOrder,
    CorrectOrder,
    ExchangeOrder,
    OrderPart,
    PendingTarget,
    PostOrder,
    Tender,
    TenderLine,
)
from ledger_service.domain.commands.imports import ImportPoints, WithdrawImport
from ledger_service.domain.commands.links import LinkHomes
from ledger_service.domain.commands.origin import (
    AwaitedSale,
    DirectoryEntry,
    Origin,
    RequestKey,
    RootHomes,
    SaleLock,
    Touches,
)
from ledger_service.domain.commands.people import (
    AdjustPoints,
    DecideAdjustment,
    ExtendExpiry,
    ReceiveTransfer,
    SendTransfer,
    SweepWallet,
)
from ledger_service.domain.commands.returns import (
    CancelOrder,
    CancelReturn,
    OpenReturn,
    PostReturn,
    ResolveParkedReturn,
    ReturnPart,
)
from ledger_service.domain.commands.spend import (
    AuthorizeRedemption,
    CaptureRedemption,
    IncreaseHold,
    RedeemPoints,
    RestoreRedemption,
    VoidRedemption,
)
from ledger_service.domain.commands.standing import EndTier, FollowStanding, SetTier

Command = (
    PostOrder
    | ClaimOrder
    | ExchangeOrder
    | CorrectOrder
    | ActivatePending
    | CancelPending
    | RedeemPoints
    | AuthorizeRedemption
    | IncreaseHold
    | CaptureRedemption
    | VoidRedemption
    | RestoreRedemption
    | PostReturn
    | OpenReturn
    | CancelReturn
    | ResolveParkedReturn
    | CancelOrder
    | SweepWallet
    | ExtendExpiry
    | AdjustPoints
    | DecideAdjustment
    | SendTransfer
    | ReceiveTransfer
    | SetTier
    | EndTier
    | FollowStanding
    | LinkHomes
    | ImportPoints
    | WithdrawImport
)

__all__ = [
    "ActivatePending",
    "AdjustPoints",
    "AuthorizeRedemption",
    "AwaitedSale",
    "Award",
    "BaseCommand",
    "CancelOrder",
    "CancelPending",
    "CancelReturn",
    "CaptureRedemption",
    "ClaimOrder",
    "Command",
    "CorrectOrder",
    "DecideAdjustment",
    "DirectoryEntry",
    "EndTier",
    "ExchangeOrder",
    "ExtendExpiry",
    "FollowStanding",
    "ImportPoints",
    "IncreaseHold",
    "LinkHomes",
    "OpenReturn",
    "OrderPart",
    "Origin",
    "PendingTarget",
    "PostOrder",
    "PostReturn",
    "ReceiveTransfer",
    "RedeemPoints",
    "RequestKey",
    "ResolveParkedReturn",
    "RestoreRedemption",
    "ReturnPart",
    "RootHomes",
    "SaleLock",
    "SendTransfer",
    "SetTier",
    "SweepWallet",
    "Tender",
    "TenderLine",
    "Touches",
    "VoidRedemption",
    "WithdrawImport",
]
