"""A program's policies → protobuf."""

from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.policies import AgreementGaps, BurnKey, Policies, Redeemer, SpentPoints

BURN_KEYS = {
    BurnKey.OWN_BRAND_FIRST: pb.BURN_KEY_OWN_BRAND_FIRST,
    BurnKey.RESTRICTED_SCOPE_FIRST: pb.BURN_KEY_RESTRICTED_SCOPE_FIRST,
    BurnKey.EARLIEST_EXPIRY: pb.BURN_KEY_EARLIEST_EXPIRY,
    BurnKey.OLDEST: pb.BURN_KEY_OLDEST,
    BurnKey.CHEAPEST_SETTLEMENT: pb.BURN_KEY_CHEAPEST_SETTLEMENT,
}
_REDEEMERS = {
    Redeemer.BRAND_ENTITY: pb.REDEEMER_BRAND_ENTITY,
    Redeemer.OPERATOR: pb.REDEEMER_OPERATOR,
}
_SPENT = {
    SpentPoints.DEBT: pb.SPENT_POINTS_DEBT,
    SpentPoints.REDUCE_REFUND: pb.SPENT_POINTS_REDUCE_REFUND,
    SpentPoints.WRITE_OFF: pb.SPENT_POINTS_WRITE_OFF,
}


def policies_message(policies: Policies) -> pb.Policies:
    """Every policy, also those at their default."""
    redemption, returns = policies.redemption, policies.returns
    return pb.Policies(
        redemption=pb.RedemptionPolicy(
            burn_order=[BURN_KEYS[key] for key in redemption.burn_order],
            redeemer=_REDEEMERS[redemption.redeemer],
            hold_seconds=redemption.hold_seconds,
            longest_hold_seconds=redemption.longest_hold_seconds,
            agreement_gaps_allowed=redemption.agreement_gaps is AgreementGaps.ALLOWED,
        ),
        returns=pb.ReturnPolicy(
            spent_points=_SPENT[returns.spent_points],
            lapsed_grace_days=returns.grace_days,
            announced_days=returns.announced_days,
            parked_aged_days=returns.aged_days,
        ),
        adjustment_limit_points=policies.adjustment_limit_points,
        expiring_soon_days=policies.expiring_soon_days,
        anonymous_claim_days=policies.anonymous_claim_days,
    )
