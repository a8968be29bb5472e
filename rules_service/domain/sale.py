"""An order while it is judged: what its lines share, and what is worked out once for all of them."""

from datetime import date
from typing import NamedTuple

from chassis.values.integers import checked
from rules_service.domain.categories import CategoryTree
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.condition import ConditionFailed, LineView, OrderView
from rules_service.domain.exact import Exact
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.refusals import rule_failed
from rules_service.domain.selector import BasketCondition, LineFilter


class Place(NamedTuple):
    """What all lines of an order share as far as selectors look at it. Day, weekday (1 Monday to 7 Sunday) and minute
    of the day are local to the location; `means` are those that paid, in the order of their names."""

    location_id: str
    region: str
    operator: str
    channel: str
    currency_code: str
    day: date
    weekday: int
    minute: int
    means: tuple[str, ...]


class Sale:
    """One order being judged. What it works out is kept for as long as that takes."""

    __slots__ = ("_baskets", "_line_views", "_order_views", "_shares", "order", "place", "tree")

    def __init__(self, order: Order, place: Place, tree: CategoryTree) -> None:
        self.order = order
        self.place = place
        self.tree = tree
        self._shares: dict[tuple[str, ...], Exact] = {}
        self._baskets: dict[tuple[str, LineFilter], tuple[int, int]] = {}
        self._order_views: dict[str, OrderView] = {}
        self._line_views: dict[int, LineView] = {}

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
        answer."""
        if rule.condition is None:
            return True
        order = self._order_views.get(line.brand_id)
        if order is None:
            order = self._order_views[line.brand_id] = self._order_view(line.brand_id)
        view = self._line_views.get(line.line_number)
        if view is None:
            view = self._line_views[line.line_number] = self._line_view(line)
        try:
            return rule.condition.holds(order, view)
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

    def _line_view(self, line: OrderLine) -> LineView:
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
