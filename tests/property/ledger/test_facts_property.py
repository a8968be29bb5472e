"""Purchases: what a decision rests on is compared with a count that a naive model makes from the sales that stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.facts import FactsRead, PurchasesRead
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.purchases import Purchases
from tests.support.pure_facts import judged, purchases, reason_of
from tests.support.pure_ledger import PureLedger, sold

BRANDS = ("north", "harbor", "peak")
MOST = 2**63 - 1


@dataclass
class Shop:
    """One member's sales, each with the lines of it, by brand, that have not come back."""

    ledger: PureLedger = field(default_factory=PureLedger)
    sales: dict[str, dict[int, str]] = field(default_factory=dict)
    returns: int = 0

    def sell(self, brands: Sequence[str], read: FactsRead) -> str:
        """Sells one piece of each brand; why not, if it was judged by what is not so."""
        document = f"sale-{self.ledger.requests}"
        lines = [sold(number, 100, brand) for number, brand in enumerate(brands, start=1)]
        reason = reason_of(self.ledger, judged(self.ledger, "ana", document, lines, read))
        if not reason:
            self.sales[document] = dict(enumerate(brands, start=1))
        return reason

    def give_back(self, sale: int, line: int) -> None:
        """Brings a line back, if it is still out."""
        if not self.sales:
            return
        document, lines = list(self.sales.items())[sale % len(self.sales)]
        if line in lines:
            self.returns += 1
            self.ledger.give_back("ana", f"back-{self.returns}", document, {line: (ReturnBasis.WHOLE, None)})
            del lines[line]

    def count(self, brand: str) -> int:
        """Sales of which a line of the brand (empty: any) stands."""
        return sum(1 for lines in self.sales.values() if (brand in lines.values() if brand else lines))

    def known(self) -> Purchases:
        """What the ledger counts."""
        return self.ledger.state.purchases.get(MemberKey("prg", "ana"), Purchases())


@given(data=st.data(), steps=st.integers(1, 12))
def test_a_sale_is_posted_exactly_while_the_count_lies_in_what_it_was_judged_by(
    data: st.DataObject, steps: int
) -> None:
    shop = Shop()
    for _ in range(steps):
        if data.draw(st.booleans()):
            brands = data.draw(st.lists(st.sampled_from(BRANDS), min_size=1, max_size=4))
            of, least = data.draw(st.sampled_from(("", *BRANDS))), data.draw(st.integers(0, len(shop.sales) + 1))
            most = data.draw(st.none() | st.integers(least, len(shop.sales) + 2))
            count = shop.count(of)
            holds = least <= count and (most is None or count <= most)
            assert shop.sell(brands, purchases(least, most, of)) == ("" if holds else "STALE_FACTS")
        else:
            shop.give_back(data.draw(st.integers(0, 20)), data.draw(st.integers(1, 4)))
        assert [shop.known().of(brand) for brand in ("", *BRANDS)] == [shop.count(brand) for brand in ("", *BRANDS)]


@given(least=st.integers(0, MOST), width=st.none() | st.integers(0, MOST), orders=st.integers(0, MOST))
def test_a_span_holds_from_its_least_to_its_most(least: int, width: int | None, orders: int) -> None:
    most = None if width is None else least + width
    read = PurchasesRead("", least, least, most)
    assert read.holds(orders) == (orders in range(least, (MOST if most is None else most) + 1))
    assert read.holds(least)
