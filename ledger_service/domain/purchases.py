"""How often a member has bought: the orders that stand (docs/adr/0040)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger_service.domain.changes import Changes


@dataclass(frozen=True, slots=True)
class Purchases:
    """Orders that stand, those over several brands counted once in `orders` and under each brand in `brands` (one that
    is missing: none)."""

    orders: int = 0
    brands: Mapping[str, int] = field(default_factory=dict)

    def of(self, brand: str) -> int:
        """Those with goods of a brand; of an empty one: all."""
        return self.brands.get(brand, 0) if brand else self.orders

    def after(self, changes: Changes) -> "Purchases":
        """As they are after a command of the same wallet."""
        orders, brands = self.orders, dict(self.brands)
        for key, change in changes.activity.items():
            orders += change.orders
            brands[key.brand] = brands.get(key.brand, 0) + change.orders
        for mixed, number in changes.mixed.items():
            orders -= number * (len(mixed.brands) - 1)
        return Purchases(orders, {brand: number for brand, number in brands.items() if number})
