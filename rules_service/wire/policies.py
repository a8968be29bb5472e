"""A program's policies → protobuf."""

from collections.abc import Iterable, Iterator

from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1 import money_pb2, proof_pb2

from rules_service.domain.policies import (
    AgreementGaps,
    BurnKey,
    Policies,
    ProofMethod,
    ProofTier,
    Redeemer,
    SpentPoints,
)

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
_METHODS = {
    ProofMethod.CARD_IN_HAND: proof_pb2.PROOF_METHOD_CARD_IN_HAND,
    ProofMethod.APP_TOKEN: proof_pb2.PROOF_METHOD_APP_TOKEN,
    ProofMethod.ONE_TIME_CODE: proof_pb2.PROOF_METHOD_ONE_TIME_CODE,
    ProofMethod.PIN: proof_pb2.PROOF_METHOD_PIN,
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
            proof_tiers=_proof_tiers(redemption.spending_proof),
            proof_window_minutes=redemption.proof_window_minutes,
            fresh_link_hours=redemption.fresh_link_hours,
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


def _proof_tiers(tiers: Iterable[ProofTier]) -> Iterator[pb.ProofTier]:
    """One a currency and amount, sorted by both."""
    amounts = [(amount.currency_code, amount.minor_units, tier) for tier in tiers for amount in tier.above]
    for currency, minor_units, tier in sorted(amounts, key=lambda one: one[:2]):
        yield pb.ProofTier(
            above=money_pb2.Money(currency_code=currency, minor_units=minor_units),
            methods=[_METHODS[method] for method in tier.methods],
        )
