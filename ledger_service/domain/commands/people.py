"""What time and people do: sweeps, extensions, adjustments, transfers."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.adjustment import AdjustmentTerms
from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.origin import DirectoryEntry, Touches
from ledger_service.domain.commands.spend import GuardedCommand
from ledger_service.domain.policies import DEFAULT_BURN_ORDER, BurnRule
from ledger_service.domain.transfer import Transfer


@dataclass(frozen=True, slots=True)
class SweepWallet(BaseCommand):
    """Books what is due in a wallet that nobody touches."""


@dataclass(frozen=True, slots=True)
class ExtendExpiry(BaseCommand):
    """Sets a later expiry on the named accruals of (home, id), or on all that expire before it if none is named."""

    extension_id: str
    accruals: tuple[tuple[str, str], ...]
    expire_time: datetime
    reason: str
    operator_id: str

    @property
    def touches(self) -> Touches:
        """The accruals."""
        return Touches(accruals=self.accruals)


@dataclass(frozen=True, slots=True)
class AdjustPoints(GuardedCommand):
    """Gives or takes points, or keeps that as a proposal if `needs_second` person. What is taken of a brand goes by the
    program's `burn_order`."""

    directory_key: bytes
    adjustment_id: str
    terms: AdjustmentTerms
    needs_second: bool
    burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The adjustment's, by which it is found."""
        return (DirectoryEntry(self.directory_key),)

    @property
    def touches(self) -> Touches:
        """The accrual, or points to be taken."""
        return _touched(self.terms)


@dataclass(frozen=True, slots=True)
class DecideAdjustment(GuardedCommand):
    """Carries a proposed adjustment out, or rejects it. `terms` are the proposal's, read before: what it names."""

    adjustment_id: str
    terms: AdjustmentTerms
    approve: bool
    operator_id: str
    burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER

    @property
    def touches(self) -> Touches:
        """The adjustment and what it names."""
        named = _touched(self.terms)
        return Touches(adjustments=(self.adjustment_id,), accruals=named.accruals, spends=named.spends)


@dataclass(frozen=True, slots=True)
class SendTransfer(GuardedCommand):
    """Takes points in the program's burn order, for `receiver`."""

    directory_key: bytes
    transfer_id: str
    receiver: str
    receiver_root: str
    points: int
    reason: str
    burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The transfer's, by which it is found."""
        return (DirectoryEntry(self.directory_key),)

    @property
    def touches(self) -> Touches:
        """Its points."""
        return Touches(spends=self.points)


@dataclass(frozen=True, slots=True)
class ReceiveTransfer(BaseCommand):
    """Gives the home the successors of what another member sent; `arrival_key` is claimed once."""

    arrival_key: bytes
    transfer: Transfer

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The arrival's: points arrive once."""
        return (DirectoryEntry(self.arrival_key),)


def _touched(terms: AdjustmentTerms) -> Touches:
    if terms.accrual_id:
        return Touches(accruals=((terms.accrual_home, terms.accrual_id),))
    return Touches(spends=max(0, -terms.points))
