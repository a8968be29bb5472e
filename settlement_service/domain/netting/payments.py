"""Payment instructions that clear nets, each with the nets it clears.

Nobody pays without owing, nobody is paid without being owed, two entities meet in one payment at most, and the total
is the least possible. The order and amounts follow from the nets alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from heapq import heapify, heappop, heappush

from settlement_service.domain.netting.nets import Flow, Nets
from settlement_service.domain.netting.zero_sum import zero_sum_groups


class Method(Enum):
    """What is cleared: the net of each pair, or the net of each entity with all others."""

    BILATERAL = "BILATERAL"
    MULTILATERAL = "MULTILATERAL"


@dataclass(frozen=True, slots=True)
class Payment:
    """`debtor` pays `creditor` this much, above 0."""

    debtor: str
    creditor: str
    currency: str
    minor_units: int


@dataclass(frozen=True, slots=True)
class Clearing:
    """What a payment does to a net of one of its parties: from `before` to `after`, nearer to zero.

    `net` is where that net stood before all payments: below zero the entity owes, above it is owed.
    """

    entity: str
    net: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """A payment and what it clears, in the order in which the clearings follow from each other."""

    payment: Payment
    debtor: Clearing
    creditor: Clearing


def instructions_for(nets: Nets, method: Method) -> tuple[Instruction, ...]:
    """The payments that clear `nets`: one a pair, or at most one less than there are entities with a net."""
    return tuple(_BY_METHOD[method](nets))


def _bilateral(nets: Nets) -> Iterator[Instruction]:
    for net in nets.bilateral:
        amount = net.minor_units
        yield Instruction(
            Payment(net.debtor, net.creditor, nets.currency, amount),
            Clearing(net.debtor, -amount, -amount, 0),
            Clearing(net.creditor, amount, amount, 0),
        )


def _multilateral(nets: Nets) -> Iterator[Instruction]:
    """Connected entities first, so that nobody is told to pay one to whom no chain of obligations leads; among those
    the groups that sum to zero; in each group the one that owes most pays the one that is owed most."""
    amounts = {position.entity: position.minor_units for position in nets.positions}
    for connected in _connected(nets.flows):
        for group in zero_sum_groups({entity: amounts[entity] for entity in connected}):
            yield from _largest_first(nets.currency, {entity: amounts[entity] for entity in group})


_BY_METHOD: Mapping[Method, Callable[[Nets], Iterator[Instruction]]] = {
    Method.BILATERAL: _bilateral,
    Method.MULTILATERAL: _multilateral,
}


def _largest_first(currency: str, nets: Mapping[str, int]) -> Iterator[Instruction]:
    """The textbook greedy: each payment clears one of its two parties and the last one both, hence k − 1 at most.
    Ties go to the lowest id."""
    owing = [(amount, entity) for entity, amount in nets.items() if amount < 0]
    owed = [(-amount, entity) for entity, amount in nets.items() if amount > 0]
    heapify(owing)
    heapify(owed)
    while owing:
        (debt, debtor), (claim, creditor) = heappop(owing), heappop(owed)
        amount = min(-debt, -claim)
        yield Instruction(
            Payment(debtor, creditor, currency, amount),
            Clearing(debtor, nets[debtor], debt, debt + amount),
            Clearing(creditor, nets[creditor], -claim, -claim - amount),
        )
        if debt + amount:
            heappush(owing, (debt + amount, debtor))
        if claim + amount:
            heappush(owed, (claim + amount, creditor))


def _connected(flows: Sequence[Flow]) -> Iterator[list[str]]:
    """Entities linked by flows above zero, directly or over others; groups and members by id."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for flow in flows:
        if flow.minor_units > 0:
            neighbours[flow.debtor].add(flow.creditor)
            neighbours[flow.creditor].add(flow.debtor)
    seen: set[str] = set()
    for start in sorted(neighbours):
        if start not in seen:
            reached, waiting = {start}, [start]
            while waiting:
                new = neighbours[waiting.pop()] - reached
                reached |= new
                waiting += new
            seen |= reached
            yield sorted(reached)
