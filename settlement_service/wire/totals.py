"""The ledger's sums as figures by name."""

from loyalty.ledger.v1 import ledger_service_pb2 as messages

from settlement_service.domain.reconciliation import (
    Figures,
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
)


def figures_of(message: messages.GetLedgerTotalsResponse) -> Figures:
    """Every figure of the ledger's answer. What one entity owes another, the other must have as a claim."""
    figures: Figures = {}
    for brand in message.brands:
        figures[closing_figure(brand.brand_id)] = brand.closing_points
        figures[receivable_figure(brand.brand_id)] = brand.receivable_points
        for total in brand.totals:
            figures[points_figure(brand.brand_id, total.kind)] = total.points
    for owed in message.obligations:
        pair = (owed.debtor_entity_id, owed.creditor_entity_id, owed.currency_code)
        figures[obligation_figure(*pair)] = owed.minor_units
        figures[claim_figure(*pair)] = owed.minor_units
    for carried in message.carrying:
        of = (carried.entity_id, carried.currency_code)
        figures[carrying_figure(*of, "liability")] = carried.liability_minor_units
        figures[carrying_figure(*of, "receivable")] = carried.receivable_minor_units
    return figures
