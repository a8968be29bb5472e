"""How program files say how points are spent, come back and are cared for, and what that means."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator

from rules_service.domain.policies import (
    DEFAULTS,
    BurnKey,
    Policies,
    Redeemer,
    RedemptionPolicy,
    ReturnPolicy,
    SpentPoints,
)
from rules_service.wire.file_scalars import one_or_many, whole
from rules_service.wire.file_section import Section, words

MOST_POINTS = 999_999_999
MOST_SECONDS = 31_536_000

Points = Annotated[int, PlainValidator(whole(1, MOST_POINTS))]
Seconds = Annotated[int, PlainValidator(whole(1, MOST_SECONDS))]
PolicyDays = Annotated[int, PlainValidator(whole(1, 3_650))]

_BURN_ORDER = list(DEFAULTS.redemption.burn_order)


def _limit(value: object) -> int | None:
    """A number of points, or that there is no limit."""
    if value == "none":
        return None
    try:
        return whole(0, MOST_POINTS)(value)
    except ValueError:
        raise ValueError(f"should be none or a whole number from 0 to {MOST_POINTS}") from None


Limit = Annotated[int | None, PlainValidator(_limit)]


class RedemptionSection(Section):
    """How points are spent."""

    burn_order: Annotated[list[BurnKey], BeforeValidator(one_or_many), Field(min_length=1)] = _BURN_ORDER
    redeemer: Redeemer = DEFAULTS.redemption.redeemer
    hold_seconds: Seconds | None = None
    longest_hold_seconds: Seconds = DEFAULTS.redemption.longest_hold_seconds


class LapsedSection(Section):
    """So many days more, or `expire`."""

    grace_days: PolicyDays


EXPIRE = LapsedSection.model_construct(grace_days=0)


class ReturnsSection(Section):
    """What a return does to points."""

    spent_points: SpentPoints = DEFAULTS.returns.spent_points
    lapsed_points: Annotated[LapsedSection, BeforeValidator(words({"expire": EXPIRE}, "{grace_days: 30}"))] = (
        LapsedSection.model_construct(grace_days=DEFAULTS.returns.grace_days)
    )
    announced_days: PolicyDays = DEFAULTS.returns.announced_days
    aged_days: PolicyDays = DEFAULTS.returns.aged_days


class PoliciesSection(Section):
    """The keys of the program section that are policies."""

    redemption: RedemptionSection = RedemptionSection()
    returns: ReturnsSection = ReturnsSection()
    adjustment_limit_points: Limit = DEFAULTS.adjustment_limit_points
    expiring_soon_days: PolicyDays = DEFAULTS.expiring_soon_days
    anonymous_claim_days: PolicyDays = DEFAULTS.anonymous_claim_days


def policies(section: PoliciesSection) -> Policies:
    """The program's policies."""
    return Policies(
        redemption=_redemption(section.redemption),
        returns=ReturnPolicy(
            spent_points=section.returns.spent_points,
            grace_days=section.returns.lapsed_points.grace_days,
            announced_days=section.returns.announced_days,
            aged_days=section.returns.aged_days,
        ),
        adjustment_limit_points=section.adjustment_limit_points,
        expiring_soon_days=section.expiring_soon_days,
        anonymous_claim_days=section.anonymous_claim_days,
    )


def _redemption(section: RedemptionSection) -> RedemptionPolicy:
    """A program that only shortens the longest hold shortens the usual one with it."""
    longest = section.longest_hold_seconds
    usual = min(DEFAULTS.redemption.hold_seconds, longest)
    return RedemptionPolicy(
        burn_order=tuple(section.burn_order),
        redeemer=section.redeemer,
        hold_seconds=usual if section.hold_seconds is None else section.hold_seconds,
        longest_hold_seconds=longest,
    )
