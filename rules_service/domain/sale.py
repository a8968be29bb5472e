"""An order while it is judged: what its lines share, and what is worked out once for all of them."""

from datetime import date
from typing import NamedTuple

from chassis.values.integers import checked
from rules_service.domain.buyer import Buyer
from rules_service.domain.categories import CategoryTree
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.condition import MOST_STEPS_AN_ORDER, Condition, ConditionFailed, LineView, OrderView
from rules_service.domain.exact import Exact
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.refusals import rule_failed
from rules_service.domain.selector import BasketCondition, LineFilter
from rules_service.domain.tier_multipliers import TierFactor, TierMultipliers

TOO_MANY_STEPS = (
    f"the conditions of the order's lines may take more than {MOST_STEPS_AN_ORDER:,} steps; this one is where they do"
)


class Place(NamedTuple):
    """What all lines of an order share as far as selectors look at it. Day, weekday (1 Monday to 7 Sunday) and minute
    of the day are local to the location; `means` are those that paid, `segments` those that the member is in, each in
    the order of their names."""

    location_id: str
    region: str
    operator: str
    channel: str
    currency_code: str
    day: date
    weekday: int
    minute: int
    means: tuple[str, ...]
    segments: tuple[str, ...] = ()


class Sale:
    """One order being judged. What it works out is kept for as long as that takes. `buyer` None: nobody known."""

    __slots__ = (
        "_answers",
        "_baskets",
        "_line_view",
        "_multipliers",
        "_order_views",
        "_purchased",
        "_shares",
        "_steps",
        "_viewed",
        "buyer",
        "order",
        "place",
        "tree",
    )

    def __init__(
        self, order: Order, place: Place, tree: CategoryTree, buyer: Buyer | None, multipliers: TierMultipliers
    ) -> None:
        self.order = order
        self.place = place
        self.tree = tree
        self.buyer = buyer
        self._multipliers = multipliers
        self._shares: dict[tuple[str, ...], Exact] = {}
        self._baskets: dict[tuple[str, LineFilter], tuple[int, int]] = {}
        self._order_views: dict[str, OrderView] = {}
        self._purchased: frozenset[str] | None = None
        self._viewed: OrderLine | None = None
        self._line_view: LineView
        self._answers: dict[Condition, bool]
        self._steps = 0

    def categories(self, line: OrderLine) -> tuple[str, ...]:
        """The line's categories with those above them."""
        return self.tree.with_above(line.category_ids)

    def share(self, means: tuple[str, ...]) -> Exact:
        """Which part of the order's money was paid by these means; at least one of them paid."""
        share = self._shares.get(means)
        if share is None:
            payments = self.order.payments
            paid = sum(payment.minor_units for payment in payments if payment.means in means)
            share = self._shares[means] = paid, sum(payment.minor_units for payment in payments)
        return share

    def tier_factor(self, brand_id: str) -> TierFactor | None:
        """By how much a tier of the member multiplies the base points of a brand; None: not at all."""
        if self.buyer is None:
            return None
        return self._multipliers.greatest(self.buyer, brand_id, self.place.day)

    def basket_is(self, condition: BasketCondition, brand_id: str) -> bool:
        """Whether the lines that the condition of a brand's rule looks at were paid with enough and are enough."""
        key = brand_id, condition.lines
        found = self._baskets.get(key)
        if found is None:
            lines = [line for line in self.order.lines if self._in_basket(line, condition.lines, brand_id)]
            found = sum(line.earn_base for line in lines), sum(line.quantity for line in lines)
            self._baskets[key] = found
        paid, pieces = found
        return pieces >= condition.quantity_at_least and (
            not condition.spend_at_least
            or any(
                paid >= least.minor_units
                for least in condition.spend_at_least
                if least.currency_code == self.order.currency_code
            )
        )

    def is_purchase(self, scope: str) -> bool:
        """Whether the order is a purchase of a brand, or (empty) in the program: if a line of it, which is no discount,
        has an amount above 0. The ledger counts purchases so; what it does not count has no number."""
        if self._purchased is None:
            lines = self.order.lines
            bought = (line.brand_id for line in lines if not line.discount_line and line.net_minor_units > 0)
            self._purchased = frozenset(brand_id for brand_id in bought if brand_id)
        return scope in self._purchased if scope else bool(self._purchased)

    def _in_basket(self, line: OrderLine, wanted: LineFilter, brand_id: str) -> bool:
        """A line without brand is of no brand, so that it never counts."""
        if line.discount_line or not line.brand_id:
            return False
        if not wanted.any_brand and line.brand_id not in (wanted.brand_ids or (brand_id,)):
            return False
        if wanted.skus and line.sku not in wanted.skus:
            return False
        return not wanted.category_ids or any(
            category_id in wanted.category_ids for category_id in self.categories(line)
        )

    def condition_is(self, rule: CompiledRule, line: OrderLine) -> bool:
        """Whether the condition of a rule of the line's brand is so, if it has one; RULE_FAILED if that comes to no
        answer, or if conditions were asked too much. Lines are asked about one after the other."""
        condition = rule.condition
        if condition is None:
            return True
        if line is not self._viewed:
            self._viewed, self._line_view, self._answers = line, self._view_of(line), {}
        answer = self._answers.get(condition)
        if answer is None:
            answer = self._answers[condition] = self._asked(rule, condition, line.brand_id)
        return answer

    def _asked(self, rule: CompiledRule, condition: Condition, brand_id: str) -> bool:
        order = self._order_views.get(brand_id)
        if order is None:
            order = self._order_views[brand_id] = self._order_view(brand_id)
        # Counted by what it may take, not by what it took, so that every instance refuses the same orders.
        self._steps += condition.most_steps
        if self._steps > MOST_STEPS_AN_ORDER:
            raise rule_failed(rule.rule.rule_id, rule.version, TOO_MANY_STEPS)
        try:
            return condition.holds(order, self._line_view)
        except ConditionFailed as failed:
            raise rule_failed(rule.rule.rule_id, rule.version, failed.reason) from failed

    def _order_view(self, brand_id: str) -> OrderView:
        own = [line for line in self.order.lines if line.brand_id == brand_id and not line.discount_line]
        return OrderView(
            location=self.place.location_id,
            region=self.place.region,
            operator=self.place.operator,
            channel=self.place.channel,
            currency=self.place.currency_code,
            weekday=self.place.weekday,
            minute_of_day=self.place.minute,
            date=self.place.day.isoformat(),
            payment_means=self.place.means,
            own_spend=checked(sum(line.earn_base for line in own), "what was paid for lines of a brand"),
            own_quantity=checked(sum(line.quantity for line in own), "pieces of a brand"),
            own_lines=len(own),
        )

    def _view_of(self, line: OrderLine) -> LineView:
        return LineView(
            sku=line.sku,
            categories=tuple(sorted(self.categories(line))),
            attributes=dict(line.attributes),
            quantity=line.quantity,
            net=line.net_minor_units,
            paid=line.earn_base,
            measure_unit=line.measure.unit if line.measure is not None else "",
            measure_milli_units=line.measure.milli_units if line.measure is not None else 0,
        )
