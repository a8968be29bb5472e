"""The policies of the rules service's revisions as values of the ledger."""

from collections.abc import Iterable
from dataclasses import replace

from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import proof_pb2

from ledger_service.domain.policies import (
    DEFAULT_BURN_ORDER,
    BurnRule,
    HoldPolicy,
    LapsedRestore,
    Policies,
    ReturnPolicy,
    SettlementPolicy,
    SpentPoints,
)
from ledger_service.domain.proof import NO_PROOF, ProofMethod, ProofPolicy, ProofTier

_BURN_RULES = {
    program_pb2.BURN_KEY_OWN_BRAND_FIRST: BurnRule.OWN_BRAND_FIRST,
    program_pb2.BURN_KEY_RESTRICTED_SCOPE_FIRST: BurnRule.RESTRICTED_SCOPE_FIRST,
    program_pb2.BURN_KEY_EARLIEST_EXPIRY: BurnRule.EARLIEST_EXPIRY,
    program_pb2.BURN_KEY_OLDEST: BurnRule.OLDEST,
    program_pb2.BURN_KEY_CHEAPEST_SETTLEMENT: BurnRule.CHEAPEST_SETTLEMENT,
}
_SPENT = {
    program_pb2.SPENT_POINTS_DEBT: SpentPoints.DEBT,
    program_pb2.SPENT_POINTS_REDUCE_REFUND: SpentPoints.REDUCE_REFUND,
    program_pb2.SPENT_POINTS_WRITE_OFF: SpentPoints.WRITE_OFF,
}
_SETTLEMENTS = {
    program_pb2.SETTLEMENT_POLICY_RESERVE: SettlementPolicy.RESERVE,
    program_pb2.SETTLEMENT_POLICY_NONE: SettlementPolicy.NONE,
}
_METHODS = {
    proof_pb2.PROOF_METHOD_CARD_IN_HAND: ProofMethod.CARD_IN_HAND,
    proof_pb2.PROOF_METHOD_APP_TOKEN: ProofMethod.APP_TOKEN,
    proof_pb2.PROOF_METHOD_ONE_TIME_CODE: ProofMethod.ONE_TIME_CODE,
    proof_pb2.PROOF_METHOD_PIN: ProofMethod.PIN,
}
UNTOLD = Policies(adjustment_limit=10_000)
"""Of a revision told by a rules service that knows no policies yet: what it would tell if it did."""


def policies_of(program: program_pb2.Program) -> Policies:
    """The program's policies. Funders reimburse where nothing is told of settlement."""
    settlement = program.settlement
    policy = _SETTLEMENTS.get(settlement.policy, SettlementPolicy.REIMBURSE)
    reserve = settlement.reserve_entity_id if policy is SettlementPolicy.RESERVE else ""
    return replace(_policies(program), settlement=policy, reserve_entity=reserve)


def _policies(program: program_pb2.Program) -> Policies:
    if not program.HasField("policies"):
        return UNTOLD
    told = program.policies
    return Policies(
        returns=_returns(told.returns),
        holds=HoldPolicy(told.redemption.hold_seconds, told.redemption.longest_hold_seconds),
        adjustment_limit=told.adjustment_limit_points if told.HasField("adjustment_limit_points") else None,
        expiring_soon_days=told.expiring_soon_days,
        claim_days=told.anonymous_claim_days,
        burn_order=burn_order_of(told.redemption.burn_order),
        proofs=_proofs(told.redemption),
    )


def burn_order_of(keys: Iterable[program_pb2.BurnKey.ValueType]) -> tuple[BurnRule, ...]:
    """A burn order; the default where none is told."""
    return tuple(_BURN_RULES[key] for key in keys) or DEFAULT_BURN_ORDER


def _proofs(told: program_pb2.RedemptionPolicy) -> ProofPolicy:
    """When spending is proven. A method that this version does not know proves nothing."""
    tiers = (
        ProofTier(
            tier.above.currency_code,
            tier.above.minor_units,
            tuple(_METHODS[method] for method in tier.methods if method in _METHODS),
        )
        for tier in told.proof_tiers
    )
    return ProofPolicy(tuple(tiers), told.proof_window_minutes) if told.proof_tiers else NO_PROOF


def _returns(told: program_pb2.ReturnPolicy) -> ReturnPolicy:
    return ReturnPolicy(
        spent=_SPENT[told.spent_points],
        lapsed=LapsedRestore.GRACE if told.lapsed_grace_days else LapsedRestore.EXPIRE,
        grace_days=told.lapsed_grace_days,
        announced_days=told.announced_days,
        aged_days=told.parked_aged_days,
    )
