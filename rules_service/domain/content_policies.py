"""A program's policies in normal form, and the way back. What is at its default is absent (see `content`)."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.content_amounts import amounts_content, read_amounts
from rules_service.domain.policies import (
    DEFAULTS,
    AgreementGaps,
    BurnKey,
    Policies,
    ProofMethod,
    ProofTier,
    Redeemer,
    RedemptionPolicy,
    ReturnPolicy,
    SpentPoints,
)

NO_LIMIT = "none"
EXPIRE = "expire"


def policies_content(policies: Policies) -> dict[str, Plain]:
    """The fields of a program that say something about its policies; a section without any is empty."""
    redemption, returns = policies.redemption, policies.returns
    limit = policies.adjustment_limit_points
    return {
        "redemption": _changed(
            burn_order=([key.value for key in redemption.burn_order], _keys(DEFAULTS.redemption)),
            redeemer=(redemption.redeemer.value, DEFAULTS.redemption.redeemer.value),
            hold_seconds=(redemption.hold_seconds, DEFAULTS.redemption.hold_seconds),
            longest_hold_seconds=(redemption.longest_hold_seconds, DEFAULTS.redemption.longest_hold_seconds),
            agreement_gaps=(redemption.agreement_gaps.value, DEFAULTS.redemption.agreement_gaps.value),
            spending_proof=([_tier(tier) for tier in redemption.spending_proof], []),
            proof_window_minutes=(redemption.proof_window_minutes, DEFAULTS.redemption.proof_window_minutes),
            fresh_link_hours=(redemption.fresh_link_hours, DEFAULTS.redemption.fresh_link_hours),
        ),
        "returns": _changed(
            spent_points=(returns.spent_points.value, DEFAULTS.returns.spent_points.value),
            lapsed_points=(_lapsed(returns.grace_days), _lapsed(DEFAULTS.returns.grace_days)),
            announced_days=(returns.announced_days, DEFAULTS.returns.announced_days),
            aged_days=(returns.aged_days, DEFAULTS.returns.aged_days),
        ),
        **_changed(
            adjustment_limit_points=(NO_LIMIT if limit is None else limit, DEFAULTS.adjustment_limit_points),
            expiring_soon_days=(policies.expiring_soon_days, DEFAULTS.expiring_soon_days),
            anonymous_claim_days=(policies.anonymous_claim_days, DEFAULTS.anonymous_claim_days),
        ),
    }


def read_policies(content: Mapping[str, Any]) -> Policies:
    """The policies of a stored content."""
    limit = content.get("adjustment_limit_points", DEFAULTS.adjustment_limit_points)
    return Policies(
        redemption=_redemption(content.get("redemption", {})),
        returns=_returns(content.get("returns", {})),
        adjustment_limit_points=None if limit == NO_LIMIT else limit,
        expiring_soon_days=content.get("expiring_soon_days", DEFAULTS.expiring_soon_days),
        anonymous_claim_days=content.get("anonymous_claim_days", DEFAULTS.anonymous_claim_days),
    )


def _redemption(section: Mapping[str, Any]) -> RedemptionPolicy:
    default = DEFAULTS.redemption
    return RedemptionPolicy(
        burn_order=tuple(BurnKey(key) for key in section.get("burn_order", _keys(default))),
        redeemer=Redeemer(section.get("redeemer", default.redeemer)),
        hold_seconds=section.get("hold_seconds", default.hold_seconds),
        longest_hold_seconds=section.get("longest_hold_seconds", default.longest_hold_seconds),
        agreement_gaps=AgreementGaps(section.get("agreement_gaps", default.agreement_gaps)),
        spending_proof=tuple(
            ProofTier(read_amounts(tier["above"]), tuple(map(ProofMethod, tier["methods"])))
            for tier in section.get("spending_proof", [])
        ),
        proof_window_minutes=section.get("proof_window_minutes", default.proof_window_minutes),
        fresh_link_hours=section.get("fresh_link_hours", default.fresh_link_hours),
    )


def _tier(tier: ProofTier) -> Plain:
    return {"above": amounts_content(tier.above), "methods": [method.value for method in tier.methods]}


def _returns(section: Mapping[str, Any]) -> ReturnPolicy:
    default = DEFAULTS.returns
    lapsed = section.get("lapsed_points", _lapsed(default.grace_days))
    return ReturnPolicy(
        spent_points=SpentPoints(section.get("spent_points", default.spent_points)),
        grace_days=0 if lapsed == EXPIRE else lapsed["grace_days"],
        announced_days=section.get("announced_days", default.announced_days),
        aged_days=section.get("aged_days", default.aged_days),
    )


def _lapsed(grace_days: int) -> Plain:
    return {"grace_days": grace_days} if grace_days else EXPIRE


def _keys(policy: RedemptionPolicy) -> list[Plain]:
    return [key.value for key in policy.burn_order]


def _changed(**fields: tuple[Plain, Plain]) -> dict[str, Plain]:
    """Of fields with their value and default, those at another value."""
    return {name: value for name, (value, default) in fields.items() if value != default}
