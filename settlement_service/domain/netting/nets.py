"""What entities owe each other in one currency of settlement: gross, net of each pair, net of all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.values.integers import checked
from settlement_service.domain.netting.conversion import SettledLeg


@dataclass(frozen=True, slots=True)
class Flow:
    """What one entity owes another, gross: the sum of its legs, 0 or more."""

    debtor: str
    creditor: str
    minor_units: int
    legs: tuple[SettledLeg, ...]


@dataclass(frozen=True, slots=True)
class BilateralNet:
    """What is left of the two flows of a pair, above 0; `debtor` owes it."""

    debtor: str
    creditor: str
    minor_units: int


@dataclass(frozen=True, slots=True)
class Position:
    """An entity's net with all others: `receivable` (owed to it, gross) less `payable` (it owes, gross)."""

    entity: str
    receivable: int
    payable: int

    @property
    def minor_units(self) -> int:
        """Above zero it is owed, below zero it owes."""
        return self.receivable - self.payable


@dataclass(frozen=True, slots=True)
class Nets:
    """The nets of one currency, everything in the order of entity ids. `positions` sum to exactly zero and hold every
    entity of a flow, also those at zero; flows of legs that came to nothing are kept, pairs at zero are not."""

    currency: str
    flows: tuple[Flow, ...]
    bilateral: tuple[BilateralNet, ...]
    positions: tuple[Position, ...]

    @property
    def gross_total(self) -> int:
        """What would be paid if every flow were."""
        return sum(flow.minor_units for flow in self.flows)

    @property
    def gross_count(self) -> int:
        """In how many payments."""
        return sum(flow.minor_units > 0 for flow in self.flows)

    @property
    def bilateral_total(self) -> int:
        """What is paid if every pair settles its net."""
        return sum(net.minor_units for net in self.bilateral)

    @property
    def multilateral_total(self) -> int:
        """What is paid if every entity settles its net with all others: the least that clears all nets."""
        return sum(position.minor_units for position in self.positions if position.minor_units > 0)


def nets_of(currency: str, legs: Sequence[SettledLeg]) -> Nets:
    """Nets of the legs that are settled in `currency`.

    Raises AMOUNT_OUT_OF_RANGE if the gross total does not fit 64 bits; no other figure is larger.
    """
    by_direction: dict[tuple[str, str], list[SettledLeg]] = defaultdict(list)
    for leg in legs:
        by_direction[leg.leg.debtor, leg.leg.creditor].append(leg)
    flows = tuple(
        Flow(debtor, creditor, sum(leg.minor_units for leg in own), tuple(own))
        for (debtor, creditor), own in sorted(by_direction.items())
    )
    checked(sum(flow.minor_units for flow in flows), f"the gross total in {currency}")
    return Nets(currency, flows, _bilateral(flows), _positions(flows))


def _bilateral(flows: Sequence[Flow]) -> tuple[BilateralNet, ...]:
    gross = {(flow.debtor, flow.creditor): flow.minor_units for flow in flows}
    left = {
        (debtor, creditor): gross[debtor, creditor] - gross.get((creditor, debtor), 0) for debtor, creditor in gross
    }
    return tuple(BilateralNet(*pair, amount) for pair, amount in sorted(left.items()) if amount > 0)


def _positions(flows: Sequence[Flow]) -> tuple[Position, ...]:
    receivable: dict[str, int] = defaultdict(int)
    payable: dict[str, int] = defaultdict(int)
    for flow in flows:
        receivable[flow.creditor] += flow.minor_units
        payable[flow.debtor] += flow.minor_units
    return tuple(Position(entity, receivable[entity], payable[entity]) for entity in sorted({*receivable, *payable}))
