"""A file posted month by month on the replay clock with members who spend, each month closed before the next begins."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from deploy.local.mesh import PROGRAMS
from tests.support.mesh import Till
from tests.trial.bookkeeping import Bookkeeping, Record, add_settled
from tests.trial.closing import Closed, Desk
from tests.trial.documents import Document
from tests.trial.market import Market
from tests.trial.posting import Counter as Calls
from tests.trial.posting import Posted, enroll, post_batches
from tests.trial.spending import Shoppers, Spent, shuffled
from tests.trial.stored import read_return


@dataclass(slots=True)
class Months:
    """What the tills recorded and what finance closed, by month. `posting` are seconds."""

    till: Till
    desk: Desk
    posted: Posted
    spent: Spent
    records: dict[str, Record] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    posting: dict[str, float] = field(default_factory=dict)

    def told(self) -> list[str]:
        """A line for each month, and one in all."""
        lines = []
        for month, closed in self.closed.items():
            steps = ", ".join(f"{step} {taken:.2f} s" for step, taken in closed.seconds.items())
            posted = f"{self.records[month].answers:,} calls in {self.posting[month]:.1f} s"
            lines.append(
                f"{self.till.program} {month}: {posted}; {closed.ledger.compared} figures and "
                f"{closed.prices.compared:,} movements compared; {steps}"
            )
        refused = dict(Counter(self.posted.refused.values()))
        return [*lines, f"{self.till.program}: {dict(self.spent.acts)}; refused {refused}"]


async def live_through(till: Till, desk: Desk, market: Market, program: str, documents: Sequence[Document]) -> Months:
    """Makes the program and the members; then month by month posts, records, closes and pays."""
    await till.apply(PROGRAMS / program, program)
    await enroll(till, (document.card for document in documents))
    by_month: dict[str, list[Document]] = {}
    for document in documents:
        by_month.setdefault(market.month(document.call), []).append(document)
    months = Months(till, desk, Posted(), Spent())
    calls = Calls(till, months.posted)
    shoppers = Shoppers(calls, market, months.spent)
    bookkeeping = Bookkeeping(months.posted)
    for month in sorted(by_month):
        began = time.monotonic()
        spending = [document for document in by_month[month] if market.spends(document.card)]
        await post_batches(calls, [document for document in by_month[month] if not market.spends(document.card)])
        await shoppers.go_through(shuffled(spending, market.seed))
        months.posting[month] = time.monotonic() - began
        months.records[month] = await _record(till, bookkeeping)
        months.closed[month] = await desk.close(month)
    return months


async def _record(till: Till, bookkeeping: Bookkeeping) -> Record:
    record, settled = bookkeeping.month()
    for return_id in settled:
        add_settled(record, await read_return(till, return_id))
    return record
