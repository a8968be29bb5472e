"""Who carries an award: the funders a rule names, and the operator of the place where it was earned."""

from functools import lru_cache

from rules_service.domain.earn_rule import EarnRule, Funder

Funders = tuple[Funder, ...]


def funders_at(rule: EarnRule, operator_entity_id: str) -> Funders:
    """Who funds points that a rule gives at a location of this operator, each entity once; shares sum to WHOLE."""
    if not rule.operator_share:
        return rule.funders
    return _with_operator(rule.funders, operator_entity_id, rule.operator_share)


@lru_cache(maxsize=4096)
def _with_operator(named: Funders, operator_entity_id: str, operator_share: int) -> Funders:
    """By entity. An operator that is also named carries both shares."""
    shares = {funder.entity_id: funder.share_basis_points for funder in named}
    shares[operator_entity_id] = shares.get(operator_entity_id, 0) + operator_share
    return tuple(Funder(entity_id, share) for entity_id, share in sorted(shares.items()))
