"""Commands of every kind, each ready to be made: what it needs has been done, for members of its own."""

from collections.abc import Awaitable, Callable, Mapping

from tests.fault.deeds import people, returning, selling, spending
from tests.fault.deeds.bench import CALLER, Bench, Deed, intent_of

__all__ = ["CALLER", "KINDS", "Bench", "Deed", "intent_of"]

KINDS: Mapping[str, Callable[[Bench], Awaitable[Deed]]] = {
    "sale": selling.sale,
    "sale with tenders": selling.sale_with_tenders,
    "claim": selling.claim,
    "correction": selling.correction,
    "redemption": spending.redemption,
    "refused redemption": spending.refused_redemption,
    "authorize": spending.authorize,
    "increase": spending.increase,
    "capture": spending.capture,
    "void": spending.void,
    "void before": spending.void_before,
    "restore": spending.restore,
    "restore before": spending.restore_before,
    "return": returning.goods_back,
    "parked return": returning.parked_return,
    "awaited sale": returning.awaited_sale,
    "rejection": returning.rejection,
    "announcement": returning.announcement,
    "withdrawal": returning.withdrawal,
    "cancel": returning.cancel,
    "exchange": returning.exchange,
    "adjust": people.adjust,
    "extension": people.extension,
    "transfer": people.transfer,
    "tier": people.tier,
    "no tier": people.no_tier,
}
