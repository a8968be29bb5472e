"""Existing programs within programs, as batches that spend find them."""

from collections import defaultdict
from collections.abc import Iterable

from chassis.runtime.postgres import Row
from ledger_service.domain.balance_import import order_of_import
from ledger_service.domain.pooling import PoolingState
from ledger_service.domain.sources import Source


def sources_by_program(found: Iterable[Row]) -> dict[str, tuple[Source, ...]]:
    """Rows of `sources_of`."""
    sources: defaultdict[str, list[Source]] = defaultdict(list)
    for row in found:
        program = row["program"]
        source = Source(
            program=program,
            source=row["source"],
            state=PoolingState(row["state"]),
            orders=frozenset(order_of_import(program, one) for one in row["imports"]),
            gone={order_of_import(program, one): one for one in row["gone"]},
            locations=frozenset(row["locations"]),
            crossed=row["crossed"],
        )
        sources[program].append(source)
    return {program: tuple(some) for program, some in sources.items()}
