"""What a merge and an unmerge do, and what they refuse."""

from typing import TYPE_CHECKING

import asyncpg
import pytest

from chassis.values.ids import bucket_of
from chassis.values.refusal import Refusal
from identity_service.domain.merging import LinkKind
from tests.integration.identity.merging.forest import Forest

if TYPE_CHECKING:
    from identity_service.domain.merging import LinkChange


async def refused(work: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await work  # type: ignore[misc]
    return caught.value


async def test_a_merge_links_roots_and_tells_both_wallets(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    change = await forest.merge(a, b)
    assert change.linked.kind is LinkKind.MERGED
    assert (change.linked.absorbed, change.linked.linked, change.linked.root) == (b, a, a)
    assert (change.linked.root_homes, change.linked.absorbed_homes) == ((a, b), (b,))
    resolved = await forest.resolve([a, b])
    assert {resolution.root_member_id for resolution in resolved.values()} == {a}
    assert {resolution.merge_seq for resolution in resolved.values()} == {change.linked.merge_seq} == {1}
    counts = await sql.fetch("SELECT merge_seq FROM member WHERE member_id = ANY($1)", [a, b])
    assert {row["merge_seq"] for row in counts} == {1}


async def test_members_below_are_named_for_their_roots(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c, d = await forest.plant(sql, 4)
    await forest.merge(a, b)
    await forest.merge(c, d)
    change = await forest.merge(b, d)
    assert (change.linked.absorbed, change.linked.root) == (c, a)
    assert change.linked.absorbed_homes == (c, d)
    assert (await forest.resolve([d]))[d].home_member_ids == (a, *sorted([b, c, d]))


async def test_an_unmerge_takes_along_what_hangs_below(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c = await forest.plant(sql, 3)
    await forest.merge(b, c)
    await forest.merge(a, b)
    change = await forest.unmerge(b)
    assert (change.linked.kind, change.linked.root, change.linked.linked) == (LinkKind.UNMERGED, a, a)
    assert (change.linked.root_homes, change.linked.absorbed_homes) == ((a,), (b, c))
    resolved = await forest.resolve([a, b, c])
    assert [resolved[member].root_member_id for member in (a, b, c)] == [a, b, b]
    assert resolved[a].merge_seq == resolved[b].merge_seq == change.linked.merge_seq == 3


async def test_the_link_in_the_middle_can_be_cut_at_its_lower_end(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c = await forest.plant(sql, 3)
    await forest.merge(b, c)
    await forest.merge(a, b)
    change = await forest.unmerge(c)
    assert (change.linked.linked, change.linked.root) == (b, a)
    assert (change.linked.root_homes, change.linked.absorbed_homes) == ((a, b), (c,))


async def test_merging_again_after_an_unmerge(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    seqs = [(await forest.merge(a, b)).linked.merge_seq]
    seqs.append((await forest.unmerge(b)).linked.merge_seq)
    seqs.append((await forest.merge(b, a)).linked.merge_seq)
    assert seqs == [1, 2, 3]
    assert (await forest.resolve([a]))[a].root_member_id == b


async def test_what_is_no_merge_is_refused(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c = await forest.plant(sql, 3)
    await forest.merge(a, b)
    await forest.merge(b, c)
    assert (await refused(forest.merge(a, a))).reason == "SAME_MEMBER"
    assert (await refused(forest.merge(a, "mem_nobody"))).reason == "MEMBER_NOT_FOUND"
    for survivor, absorbed in ((a, b), (b, a), (b, c), (c, b)):
        refusal = await refused(forest.merge(survivor, absorbed))
        assert (refusal.reason, refusal.metadata) == ("ALREADY_MERGED", {"root_member_id": a})
    assert (await refused(forest.unmerge(a))).reason == "NOT_MERGED"
    assert (await refused(forest.unmerge("mem_nobody"))).reason == "MEMBER_NOT_FOUND"
    assert len([change for change in await forest.changes() if change.linked.root == a]) == 2


async def test_a_wallet_has_at_most_a_hundred_homes(forest: Forest, sql: asyncpg.Connection) -> None:
    root, *others = await forest.plant(sql, 101)
    # Planted by hand as a hundred merges would leave them.
    await sql.executemany(
        "INSERT INTO member_link (bucket, program_id, member_id, survivor_bucket, survivor_member_id, link_time)"
        " VALUES ($1, 'grove', $2, $3, $4, now())",
        [(bucket_of("grove", other), other, bucket_of("grove", root), root) for other in others[:98]],
    )
    assert len((await forest.merge(root, others[98])).linked.root_homes) == 100
    refusal = await refused(forest.merge(others[99], root))
    assert (refusal.reason, refusal.metadata) == ("TOO_MANY_HOMES", {"homes": "101", "most": "100"})


async def test_an_erased_member_stays_alone(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    await sql.execute("UPDATE member SET erase_time = now() WHERE member_id = $1", b)
    for survivor, absorbed in ((a, b), (b, a)):
        assert (await refused(forest.merge(survivor, absorbed))).reason == "MEMBER_ERASED"


async def test_a_request_is_carried_out_once(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b, c = await forest.plant(sql, 3)
    first = await forest.merge(a, b, "once-1")
    assert await forest.merge(a, b, "once-1") == first
    assert (await refused(forest.merge(a, c, "once-1"))).reason == "REQUEST_ID_REUSED"
    assert (await refused(forest.unmerge(b, "once-1"))).reason == "REQUEST_ID_REUSED"
    apart = await forest.unmerge(b, "once-2")
    assert await forest.unmerge(b, "once-2") == apart
    assert await forest.merge(a, b, "once-1") == first


async def test_both_sides_are_audited(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    changes: list[LinkChange] = [await forest.merge(a, b), await forest.unmerge(b)]
    rows = await sql.fetch(
        "SELECT member_id, action, request_id, caller FROM audit_record WHERE member_id = ANY($1)"
        " ORDER BY sequence, member_id",
        [a, b],
    )
    expected = {
        (b, "MEMBER_ABSORBED", changes[0].request_id, "desk"),
        (a, "MEMBER_SURVIVED", changes[0].request_id, "desk"),
        (b, "MEMBER_UNMERGED", changes[1].request_id, "desk"),
        (a, "MEMBER_LEFT", changes[1].request_id, "desk"),
    }
    assert {tuple(row) for row in rows} == expected
