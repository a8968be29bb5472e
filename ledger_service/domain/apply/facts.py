"""Whether what a decision by rules rests on is still so, under the wallet's lock (docs/DOMAIN.md §3, facts).

Compared is what was so before the command: an exchange whose return takes a purchase back is judged by those from
before it, as it was told to the rules.
"""

from datetime import date

from ledger_service.domain import fact_refusals
from ledger_service.domain.apply.reading import Reading
from ledger_service.domain.facts import NOTHING_READ, FactsRead


def require_facts(reading: Reading, read: FactsRead, day: date) -> None:
    """Refuses what rests on facts that have changed: STALE_FACTS, never kept, so that it is judged again. Tiers are
    those of `day`. NeedMore where they were not read."""
    if read == NOTHING_READ:
        return
    purchases = reading.purchases_before if read.purchases else None
    if purchases is not None and not all(one.holds(purchases.of(one.brand)) for one in read.purchases):
        raise fact_refusals.stale_facts()
    if any(reading.tier_before(tier.ladder_id, day) != tier.tier for tier in read.tiers):
        raise fact_refusals.stale_facts()
