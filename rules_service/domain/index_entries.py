"""A rule as the index keeps it: with what its key does not say."""

from collections.abc import Sequence

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.order import OrderLine
from rules_service.domain.requirements import Requirement
from rules_service.domain.sale import Sale


class Entry:
    """A rule and what its key does not say, in the order in which parts are looked at: `before` what notes no facts of
    the member, then `facts`; `rest` is both."""

    __slots__ = ("before", "currencies", "facts", "rest", "rule")

    def __init__(self, rule: CompiledRule, rest: tuple[Requirement, ...]) -> None:
        self.rule = rule
        self.currencies = rule.told.currencies
        """Asked here, because nearly every rule names one; empty: any."""
        self.rest = rest
        self.facts = tuple(requirement for requirement in rest if requirement.fact is not None)
        self.before = rest[: len(rest) - len(self.facts)] if self.facts else rest

    def looks(self, line: OrderLine, sale: Sale) -> bool:
        """Whether all fits that notes no facts, so that the rule looks at the first of them."""
        return (not self.currencies or sale.place.currency_code in self.currencies) and met(self.before, line, sale)


def met(rest: Sequence[Requirement], line: OrderLine, sale: Sale) -> bool:
    """Whether all of them are."""
    for requirement in rest:  # noqa: SIM110  `all` would make a generator for every rule that is found
        if not requirement.met(line, sale):
            return False
    return True
