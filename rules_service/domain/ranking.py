"""The order of a revision's rules: base before bonus, then rule id as bytes; ordinals from 1."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules_service.domain.content import rule_version
from rules_service.domain.earn_rule import AccrualKind, EarnRule


@dataclass(frozen=True, slots=True)
class RankedRule:
    """A rule with its place in the revision and its version."""

    rule: EarnRule
    ordinal: int
    version: str


def ranked(rules: Iterable[EarnRule]) -> tuple[RankedRule, ...]:
    """The rules in their order. Ids are ASCII, so text order is byte order."""
    in_order = sorted(rules, key=lambda rule: (rule.kind is AccrualKind.BONUS, rule.rule_id))
    return tuple(RankedRule(rule, number, rule_version(rule)) for number, rule in enumerate(in_order, start=1))
