"""Caps and budgets as a child would count them: every grant ever made is added up again for every question."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


@dataclass
class Rule:
    """A limit: whose points it counts together (`of_member`), and how much there may be (None: no matter); its cents
    are of `currency`."""

    name: str
    of_member: bool
    points: int | None
    cents: int | None
    soft: bool = False
    currency: str = "USD"


@dataclass
class Grant:
    """What one line was given. `back` of its `pieces` have come back; `changed` is what corrections made of it."""

    member: str
    wanted: int
    given: int
    worth: Fraction
    currency: str
    rules: tuple[str, ...]
    pieces: int
    back: int = 0
    changed: int | None = None

    @property
    def whole(self) -> int:
        return self.given if self.changed is None else self.changed

    @property
    def stands(self) -> int:
        return self.whole - nearest(Fraction(self.whole * self.back, self.pieces))

    def cents(self, currency: str) -> int:
        return nearest(self.stands * self.worth) if currency == self.currency else 0


def nearest(exact: Fraction) -> int:
    """The nearest whole number, halves upwards."""
    return floor(exact + HALF)


@dataclass
class Book:
    """All grants ever made."""

    rules: dict[str, Rule]
    grants: dict[tuple[str, int], Grant] = field(default_factory=dict)

    def used(self, rule: Rule, member: str) -> tuple[int, int]:
        """Points, and cents of its currency, that stand under a rule; cents only of one that limits them."""
        counted = [
            grant
            for grant in self.grants.values()
            if rule.name in grant.rules and (not rule.of_member or grant.member == member)
        ]
        return sum(grant.stands for grant in counted), sum(
            grant.cents(rule.currency) for grant in counted if rule.cents is not None
        )

    def fits(self, rule: Rule, grant: Grant, points: int) -> bool:
        """True if a grant of so many points stays below the limit; nothing always does."""
        if points == 0:
            return True
        used_points, used_cents = self.used(rule, grant.member)
        cents = rule.cents if rule.currency == grant.currency else None
        if cents is not None and (used_cents >= cents or used_cents + nearest(points * grant.worth) > cents):
            return False
        return rule.points is None or used_points + points <= rule.points

    def sell(self, sale: str, line: int, grant: Grant) -> int:
        """Gives the line as much as every hard limit leaves, trying every number from the top."""
        hard = [self.rules[name] for name in grant.rules if not self.rules[name].soft]
        grant.given = next(
            points for points in range(grant.wanted, -1, -1) if all(self.fits(rule, grant, points) for rule in hard)
        )
        self.grants[sale, line] = grant
        return grant.given

    def correct(self, sale: str, line: int, wanted: int) -> None:
        """Decides a line again: what is decided more or less than at first is given or taken."""
        grant = self.grants[sale, line]
        more = wanted - grant.wanted
        grant.changed = grant.given + more if more >= 0 else min(grant.given, wanted)
