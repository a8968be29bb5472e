"""Sales that caps and budgets cover, for tests of the engine."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.commands import PostOrder
from ledger_service.domain.limits import LimitTerm
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.counter import Counter
from tests.integration.ledger.house import Heard, House

LANES = 4


class LimitedShop(Counter):
    """Makes sales whose awards some limits cover."""

    def limited(self, member: str, document: str, points: int, *limits: LimitTerm, **more: object) -> PostOrder:
        """A sale of one line that earns so many points under limits."""
        sale = self.sale(member, document, points, **more)  # type: ignore[arg-type]
        awards = tuple(replace(award, limits=limits) for award in sale.order.awards)
        return replace(sale, order=replace(sale.order, awards=awards))


def granted(heard: Sequence[Heard]) -> list[int]:
    """What each sale was granted; all of them were posted."""
    answers = [one.answer for one in heard if isinstance(one, Outcome)]
    assert len(answers) == len(heard), [one for one in heard if not isinstance(one, Outcome)]
    return [sum(earned.granted for earned in answer.earned) for answer in answers if isinstance(answer, OrderAnswer)]


def members_of(partition: int, partitions: int, count: int, program: str = "prg") -> list[str]:
    """Members whose wallets lie in a lane."""
    names = (f"member-{number}" for number in range(100 * count * partitions))
    return [name for name in names if partition_of(bucket_of(program, name), partitions) == partition][:count]


async def used(house: House, limit_id: str = "pot") -> int:
    """Points of a budget that all lanes have used."""
    found = await house.rows(f"SELECT coalesce(sum(used_points), 0) FROM allotment WHERE limit_id = '{limit_id}'")
    return int(str(found[0][0]))
