"""Random terms of rules and random policies of programs."""

from datetime import date

from hypothesis import strategies as st

from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
    AvailableOnEvent,
)
from rules_service.domain.expiry import (
    ExpiresAfterDays,
    ExpiresAfterMonths,
    ExpiresAtEndOf,
    Expiry,
    Period,
    RollsByDays,
    RollsByMonths,
)
from rules_service.domain.policies import (
    BurnKey,
    Policies,
    Redeemer,
    RedemptionPolicy,
    ReturnPolicy,
    SpentPoints,
)
from rules_service.domain.scope import AtBrands, FromPlace, Scope

few = st.integers(1, 40)
days_of_years = st.dates(date(2010, 1, 1), date(2030, 12, 31))

expiries: st.SearchStrategy[Expiry] = st.one_of(
    st.none(),
    st.builds(ExpiresAfterDays, few),
    st.builds(ExpiresAfterMonths, few),
    st.builds(ExpiresAtEndOf, few, st.sampled_from(Period)),
    st.builds(RollsByDays, few),
    st.builds(RollsByMonths, few),
)
availabilities: st.SearchStrategy[Availability] = st.one_of(
    st.none(),
    st.builds(AvailableAfterHours, st.integers(1, 2_000)),
    st.builds(AvailableAfterDays, st.integers(1, 80)),
    st.builds(AvailableOn, days_of_years),
    st.just(AvailableOnEvent()),
)
scopes: st.SearchStrategy[Scope] = st.one_of(
    st.none(),
    st.sampled_from(FromPlace),
    st.builds(AtBrands, st.lists(st.sampled_from(("A", "B")), min_size=1, max_size=2).map(tuple)),
)
policies = st.builds(
    Policies,
    redemption=st.builds(
        RedemptionPolicy,
        burn_order=st.lists(st.sampled_from(BurnKey), min_size=1, unique=True).map(tuple),
        redeemer=st.sampled_from(Redeemer),
        hold_seconds=st.sampled_from((60, 900)),
        longest_hold_seconds=st.sampled_from((3_600, 2_592_000)),
    ),
    returns=st.builds(
        ReturnPolicy,
        spent_points=st.sampled_from(SpentPoints),
        grace_days=st.sampled_from((0, 7, 30)),
        announced_days=few,
        aged_days=few,
    ),
    adjustment_limit_points=st.sampled_from((None, 0, 500, 10_000)),
    expiring_soon_days=few,
    anonymous_claim_days=few,
)
