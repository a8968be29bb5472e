"""Verdicts under bad luck: processes that die at any statement, and two people deciding at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import asyncpg
import pytest

from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import Connection
from chassis.values.refusal import Refusal
from identity_service.domain.duplicates import Duplicate, State
from identity_service.domain.likeness import Evidence, Signal
from identity_service.domain.merging import Decision
from identity_service.store.bell import Bell
from identity_service.store.duplicates import PostgresDuplicateChanges, PostgresDuplicateRegistry
from identity_service.use_cases.decide_duplicate import DecideDuplicate, Verdict
from identity_service.use_cases.duplicate_ports import DuplicateChanges
from tests.integration.identity.merging.forest import CALLER, Forest
from tests.integration.identity.merging.test_crashes import state_of
from tests.support.mortal import Died, Mortal

T = TypeVar("T")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
WHY = Decision("asked her", "Ada Admin")


class MortalPairs(PostgresDuplicateRegistry):
    """Dies once, at the statement `step` of its transaction; where that has fewer, after its commit."""

    step = 0
    survived = False

    async def change(self, work: Callable[[DuplicateChanges], Awaitable[T]]) -> T:
        """As the port says, until it dies."""

        async def dying(connection: Connection) -> T:
            return await work(PostgresDuplicateChanges(Mortal(connection._raw, self.step)))

        await self._database.in_transaction(dying)
        self.survived = True
        raise Died


def deciding(forest: Forest) -> DecideDuplicate:
    registry = PostgresDuplicateRegistry(forest.database, Bell())
    return DecideDuplicate(registry, forest.programs, forest.fingerprints, SystemClock())


async def proposed(forest: Forest, sql: asyncpg.Connection) -> Duplicate:
    low, high = sorted(await forest.plant(sql, 2))
    evidence = (Evidence(Signal.NAMED_TOGETHER, 100, 50),)
    pair = Duplicate("grove", low, high, 50, evidence, 1, State.PROPOSED, NOW, NOW)

    async def save(changes: DuplicateChanges) -> None:
        await changes.save_duplicate(pair)

    await PostgresDuplicateRegistry(forest.database, Bell()).change(save)
    return pair


def verdict_on(pair: Duplicate, *, one_person: bool) -> Verdict:
    return Verdict("grove", pair.duplicate_id, pair.evidence_version, one_person, "", WHY)


@pytest.mark.parametrize("one_person", [True, False])
async def test_dying_at_every_statement_and_trying_again(
    forest: Forest, sql: asyncpg.Connection, one_person: bool
) -> None:
    pair = await proposed(forest, sql)
    verdict, decide = verdict_on(pair, one_person=one_person), deciding(forest)
    pairs = "SELECT json_agg(d ORDER BY duplicate_id)::text FROM duplicate AS d"
    before, thought = await state_of(sql), await sql.fetchval(pairs)
    dying = MortalPairs(forest.database, Bell())
    while True:
        with pytest.raises(Died):
            await replace(decide, registry=dying)(CALLER, f"verdict-{pair.duplicate_id}", verdict)
        if dying.survived:
            break
        assert (await state_of(sql), await sql.fetchval(pairs)) == (before, thought)
        dying.step += 1
    after = await state_of(sql), await sql.fetchval(pairs)
    decided = await decide(CALLER, f"verdict-{pair.duplicate_id}", verdict)
    assert decided.replayed
    assert (decided.change is not None) is one_person
    assert decided.duplicate.state is (State.MERGED if one_person else State.DISTINCT)
    assert (await state_of(sql), await sql.fetchval(pairs)) == after


async def test_two_people_deciding_at_once(forest: Forest, sql: asyncpg.Connection) -> None:
    decide = deciding(forest)
    for _ in range(6):
        pair = await proposed(forest, sql)

        async def said(one_person: bool, pair: Duplicate = pair) -> str:
            try:
                name = f"{pair.duplicate_id}-{one_person}"
                return (await decide(CALLER, name, verdict_on(pair, one_person=one_person))).duplicate.state.name
            except Refusal as refusal:
                return refusal.reason

        outcomes = await asyncio.gather(said(True), said(False))
        one = (await forest.resolve([pair.low]))[pair.low]
        assert outcomes[0] == "MERGED", "also after the other said that they are two: the later word counts"
        assert outcomes[1] in ("DISTINCT", "DUPLICATE_DECIDED")
        assert len(one.home_member_ids) == 2


async def test_a_merge_by_hand_and_a_verdict_at_once(forest: Forest, sql: asyncpg.Connection) -> None:
    decide = deciding(forest)
    for _ in range(6):
        pair = await proposed(forest, sql)
        outcomes = await asyncio.gather(
            forest.merge(pair.low, pair.high),
            decide(CALLER, f"at-once-{pair.duplicate_id}", verdict_on(pair, one_person=True)),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
        assert [refusal.reason for refusal in refused] == ["ALREADY_MERGED"]
