"""Spending: in one step, or authorized, increased, captured and voided; and given back."""

from dataclasses import dataclass

from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.origin import DirectoryEntry, Touches
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.proof import Proof, ProofDemand
from ledger_service.domain.redemption import RedemptionTerms


@dataclass(frozen=True, slots=True)
class GuardedCommand(BaseCommand):
    """A command that takes or gives back spendable points."""

    @property
    def guarded(self) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class RedeemPoints(GuardedCommand):
    """Spends points at one brand on the given terms; `quoted` is what the shopper was told they are worth."""

    directory_key: bytes
    redemption_id: str
    points: int
    terms: RedemptionTerms
    quoted: int | None
    demand: ProofDemand | None = None
    proof: Proof | None = None

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The redemption's, by which it is found and may be voided before it arrives."""
        return (DirectoryEntry(self.directory_key),)

    @property
    def touches(self) -> Touches:
        """Its points."""
        return Touches(spends=self.points)


@dataclass(frozen=True, slots=True)
class AuthorizeRedemption(GuardedCommand):
    """Sets points aside for `hold_seconds` on the given terms."""

    directory_key: bytes
    authorization_id: str
    points: int
    terms: RedemptionTerms
    quoted: int | None
    hold_seconds: int
    demand: ProofDemand | None = None
    proof: Proof | None = None

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The authorization's."""
        return (DirectoryEntry(self.directory_key),)

    @property
    def touches(self) -> Touches:
        """Its points."""
        return Touches(spends=self.points)


@dataclass(frozen=True, slots=True)
class IncreaseHold(GuardedCommand):
    """Sets more points aside under an authorization. `proof` is None where the one it was made with is enough."""

    authorization_id: str
    points: int
    demand: ProofDemand | None = None
    proof: Proof | None = None

    @property
    def touches(self) -> Touches:
        """The authorization, and more points."""
        return Touches(holds=(self.authorization_id,), spends=self.points)


@dataclass(frozen=True, slots=True)
class CaptureRedemption(GuardedCommand):
    """Spends points of an authorization; 0: all it holds."""

    directory_key: bytes
    redemption_id: str
    authorization_id: str
    points: int
    release_rest: bool

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The redemption's, by which it is found."""
        return (DirectoryEntry(self.directory_key),)

    @property
    def touches(self) -> Touches:
        """The authorization."""
        return Touches(holds=(self.authorization_id,))


@dataclass(frozen=True, slots=True)
class VoidRedemption(GuardedCommand):
    """Frees what an authorization still holds. `tombstone` is its directory key where it never arrived: then the
    command only keeps it from arriving (empty otherwise)."""

    authorization_id: str
    tombstone: bytes

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The tombstone, if it is one."""
        return (DirectoryEntry(self.tombstone, voids=True),) if self.tombstone else ()

    @property
    def touches(self) -> Touches:
        """The authorization."""
        return Touches() if self.tombstone else Touches(holds=(self.authorization_id,))


@dataclass(frozen=True, slots=True)
class RestoreRedemption(GuardedCommand):
    """Gives points of a redemption back; 0: all that is left. `tombstone` as in VoidRedemption."""

    redemption_id: str
    points: int
    reason: str
    policy: ReturnPolicy
    tombstone: bytes

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The tombstone, if it is one."""
        return (DirectoryEntry(self.tombstone, voids=True),) if self.tombstone else ()

    @property
    def touches(self) -> Touches:
        """The redemption."""
        return Touches() if self.tombstone else Touches(redemptions=(self.redemption_id,))
