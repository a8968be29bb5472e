"""What the use cases about spending need of the world besides `ports`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.hold import Hold
from ledger_service.domain.proof import Proof, ProofMethod
from ledger_service.domain.redemption import Redemption


@dataclass(frozen=True, slots=True)
class GivenProof:
    """A proof as the till sent it. `value` is secret, and left out wherever this is shown."""

    method: ProofMethod
    value: str

    def __repr__(self) -> str:
        return f"GivenProof({self.method.name})"


@dataclass(frozen=True, slots=True)
class ProofQuestion:
    """Does this prove the member? `use` names what it is for, for ever: a repeat uses nothing up."""

    program: str
    use: str
    member: str
    given: GivenProof
    location_id: str


class Proofs(Protocol):
    """Identity, asked what proves a member."""

    async def verify(self, question: ProofQuestion) -> Proof:
        """The proof as accepted; Refusal of identity if it proves nothing."""


class Span(NamedTuple):
    """Some time until now."""

    since: datetime
    now: datetime


class SpendReader(Protocol):
    """Reads outside any lane, about points to be spent and points spent."""

    async def hold(self, wallet: MemberKey, homes: Sequence[str], hold_id: str) -> Hold | None:
        """A hold of a wallet, as it was left by the last command."""

    async def redemption(self, wallet: MemberKey, homes: Sequence[str], redemption_id: str) -> Redemption | None:
        """A redemption of a wallet."""

    async def spent_since(
        self, wallet: MemberKey, homes: Sequence[str], currency: str, span: Span, but_hold: str
    ) -> int:
        """What was spent in a span and not given back, and what open authorizations hold, in minor units of a currency;
        without what belongs to one authorization (empty: none)."""

    async def restricted(self, wallet: MemberKey, homes: Sequence[str], as_of: datetime) -> Mapping[str, int]:
        """Spendable points by scope, without those that can be spent anywhere."""

    async def spendable(
        self, wallet: MemberKey, homes: Sequence[str], points: int, as_of: datetime
    ) -> Sequence[Accrual]:
        """Spendable accruals of each home in the default burn order, at least as many as hold the points; of a very
        long wallet, its first."""
