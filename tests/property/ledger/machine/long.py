"""Very long histories: members come and go, so that no wallet grows for ever; what each kind of command and each reason
came to is counted."""

from random import Random
from typing import get_args

from ledger_service.domain.commands import (
    Command,
    EndTier,
    FollowStanding,
    ImportPoints,
    LinkHomes,
    SetTier,
    WithdrawImport,
)
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.world import World

MEMBERS = 5
LIFE = 60
"""So often a member goes and another one comes: each is there for about `MEMBERS` times as many commands."""

REASONS = (
    "ACCRUAL_NOT_FOUND",
    "ADJUSTMENT_NOT_FOUND",
    "ALREADY_DECIDED",
    "AMOUNT_OUT_OF_RANGE",
    "AUTHORIZATION_ENDED",
    "AUTHORIZATION_NOT_FOUND",
    "CAPTURE_EXCEEDS_HOLD",
    "CLAIM_TOO_LATE",
    "INSUFFICIENT_POINTS",
    "MEMBER_MOVED",
    "NOTHING_DUE",
    "NOTHING_PENDING",
    "NOTHING_TO_EXTEND",
    "NOT_CORRECTABLE",
    "NOT_REDEEMABLE_SO",
    "NOT_RESTORABLE",
    "NOT_RETURNABLE",
    "NO_SETTLEMENT_TERMS",
    "ORDER_NOT_CLAIMABLE",
    "ORDER_NOT_FOUND",
    "OVERTAKEN",
    "QUOTE_CHANGED",
    "REDEMPTION_NOT_FOUND",
    "RETURN_BASIS_DIFFERS",
    "RETURN_ENDED",
    "RETURN_NOT_FOUND",
    "SALE_NOT_FOUND",
    "SAME_WALLET",
    "TENDER_NOT_ATTACHABLE",
    "WORTH_NOTHING",
)
"""Every reason that `apply` can give; a test holds them against its source."""


class Long:
    """One world for as long as it may take."""

    def __init__(self, seed: int) -> None:
        self.world = World(Random(seed).randint, members=[f"m{number}" for number in range(MEMBERS)], remembers=False)
        self.driver = Driver(self.world)
        self._came = MEMBERS

    def run(self, commands: int) -> None:
        """So many commands, each compared; everything of a member once more when it goes, and of all at the end."""
        while self.world.count < commands:
            if self.world.count >= LIFE * (self._came - MEMBERS + 1):
                self._next()
            self.driver.act()
        self.world.check()

    def _next(self) -> None:
        self.world.retire(self.world.members[0], f"m{self._came}")
        self.world.members.append(self.world.members.pop(0))
        self._came += 1

    def rare(self, least: int) -> dict[str, int]:
        """The kinds of commands and the reasons that were met less often than that. What is done about standing moves
        no point and has histories of its own (tests/property/ledger/standing), as have links and imports."""
        asked = set(get_args(Command)) - {SetTier, EndTier, FollowStanding, LinkHomes, ImportPoints, WithdrawImport}
        kinds = {kind.__name__: self.world.kinds[kind.__name__] for kind in asked}
        met = kinds | {reason: self.world.reasons[reason] for reason in REASONS}
        return {name: times for name, times in met.items() if times < least}
