"""How program files say how points are spent, come back and are cared for, and what that means."""

from typing import Annotated

from pydantic import BeforeValidator, Field

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
from rules_service.wire.file_scalars import one_or_many, whole
from rules_service.wire.file_section import Section, words
from rules_service.wire.file_types import Amount, scalar, whole_number

MOST_POINTS = 999_999_999
MOST_SECONDS = 31_536_000

Points = Annotated[int, whole_number(1, MOST_POINTS)]
Seconds = Annotated[int, whole_number(1, MOST_SECONDS)]
ProofMinutes = Annotated[int, whole_number(0, 1_440)]
FreshHours = Annotated[int, whole_number(0, 8_760)]
PolicyDays = Annotated[int, whole_number(1, 3_650)]

_BURN_ORDER = list(DEFAULTS.redemption.burn_order)


def _limit(value: object) -> int | None:
    """A number of points, or that there is no limit."""
    if value == "none":
        return None
    try:
        return whole(0, MOST_POINTS)(value)
    except ValueError:
        raise ValueError(f"should be none or a whole number from 0 to {MOST_POINTS}") from None


_LIMIT_SCHEMA = {"type": ["integer", "string"], "minimum": 0, "maximum": MOST_POINTS, "pattern": "^([0-9]{1,9}|none)$"}

Limit = Annotated[int | None, scalar(_limit, _LIMIT_SCHEMA)]


class ProofSection(Section):
    """What proves the member when she spends more than so much."""

    above: Annotated[
        list[Amount],
        Field(min_length=1),
        BeforeValidator(one_or_many, json_schema_input_type=Amount | Annotated[list[Amount], Field(min_length=1)]),
    ]
    """Spending worth more than this, one amount a currency."""
    methods: Annotated[
        list[ProofMethod],
        Field(min_length=1),
        BeforeValidator(
            one_or_many, json_schema_input_type=ProofMethod | Annotated[list[ProofMethod], Field(min_length=1)]
        ),
    ]
    """What proves her well enough, any of them: `card_in_hand`, `app_token`, `one_time_code`, `pin`."""


class RedemptionSection(Section):
    """How points are spent."""

    burn_order: Annotated[
        list[BurnKey],
        Field(min_length=1),
        BeforeValidator(one_or_many, json_schema_input_type=BurnKey | Annotated[list[BurnKey], Field(min_length=1)]),
    ] = _BURN_ORDER
    """Which points are spent first: each key once, the first decides first."""
    redeemer: Redeemer = DEFAULTS.redemption.redeemer
    """Who gives value for points and is owed: `brand_entity`, or `operator` (of the location). Default:
    brand_entity."""
    hold_seconds: Seconds | None = None
    """How long an authorization holds points unless it says otherwise. Default: 900, or the longest if that is less."""
    longest_hold_seconds: Seconds = DEFAULTS.redemption.longest_hold_seconds
    """No authorization holds points longer. Default: 2592000, 30 days."""
    agreement_gaps: AgreementGaps = DEFAULTS.redemption.agreement_gaps
    """`refused`: wherever points can be spent, an agreement says what their issuer owes. `allowed`: where none does,
    they are not taken. Default: refused."""
    spending_proof: list[ProofSection] = Field(default_factory=list)
    """Above which value the member proves herself, and with what; from low to high. Default: never."""
    proof_window_minutes: ProofMinutes = DEFAULTS.redemption.proof_window_minutes
    """What she spent in so many minutes before counts together with what she spends; 0: each spending alone. Default:
    15."""
    fresh_link_hours: FreshHours = DEFAULTS.redemption.fresh_link_hours
    """For so many hours what a till or a person links to a member who existed already proves nothing, unless she proved
    herself to it; 0: it proves at once. Default: 24."""


class LapsedSection(Section):
    """So many days more, or `expire`."""

    grace_days: PolicyDays
    """They live so many days more."""


EXPIRE = LapsedSection.model_construct(grace_days=0)


class ReturnsSection(Section):
    """What a return does to points."""

    spent_points: SpentPoints = DEFAULTS.returns.spent_points
    """What becomes of returned points that were spent: `debt`, the member owes them; `reduce_refund`, the refund
    shrinks; `write_off`, the issuer bears them. Default: debt."""
    lapsed_points: Annotated[LapsedSection, words({"expire": EXPIRE}, LapsedSection, "{grace_days: 30}")] = (
        LapsedSection.model_construct(grace_days=DEFAULTS.returns.grace_days)
    )
    """Points that are given back after they lapsed. Default: {grace_days: 30}."""
    announced_days: PolicyDays = DEFAULTS.returns.announced_days
    """An announced return holds the points of its lines for so many days. Default: 30."""
    aged_days: PolicyDays = DEFAULTS.returns.aged_days
    """A return that waits for its sale counts as aged after so many days. Default: 30."""


class PoliciesSection(Section):
    """The keys of the program section that are policies."""

    redemption: RedemptionSection = RedemptionSection()
    """How points are spent."""
    returns: ReturnsSection = ReturnsSection()
    """What a return does to points."""
    adjustment_limit_points: Limit = DEFAULTS.adjustment_limit_points
    """An adjustment by hand of more points, either way, needs a second person; 0: each does; `none`: none does.
    Default: 10000."""
    expiring_soon_days: PolicyDays = DEFAULTS.expiring_soon_days
    """Points that expire within so many days are told apart in the wallet. Default: 30."""
    anonymous_claim_days: PolicyDays = DEFAULTS.anonymous_claim_days
    """For so many days after the sale an order without member can be claimed. Default: 90."""


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
        agreement_gaps=section.agreement_gaps,
        spending_proof=tuple(_proof_tier(tier) for tier in section.spending_proof),
        proof_window_minutes=section.proof_window_minutes,
        fresh_link_hours=section.fresh_link_hours,
    )


def _proof_tier(section: ProofSection) -> ProofTier:
    return ProofTier(tuple(section.above), tuple(section.methods))
