"""Many rules under one key of the index that differ by the member's tier, or by which purchase it is.

Of such rules those are found that can select the line, without asking the others. What the others looked at has to be
noted all the same: with another tier, or another number of purchases, one of them would have selected the line. So it
is enough to find one that looks: of a ladder any, of numbers of purchases the nearest on either side.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rules_service.domain.buyer import Buyer, scope_of
from rules_service.domain.index_entries import Entry
from rules_service.domain.order import OrderLine
from rules_service.domain.purchase_spans import chooses, same_span
from rules_service.domain.sale import Sale
from rules_service.domain.selector import PurchaseChoice, TierChoice


class FactCrowd:
    """Entries under one key. Each that looks at facts lies under what its first one names."""

    __slots__ = ("_ladders", "_plain", "_purchases")

    def __init__(self, entries: Iterable[Entry]) -> None:
        plain: list[Entry] = []
        by_ladder: dict[str, list[tuple[TierChoice, Entry]]] = defaultdict(list)
        by_scope: dict[str, list[tuple[PurchaseChoice, Entry]]] = defaultdict(list)
        for entry in entries:
            fact = entry.facts[0].fact if entry.facts else None
            if isinstance(fact, TierChoice):
                by_ladder[fact.ladder_id].append((fact, entry))
            elif fact is not None:
                by_scope[scope_of(fact, entry.rule.rule.brand_id)].append((fact, entry))
            else:
                plain.append(entry)
        self._plain = tuple(plain)
        self._ladders = [_OnLadder(ladder_id, found) for ladder_id, found in by_ladder.items()]
        self._purchases = [_Purchases(scope, found) for scope, found in by_scope.items()]

    def asked(self, line: OrderLine, sale: Sale) -> Sequence[Entry]:
        """The entries that are still to be asked; of the others is noted what they looked at."""
        buyer = sale.buyer
        if buyer is None:
            return self._plain
        found = list(self._plain)
        for on_ladder in self._ladders:
            found += on_ladder.asked(line, sale, buyer)
        for purchases in self._purchases:
            found += purchases.asked(line, sale, buyer)
        return found


class _OnLadder:
    """Entries by the tiers of one ladder."""

    __slots__ = ("_by_tier", "_entries", "_ladder_id")

    def __init__(self, ladder_id: str, found: Sequence[tuple[TierChoice, Entry]]) -> None:
        by_tier: dict[str, list[Entry]] = defaultdict(list)
        for choice, entry in found:
            for tier_id in dict.fromkeys(choice.tier_ids):
                by_tier[tier_id].append(entry)
        self._ladder_id = ladder_id
        self._by_tier: Mapping[str, Sequence[Entry]] = dict(by_tier)
        self._entries = [entry for _, entry in found]

    def asked(self, line: OrderLine, sale: Sale, buyer: Buyer) -> Sequence[Entry]:
        """The entries of the member's tier."""
        if not buyer.has_looked_at(self._ladder_id) and any(entry.looks(line, sale) for entry in self._entries):
            buyer.tier_on(self._ladder_id)
        return self._by_tier.get(buyer.tier_told(self._ladder_id), ())


class _Purchases:
    """Entries by numbers of purchases of one scope."""

    __slots__ = ("_at", "_every", "_numbers", "_scope")

    def __init__(self, scope: str, found: Sequence[tuple[PurchaseChoice, Entry]]) -> None:
        at: dict[int, list[tuple[PurchaseChoice, Entry]]] = defaultdict(list)
        every: dict[int, list[tuple[PurchaseChoice, Entry]]] = defaultdict(list)
        for choice, entry in found:
            if choice.every:
                every[choice.every].append((choice, entry))
            for number in choice.numbers:
                at[number].append((choice, entry))
        self._scope = scope
        self._at = dict(at)
        self._every = dict(every)
        self._numbers = sorted(at)

    def asked(self, line: OrderLine, sale: Sale, buyer: Buyer) -> Sequence[Entry]:
        """The entries that choose this purchase. The others narrow the span in which they all do not."""
        number = buyer.orders(self._scope) + 1
        place = bisect_left(self._numbers, number)
        after = place + (number in self._at)
        # Nearest first: numbers farther away narrow no more than one that looks.
        for lower in range(place - 1, -1, -1):
            if self._narrowed(self._at[self._numbers[lower]], line, sale, buyer):
                break
        for higher in range(after, len(self._numbers)):
            if self._narrowed(self._at[self._numbers[higher]], line, sale, buyer):
                break
        found = [entry for _, entry in self._at.get(number, ())]
        for every, entries in self._every.items():
            rest = number % every
            if not rest:
                found += [entry for _, entry in entries]
                continue
            least, most = buyer.span(self._scope)
            # Most spans are wider than what is noted already.
            if number - rest > least or most is None or number - rest + every - 2 < most:
                self._narrowed(entries, line, sale, buyer)
        return found

    def _narrowed(
        self, entries: Sequence[tuple[PurchaseChoice, Entry]], line: OrderLine, sale: Sale, buyer: Buyer
    ) -> bool:
        """Notes the span of an entry that does not choose this purchase and looks; whether that makes further ones on
        this side needless."""
        orders, before = buyer.orders(self._scope), buyer.span(self._scope)
        for choice, entry in entries:
            if chooses(choice, orders):
                continue
            span = same_span(choice, orders)
            if before.within(span) == before:
                return True
            if entry.looks(line, sale):
                buyer.narrow(self._scope, span)
                return True
        return False
