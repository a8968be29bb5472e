"""Any sequence of merges and unmerges against a model that knows nothing of the code."""

import random
from datetime import datetime

import asyncpg
import pytest

from chassis.values.refusal import Refusal
from identity_service.domain.members import MemberRef
from identity_service.use_cases.get_member_lineage import Lineage
from tests.integration.identity.merging.forest import CALLER, Forest, Model

MEMBERS = 7
STEPS = 30


@pytest.mark.parametrize("seed", range(4))
async def test_any_sequence_is_what_the_model_says(forest: Forest, sql: asyncpg.Connection, seed: int) -> None:
    chance = random.Random(seed)
    members = await forest.plant(sql, MEMBERS)
    model, seqs = Model(members), dict.fromkeys(members, 0)
    start = len(await forest.changes())
    for _ in range(STEPS):
        touched = await step(forest, model, chance)
        resolved = await forest.resolve(members)
        for member in members:
            resolution = resolved[member]
            assert resolution.root_member_id == model.root(member)
            assert resolution.home_member_ids[0] == model.root(member)
            assert set(resolution.home_member_ids) == model.homes(member)
            grown = resolution.merge_seq > seqs[member] if member in touched else resolution.merge_seq == seqs[member]
            assert grown, "strictly grows for every member of the wallets concerned, and for nobody else"
            seqs[member] = resolution.merge_seq
    changes = await forest.changes(after=start)
    replayed = Model(members)
    replayed.replay(changes)
    assert (replayed.parent, replayed.history) == (model.parent, model.history)
    for member in members:
        await require_lineage(forest, model, member, start)


async def step(forest: Forest, model: Model, chance: random.Random) -> set[str]:
    """One random change in both; the members of the wallets that it concerned."""
    one, other = chance.choice(model.members), chance.choice(model.members)
    concerned = model.homes(one) | model.homes(other)
    if chance.random() < 0.6:
        done = one != other and model.merge(one, other)
        told = {"ALREADY_MERGED", "SAME_MEMBER"}
    else:
        concerned = model.homes(one)
        done = model.unmerge(one)
        told = {"NOT_MERGED"}
    work = forest.merge(one, other) if "SAME_MEMBER" in told else forest.unmerge(one)
    if done:
        await work
        return concerned
    with pytest.raises(Refusal) as refused:
        await work
    assert refused.value.reason in told
    return set()


async def require_lineage(forest: Forest, model: Model, member: str, start: int) -> None:
    """The lineage is the model's tree and its history, exactly, in pages of any size, now and at any time before."""
    lineage = await whole_lineage(forest, member, most=3)
    homes = model.homes(member)
    assert lineage.tree.root_member_id == model.root(member)
    assert set(lineage.tree.homes) == homes
    assert {link.member_id: link.linked for link in lineage.tree.links} == {
        home: model.parent[home] for home in homes if home in model.parent
    }
    told = [
        (change.linked.kind.name, change.linked.absorbed, change.linked.linked, change.linked.root)
        for change in reversed(lineage.history)
    ]
    assert told == [entry for entry in model.history if homes & set(entry[1:])]


async def whole_lineage(forest: Forest, member: str, most: int) -> Lineage:
    """All pages in one."""
    first = await forest.lineage(CALLER, MemberRef("grove", member), None, None, most)
    history, page = list(first.history), first.next_page
    while page is not None:
        more = await forest.lineage(CALLER, MemberRef("grove", member), None, page, most)
        assert more.tree == first.tree
        history += more.history
        page = more.next_page
    return Lineage(first.member_id, first.tree, history, None)


async def test_lineage_as_of_any_moment(forest: Forest, sql: asyncpg.Connection) -> None:
    members = await forest.plant(sql, 5)
    model, chance = Model(members), random.Random(99)
    pasts: list[tuple[datetime, dict[str, str], dict[str, str]]] = []
    while len(pasts) < 8:
        done = len(model.history)
        await step(forest, model, chance)
        if len(model.history) > done:
            moment = (await forest.changes())[-1].change_time
            pasts.append((moment, dict(model.parent), {member: model.root(member) for member in members}))
    for moment, parent, roots in pasts:
        for member in members:
            lineage = await forest.lineage(CALLER, MemberRef("grove", member), moment, None, 100)
            assert lineage.tree.root_member_id == roots[member]
            homes = {home for home in members if roots[home] == roots[member]}
            assert {link.member_id: link.linked for link in lineage.tree.links} == {
                home: parent[home] for home in homes if home in parent
            }
            assert all(change.change_time <= moment for change in lineage.history)
