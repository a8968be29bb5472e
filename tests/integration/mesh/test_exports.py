"""The export of movements: whole, resumable at any message, bounded by a cursor."""

from collections.abc import Sequence

import pytest
from loyalty.ledger.v1 import movement_pb2
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.type.v1 import log_position_pb2

from tests.integration.mesh.hostile import heads_of, refusal_of, said
from tests.integration.mesh.life_of import bought
from tests.integration.mesh.test_movement_filters import movements_of
from tests.support.mesh import Till

Cursor = Sequence[log_position_pb2.LogPosition]


async def exported(
    shop: Till, after: Cursor = (), up_to: Cursor = (), stop_after: int | None = None
) -> tuple[list[movement_pb2.Movement], Cursor]:
    """Movements until the end, or until a number of messages was kept, and the cursor of the last one kept."""
    request = reading.ExportMovementsRequest(program_id=shop.program, after=after, up_to=up_to)
    call = shop.mesh.ledger.ExportMovements(request)
    movements: list[movement_pb2.Movement] = []
    cursor: Cursor = after
    kept = 0
    async for message in call:
        movements += message.movements
        cursor, kept = message.cursor, kept + 1
        if kept == stop_after:
            call.cancel()
            break
    return movements, cursor


def names(movements: Sequence[movement_pb2.Movement]) -> list[tuple[str, int]]:
    return [(movement.home_member_id, movement.sequence) for movement in movements]


async def test_an_export_has_every_movement_as_it_is_listed(shop: Till) -> None:
    ana, bea = await bought(shop), await bought(shop)
    movements, _ = await exported(shop)
    assert len(set(names(movements))) == len(movements)
    for one in (ana, bea):
        listed = await movements_of(shop, one.member)
        found = [movement for movement in movements if movement.home_member_id == one.member]
        assert [(m.sequence, m.points, m.hash, m.carrying) for m in found] == [
            (m.sequence, m.points, m.hash, m.carrying) for m in listed
        ]


@pytest.mark.parametrize("messages", [1, 3, 7])
async def test_an_export_that_is_cut_again_and_again_misses_and_repeats_nothing(shop: Till, messages: int) -> None:
    start = await head_of(shop)
    for _ in range(5):
        await bought(shop)
    head = await head_of(shop)
    whole, _ = await exported(shop, start, head)
    pieces: list[movement_pb2.Movement] = []
    cursor: Cursor = start
    while part := await exported(shop, cursor, head, stop_after=messages):
        pieces += part[0]
        if list(part[1]) == head and not part[0]:
            break
        cursor = part[1]
    assert pieces == whole


async def head_of(shop: Till) -> list[log_position_pb2.LogPosition]:
    return [log_position_pb2.LogPosition(partition=p, position=n) for p, n in sorted((await heads_of(shop)).items())]


async def test_an_export_ends_where_the_log_stood(shop: Till) -> None:
    await bought(shop)
    _, cursor = await exported(shop)
    assert {place.partition: place.position for place in cursor} == await heads_of(shop)
    assert (await exported(shop, cursor))[0] == []


@pytest.mark.parametrize("end", ["after", "up_to"])
async def test_a_cursor_beyond_the_log_is_refused(shop: Till, end: str) -> None:
    beyond = [log_position_pb2.LogPosition(partition=0, position=10**12)]
    request = reading.ExportMovementsRequest(program_id=shop.program, **{end: beyond})
    refusal = await refusal_of(shop.mesh.ledger.ExportMovements(request).read())
    assert said(refusal)[2] == "CURSOR_INVALID"
