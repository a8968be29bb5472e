"""The member whose order is judged, and what of the member's facts was looked at (docs/DOMAIN.md §3 'Facts').

Facts that the ledger has the last word on are noted as they are looked at: tiers, and numbers of purchases with the
span in which every rule that looked would have said the same. Facts of identity are not: nothing is noted of them.
"""

from datetime import date
from zoneinfo import ZoneInfo

from chassis.values.calendar import local_date
from rules_service.domain.birthdays import is_around
from rules_service.domain.member_facts import NOTHING_READ, FactsRead, MemberFacts, PurchasesRead
from rules_service.domain.purchase_spans import ANY_NUMBER, Span, chooses, same_span
from rules_service.domain.selector import BirthdayWindow, PurchaseChoice


class Buyer:
    """A member at one sale. `day` is local to the place of the sale, as is the date of enrolment."""

    __slots__ = ("_day", "_facts", "_spans", "_tiers", "_time_zone")

    def __init__(self, facts: MemberFacts, day: date, time_zone: ZoneInfo) -> None:
        self._facts = facts
        self._day = day
        self._time_zone = time_zone
        self._tiers: dict[str, str] = {}
        self._spans: dict[str, Span] = {}

    def segments(self) -> tuple[str, ...]:
        """The segments the member is in, sorted."""
        return tuple(sorted(self._facts.segments))

    def is_member_for(self, at_least: int, below: int) -> bool:
        """Whether at least so many days, and fewer than `below` (0: no matter), have passed since the date of
        enrolment. Not known when, or a sale of an earlier date: no."""
        since = self._facts.member_since
        if since is None:
            return False
        days = (self._day - local_date(since, self._time_zone)).days
        return days >= at_least and days >= 0 and (not below or days < below)

    def has_birthday(self, window: BirthdayWindow) -> bool:
        """Whether the sale lies around the member's birthday; not known when that is: no."""
        birthday = self._facts.birthday
        return birthday is not None and is_around(birthday, window, self._day)

    def tier_on(self, ladder_id: str) -> str:
        """The member's tier on a ladder, empty for none; noted."""
        tier = self._tiers.get(ladder_id)
        if tier is None:
            tier = self._tiers[ladder_id] = self.tier_told(ladder_id)
        return tier

    def tier_told(self, ladder_id: str) -> str:
        """The same, not noted: for finding rules, of which those that look note it."""
        return self._facts.tiers.get(ladder_id, "")

    def has_looked_at(self, ladder_id: str) -> bool:
        """Whether the tier on the ladder is noted."""
        return ladder_id in self._tiers

    def orders(self, scope: str) -> int:
        """Purchases before this one, of a brand or (empty) in the program; not noted."""
        facts = self._facts
        return (facts.brand_purchases or {}).get(scope, 0) if scope else facts.purchases

    def chooses(self, choice: PurchaseChoice, scope: str) -> bool:
        """Whether this purchase is chosen; noted."""
        orders = self.orders(scope)
        self.narrow(scope, same_span(choice, orders))
        return chooses(choice, orders)

    def narrow(self, scope: str, span: Span) -> None:
        """Notes that only purchases within the span make no difference to one more rule."""
        self._spans[scope] = self.span(scope).within(span)

    def span(self, scope: str) -> Span:
        """The purchases that make no difference to what looked so far."""
        return self._spans.get(scope, ANY_NUMBER)

    def read(self) -> FactsRead:
        """What was noted, by ladder and by brand."""
        if not self._tiers and not self._spans:
            return NOTHING_READ
        return FactsRead(
            tuple(sorted(self._tiers.items())),
            tuple(
                PurchasesRead(scope, self.orders(scope), span.least, span.most)
                for scope, span in sorted(self._spans.items())
            ),
        )


def scope_of(choice: PurchaseChoice, brand_id: str) -> str:
    """Of which brand purchases count for a rule of a brand; empty: in the program."""
    return "" if choice.any_brand else brand_id
