"""What the rules of one brand pay its lines exactly: base rules first, then what sees the base; and in each group of
rules, which of them are preferred (docs/DOMAIN.md §4 'Stacking')."""

from collections.abc import Sequence

from rules_service.domain.claim import Claim
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.effects import Basis
from rules_service.domain.exact import NOTHING, Exact, exact_sum, greater
from rules_service.domain.order import OrderLine
from rules_service.domain.sale import Sale
from rules_service.domain.stacking import StackingGroup, StackingMode

Selected = tuple[OrderLine, Sequence[CompiledRule]]
"""A line and the rules that select it, by ordinal."""


def decide_line(sale: Sale, line: OrderLine, rules: Sequence[CompiledRule]) -> list[Claim]:
    """What becomes of each rule on a line, by ordinal: of a brand of which no rule looks at lines together, nor is
    chosen between."""
    currency = sale.place.currency_code
    claims: list[Claim] = []
    base, known = NOTHING, False
    for rule in rules:
        if not rule.is_base and not known:
            base, known = _base(claims), True
        means = rule.rule.selector.payment_means
        claim = Claim(rule, line, base, sale.share(means) if means else None)
        assert rule.per_line is not None
        claim.exact = rule.per_line.exact(claim, currency)
        claims.append(claim)
    _multiply(sale, line.brand_id, claims)
    return claims


def decide(sale: Sale, selected: Sequence[Selected]) -> list[list[Claim]]:
    """What becomes of each rule on each line, by ordinal; `selected` are the lines of one brand by number."""
    currency = sale.place.currency_code
    base: list[list[Claim]] = []
    bonus: list[list[Claim]] = []
    for line, rules in selected:
        base.append([_claim(sale, rule, line, NOTHING) for rule in rules if rule.is_base])
    _settle(base, currency)
    for (line, rules), claims in zip(selected, base, strict=True):
        known = _base(claims)
        _multiply(sale, line.brand_id, claims)
        bonus.append([_claim(sale, rule, line, known) for rule in rules if not rule.is_base])
    _settle(bonus, currency)
    return [[*first, *then] for first, then in zip(base, bonus, strict=True)]


def _claim(sale: Sale, rule: CompiledRule, line: OrderLine, base: Exact) -> Claim:
    means = rule.rule.selector.payment_means
    return Claim(rule, line, base, sale.share(means) if means else None)


def _base(claims: Sequence[Claim]) -> Exact:
    """The line's base points: those of all base rules that were not outranked."""
    parts = [claim.exact for claim in claims if claim.preferred is None]
    return exact_sum(parts) if parts else NOTHING


def _multiply(sale: Sale, brand_id: str, claims: Sequence[Claim]) -> None:
    """The tier's multiplier on a line's base claims. Of two it never changes which is greater, and bonus rules do not
    see it; if nothing is earned, nothing is looked at."""
    if sale.buyer is None:
        return
    for claim in claims:
        if claim.rule.is_base and claim.exact[0] > 0:
            claim.tier = sale.tier_factor(brand_id)


def _settle(lines: Sequence[Sequence[Claim]], currency: str) -> None:
    """Exact points of rules of one kind, then what is preferred."""
    for claims in lines:
        for claim in claims:
            formula = claim.rule.per_line
            if formula is not None:
                claim.exact = formula.exact(claim, currency)
    _spread(lines, currency)
    _choose(lines)


def _spread(lines: Sequence[Sequence[Claim]], currency: str) -> None:
    """Exact points of the rules that look at lines together."""
    by_rule: dict[int, list[Claim]] = {}
    for claims in lines:
        for claim in claims:
            if claim.rule.per_order is not None:
                by_rule.setdefault(claim.rule.ordinal, []).append(claim)
    for of_rule in by_rule.values():
        formula = of_rule[0].rule.per_order
        assert formula is not None
        formula.spread(of_rule, currency)


def _choose(lines: Sequence[Sequence[Claim]]) -> None:
    """In every group, for each line or once, marks the claims of rules that are not preferred."""
    over_order: dict[str, list[Claim]] = {}
    for claims in lines:
        on_line: dict[str, list[Claim]] = {}
        for claim in claims:
            if (group := claim.rule.group) is not None:
                found = on_line if group.basis is Basis.LINE else over_order
                found.setdefault(group.group_id, []).append(claim)
        for of_group in on_line.values():
            _prefer(of_group)
    for of_group in over_order.values():
        _prefer(of_group)


def _prefer(claims: Sequence[Claim]) -> None:
    """Of one group, all claims that are decided together. A rule that pays nothing is neither preferred nor
    outranked."""
    by_rule: dict[int, list[Claim]] = {}
    for claim in claims:
        by_rule.setdefault(claim.rule.ordinal, []).append(claim)
    totals = {ordinal: exact_sum([claim.exact for claim in by_rule[ordinal]]) for ordinal in sorted(by_rule)}
    paying = [(by_rule[ordinal][0].rule, total) for ordinal, total in totals.items() if total[0] > 0]
    if len(paying) < 2:
        return
    group = paying[0][0].group
    assert group is not None
    winner = _preferred(group, paying)
    for rule, _ in paying:
        if rule is not winner:
            for claim in by_rule[rule.ordinal]:
                claim.preferred = winner


def _preferred(group: StackingGroup, paying: Sequence[tuple[CompiledRule, Exact]]) -> CompiledRule:
    """The rule that pays most, or that has the highest priority; by ordinal, so that the lower one keeps a tie."""
    best, most = paying[0]
    for rule, exact in paying[1:]:
        if group.mode is StackingMode.BEST_OF and greater(exact, most):
            ahead = True
        elif group.mode is StackingMode.BEST_OF and greater(most, exact):
            ahead = False
        else:
            ahead = rule.rule.priority > best.rule.priority
        if ahead:
            best, most = rule, exact
    return best
