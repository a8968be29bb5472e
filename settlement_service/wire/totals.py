"""The ledger's sums as figures by name.

The ledger knows obligations and carrying values by policy, and nothing of how the books route them. What the books must
stand at follows from its sums in closed form: under RESERVE every funder owes the reserve what its points stand for and
the prices of its points, the reserve owes redeemers those prices, and holds for each funder what its points stand for.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from loyalty.ledger.v1 import integrity_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.rules.v1 import program_pb2

from settlement_service.domain.reconciliation import (
    Figures,
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
    reserve_figure,
)

_RESERVE = program_pb2.SETTLEMENT_POLICY_RESERVE


def figures_of(message: messages.GetLedgerTotalsResponse) -> Figures:
    """Every figure of the ledger's answer. What one entity owes another, the other must have as a claim."""
    figures: Figures = defaultdict(int)
    for brand in message.brands:
        figures[closing_figure(brand.brand_id)] = brand.closing_points
        figures[receivable_figure(brand.brand_id)] = brand.receivable_points
        for total in brand.totals:
            figures[points_figure(brand.brand_id, total.kind)] = total.points
    for owed in message.obligations:
        _owe(figures, _stops(owed), owed.currency_code, owed.minor_units)
    for own in message.own_prices:
        if own.entity_id != own.reserve_entity_id:
            there_and_back = (own.entity_id, own.reserve_entity_id, own.entity_id)
            _owe(figures, there_and_back, own.currency_code, own.minor_units)
    for carried in message.carrying:
        _carry(figures, carried)
    return dict(figures)


def _stops(owed: integrity_pb2.ObligationTotal) -> tuple[str, ...]:
    """Whom an obligation passes: under RESERVE the reserve, unless it is itself debtor or creditor."""
    ends = (owed.debtor_entity_id, owed.creditor_entity_id)
    if owed.settlement_policy != _RESERVE or owed.reserve_entity_id in ends:
        return ends
    return owed.debtor_entity_id, owed.reserve_entity_id, owed.creditor_entity_id


def _owe(figures: Figures, stops: Iterable[str], currency: str, minor_units: int) -> None:
    for debtor, creditor in pairwise(stops):
        figures[obligation_figure(debtor, creditor, currency)] += minor_units
        figures[claim_figure(debtor, creditor, currency)] += minor_units


def _carry(figures: Figures, carried: integrity_pb2.CarryingTotal) -> None:
    entity, currency, reserve = carried.entity_id, carried.currency_code, carried.reserve_entity_id
    figures[carrying_figure(entity, currency, "liability")] += carried.liability_minor_units
    figures[carrying_figure(entity, currency, "receivable")] += carried.receivable_minor_units
    if carried.settlement_policy == _RESERVE and entity != reserve:
        _owe(figures, (entity, reserve), currency, carried.liability_minor_units)
        figures[reserve_figure(reserve, entity, currency)] += carried.liability_minor_units
