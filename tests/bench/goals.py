"""Goals of the design, each with what this run came to. They are recorded and decide nothing: unlike claims they
compare things that a busy machine may not slow down alike."""

from tests.bench import budgets, engine, histories, intake, merging, resolving, settled
from tests.bench.callers import authority_goals
from tests.bench.claims import Claim
from tests.bench.figures import Spread, fine, ratio
from tests.bench.months import sizes
from tests.bench.plan import Plan
from tests.bench.rounds import Measured, rates

LEAST_HOT = 0.8
"""Commands a second of one hot member, by those of spread members."""
LEAST_UNDER_BUDGET = 0.8
"""Sales a second under one budget, by those without one."""
LONGEST_CALL = 1.2
"""A call for a member with a long history, by one for a member with a short one."""
LONGEST_SALE = 1.3
"""Posting into a full database, by posting into a nearly empty one."""


def goals(measured: Measured, plan: Plan) -> list[Claim]:
    """All goals, each with its figure."""
    callers = engine.CALLERS[-1]
    found = []
    for kind in (engine.SALES, engine.REDEMPTIONS):
        cases = (engine.case_name(kind, who, callers, engine.GROUP) for who in (engine.HOT, engine.SPREAD))
        by = ratio(*(rates(measured, case) for case in cases))
        text = f"{kind} of one hot member, {callers} callers: at least {LEAST_HOT:g} times those of many members"
        found.append(Claim(text, fine(by), by.middle >= LEAST_HOT))
    for call in (histories.WALLET, histories.REDEMPTION):
        for who, which in ((histories.MANY, ""), (histories.MANY_ROLLING, " of points that roll")):
            by = longer(measured, call, who)
            text = (
                f"`{call}`, {plan.movements:,} movements{which}: at most {LONGEST_CALL:g} times as long as with "
                f"{histories.FEW_MOVEMENTS}"
            )
            found.append(Claim(text, fine(by), by.middle <= LONGEST_CALL))
    by = budgets.by_none(measured)
    text = f"sales under one hot budget, {callers} callers: at least {LEAST_UNDER_BUDGET:g} times those without"
    found.append(Claim(text, fine(by), by.middle >= LEAST_UNDER_BUDGET))
    by = intake.by_peak(measured)
    text = f"settlement books at least {intake.GOAL:g} times as many sales as the ledger's engine takes at its peak"
    found.append(Claim(text, fine(by), by.middle >= intake.GOAL))
    few, large = sizes(plan)
    for call in settled.CALLS:
        by = settled.by_few(measured, plan, call)
        text = (
            f"`{call}`{settled.moment(call)}, {large:,} movements in the month: at most {settled.GOAL:g} times as long "
            f"as with {few:,}"
        )
        found.append(Claim(text, fine(by), by.middle <= settled.GOAL))
    by = resolving.by_echo(measured)
    text = f"`ResolveMember` from a warm process: at most {resolving.LONGEST_RESOLVE:g} times as long as the bare echo"
    found.append(Claim(text, fine(by), by.middle <= resolving.LONGEST_RESOLVE))
    by = resolving.by_unguarded(measured)
    text = f"`ResolveMember` with authorization: at most {resolving.MOST_AUTHORITY:g} times as long as without"
    found.append(Claim(text, fine(by), by.middle <= resolving.MOST_AUTHORITY))
    for by, than, most in (
        (resolving.together_by_echo(measured), "as the bare echo", resolving.LONGEST_RESOLVE),
        (resolving.together_by_unguarded(measured), "as without authorization", resolving.MOST_AUTHORITY),
    ):
        text = f"`ResolveMember`, warm, {resolving.IN_FLIGHT} in flight: at most {most:g} times as long {than}"
        found.append(Claim(text, fine(by), by.middle <= most))
    found += authority_goals(measured)
    by = merging.by_few(measured)
    text = f"a merge, {merging.MANY:,} accruals of each: at most {merging.GOAL:g} times as long as with {merging.FEW}"
    found.append(Claim(text, fine(by), by.middle <= merging.GOAL))
    by = longer(measured, histories.SALE, histories.MANY)
    text = (
        f"`{histories.SALE}`, {plan.accruals:,} accruals in the database: at most {LONGEST_SALE:g} times as long as "
        f"with {histories.FEW_ACCRUALS:,}"
    )
    return [*found, Claim(text, fine(by), by.middle <= LONGEST_SALE)]


def longer(measured: Measured, call: str, who: str) -> Spread:
    """How many times as long a call takes as with little history of the same kind: by the middle call where they come
    one at a time, which a few that were held up do not move, and by how many are done where they come together."""
    few, many = (histories.case_name(call, name) for name in (histories.fewer(who), who))
    if call == histories.SALE:
        return ratio(rates(measured, few), rates(measured, many))
    return ratio([lap.p50 for lap in measured[many]], [lap.p50 for lap in measured[few]])
