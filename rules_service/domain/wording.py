"""The words that all effects share."""

from dataclasses import dataclass

from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.exact import Exact, exact_text


@dataclass(frozen=True, slots=True)
class Wording:
    """How a rule is told: what its sentences begin with (may be empty), its name, and its means of payment."""

    label: str
    name: str
    means: str

    def of_it(self, share: Exact | None) -> str:
        """Which part of the money the rule judges; empty if it asks for no means of payment."""
        if share is None:
            return ""
        part = "all" if share[0] == share[1] else exact_text(share)
        return f", {part} of it by {self.means},"


def wording_of(rule: EarnRule) -> Wording:
    """The rule's words."""
    said = rule.description.rstrip(".")
    return Wording(
        label=f"{said}: " if said else "",
        name=said or rule.rule_id,
        means=" or ".join(sorted(rule.selector.payment_means)),
    )


def points_text(number: str) -> str:
    """A number of points: `1 point`, `2.5 points`."""
    return f"{number} point" if number == "1" else f"{number} points"
