"""Streams that break anywhere, and a commit whose process is replaced: every line is brought in once."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest_asyncio
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2
from loyalty.type.v1 import money_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.importing import Migration, open_migration, points
from tests.support.mesh import Till

LINES = 1_200
"""More than two portions."""


class Cut(Exception):  # noqa: N818  stands for a connection that breaks
    """The sender is gone."""


@pytest_asyncio.fixture(scope="session")
async def migration(stack: LocalStack, shop: Till) -> AsyncIterator[Migration]:
    await shop.enroll("BROKEN000")
    await shop.known()
    async with open_migration(stack, shop) as migration:
        yield migration


def sent(
    program: str, lines: Sequence[balance_import_service_pb2.NumberedBalance], cut: int
) -> Iterator[balance_import_service_pb2.ImportBalancesRequest]:
    """The upload, broken off behind so many lines."""
    terms = balance_import_pb2.BrandTerms(brand_id="NORTH", ratio=money_pb2.Ratio(numerator=1, denominator=3))
    header = balance_import_service_pb2.BalanceImportHeader(
        program_id=program, import_id="broken", source_program_id="brook", brands=[terms]
    )
    yield balance_import_service_pb2.ImportBalancesRequest(request_id="up", header=header)
    for place, line in enumerate(lines):
        if place == cut:
            raise Cut
        yield balance_import_service_pb2.ImportBalancesRequest(line=line)


async def test_a_stream_that_breaks_anywhere_is_taken_up_again(shop: Till, migration: Migration) -> None:
    people = {f"k{number}": "" for number in range(5)}
    await migration.bring("broken-members", "brook", people)
    lines = [points(number, f"k{number % 5}", number) for number in range(1, LINES + 1)]
    chance = random.Random(6)
    for cut in sorted(chance.randrange(LINES) for _ in range(4)):
        # What breaks is the sender's own stream: gRPC cancels the call.
        with contextlib.suppress(asyncio.CancelledError, Refusal):
            await migration.balances.ImportBalances(sent(shop.program, lines, cut))
    answer = await migration.balances.ImportBalances(sent(shop.program, lines, LINES + 1))
    found = getattr(answer, "import")
    [cell] = found.totals.balances
    assert (cell.lines, cell.old_points) == (LINES, LINES * (LINES + 1) // 2)
    assert cell.old_points == 3 * cell.new_points + cell.remainder_parts
    done = await migration.commit("broken", found.totals)
    assert done.proven
    assert await shop.broken() == []
