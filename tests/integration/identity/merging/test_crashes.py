"""A process that dies at any statement of a merge or unmerge leaves nothing; the retry ends exactly once."""

from dataclasses import replace

import asyncpg
import pytest

from identity_service.domain.merging import LinkChange, Merge, Unmerge
from tests.integration.identity.merging.forest import DECISION, Forest
from tests.integration.identity.merging.mortal import MortalRegistry
from tests.support.mortal import Died

MOST_STATEMENTS = 40

_STATE = (
    "SELECT (SELECT json_agg(m ORDER BY member_id) FROM (SELECT member_id, merge_seq FROM member) AS m)::text,"
    " (SELECT json_agg(l ORDER BY member_id) FROM member_link AS l)::text,"
    " (SELECT count(*) FROM audit_record), (SELECT count(*) FROM request_key),"
    " (SELECT json_agg(h) FROM link_head AS h)::text, (SELECT count(*) FROM link_change)"
)


async def died(forest: Forest, intent: Merge | Unmerge, request_id: str, step: int) -> bool:
    """Carries the intent out in a process that dies at the step; True if it had committed before."""
    registry = MortalRegistry(forest.database, step)
    mortal = replace(
        forest,
        merge_members=replace(forest.merge_members, registry=registry),
        unmerge_member=replace(forest.unmerge_member, registry=registry),
    )
    with pytest.raises(Died):
        await mortal.carry_out(intent, request_id)
    return registry.survived


async def state_of(sql: asyncpg.Connection) -> tuple[object, ...]:
    """All that a merge may change."""
    return tuple(await sql.fetchrow(_STATE) or ())


async def test_dying_at_every_statement_and_trying_again(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c = await forest.plant(sql, 3)
    await forest.merge(b, c)
    expected: list[LinkChange] = []
    for intent, request_id in (
        (Merge("grove", a, c, DECISION), "crash-merge"),
        (Unmerge("grove", b, DECISION), "crash-unmerge"),
    ):
        steps = 0
        before = await state_of(sql)
        while not await died(forest, intent, request_id, steps):
            assert await state_of(sql) == before
            steps += 1
            assert steps < MOST_STATEMENTS
        assert steps >= 8, "claim, follow, lock, follow, link, count, records, outcome, feed"
        after = await state_of(sql)
        assert after != before
        change, replayed = await forest.carry_out(intent, request_id)
        assert replayed
        assert await state_of(sql) == after
        expected.append(change)
    assert (await forest.changes())[-2:] == expected
    assert expected[1].position == expected[0].position + 1
