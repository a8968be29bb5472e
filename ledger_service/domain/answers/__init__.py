"""Answers of applied commands: stored with the event, given again to every retry."""

from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.answers.close import PeriodCut
from ledger_service.domain.answers.earn import (
    ClaimAnswer,
    CorrectedPoints,
    CorrectionAnswer,
    EarnedPoints,
    ExchangeAnswer,
    OrderAnswer,
    PendingAnswer,
)
from ledger_service.domain.answers.imports import ImportAnswer, WithdrawalAnswer
from ledger_service.domain.answers.links import LinkAnswer
from ledger_service.domain.answers.people import (
    AdjustmentAnswer,
    ArrivalAnswer,
    ExtensionAnswer,
    SweepAnswer,
    TransferAnswer,
)
from ledger_service.domain.answers.returns import (
    AnnouncedAnswer,
    CancelledReturnAnswer,
    ResolvedReturnAnswer,
    ReturnAnswer,
)
from ledger_service.domain.answers.spend import (
    AuthorizationAnswer,
    CaptureAnswer,
    HoldView,
    RedemptionAnswer,
    RedemptionView,
    RestoreAnswer,
    VoidAnswer,
)
from ledger_service.domain.answers.standing import FollowedAnswer, TierAnswer
from ledger_service.domain.order import RestoredPoints, ReversedPoints

Answer = (
    OrderAnswer
    | ClaimAnswer
    | ExchangeAnswer
    | CorrectionAnswer
    | PendingAnswer
    | RedemptionAnswer
    | AuthorizationAnswer
    | CaptureAnswer
    | VoidAnswer
    | RestoreAnswer
    | ReturnAnswer
    | AnnouncedAnswer
    | CancelledReturnAnswer
    | ResolvedReturnAnswer
    | SweepAnswer
    | ExtensionAnswer
    | AdjustmentAnswer
    | TransferAnswer
    | ArrivalAnswer
    | TierAnswer
    | FollowedAnswer
    | LinkAnswer
    | ImportAnswer
    | WithdrawalAnswer
)

__all__ = [
    "AdjustmentAnswer",
    "AnnouncedAnswer",
    "Answer",
    "ArrivalAnswer",
    "AuthorizationAnswer",
    "CancelledReturnAnswer",
    "CaptureAnswer",
    "ClaimAnswer",
    "CorrectedPoints",
    "CorrectionAnswer",
    "EarnedPoints",
    "ExchangeAnswer",
    "ExtensionAnswer",
    "FollowedAnswer",
    "HoldView",
    "ImportAnswer",
    "LinkAnswer",
    "LogPosition",
    "OrderAnswer",
    "PendingAnswer",
    "PeriodCut",
    "RedemptionAnswer",
    "RedemptionView",
    "ResolvedReturnAnswer",
    "RestoreAnswer",
    "RestoredPoints",
    "ReturnAnswer",
    "ReversedPoints",
    "SweepAnswer",
    "TierAnswer",
    "TransferAnswer",
    "VoidAnswer",
    "WithdrawalAnswer",
]
