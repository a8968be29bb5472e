"""What checkers find and what the history sums up to."""

from dataclasses import dataclass

from ledger_service.domain.answers import LogPosition
from ledger_service.domain.policies import SettlementPolicy


@dataclass(frozen=True, slots=True)
class IntegrityCheck:
    """The outcome of one checker: it holds if `violations` is 0. At most 20 findings are named."""

    invariant: str
    description: str
    checked: int
    violations: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrandTotals:
    """Points of one brand by kind of movement, its closing and the part of it that members owe."""

    brand: str
    by_kind: tuple[tuple[str, int], ...]
    closing: int
    receivable: int


@dataclass(frozen=True, slots=True)
class ObligationTotal:
    """What one entity owes another for points of one policy; under RESERVE with who holds the reserve."""

    debtor: str
    creditor: str
    currency: str
    amount: int
    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""


@dataclass(frozen=True, slots=True)
class CarryingTotal:
    """What accruals of one policy stand for in one funder's books; `receivable` is at most 0."""

    entity: str
    currency: str
    liability: int
    receivable: int
    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""


@dataclass(frozen=True, slots=True)
class OwnPriceTotal:
    """What an entity bore of the prices of its own points that were spent with it, where they pass a reserve."""

    entity: str
    currency: str
    amount: int
    reserve_entity: str


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Totals of a program up to a cursor."""

    up_to: tuple[LogPosition, ...]
    brands: tuple[BrandTotals, ...]
    obligations: tuple[ObligationTotal, ...]
    carrying: tuple[CarryingTotal, ...]
    own_prices: tuple[OwnPriceTotal, ...] = ()
