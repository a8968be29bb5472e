"""DuplicateService over the wire, before the real database and the worker."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.identity.v1 import duplicate_pb2 as duplicates
from loyalty.identity.v1 import duplicate_service_pb2 as messages
from loyalty.identity.v1 import merge_service_pb2 as merging
from loyalty.identity.v1 import person_pb2, person_service_pb2
from loyalty.type.v1 import member_pb2

from chassis.values.refusal import Refusal
from identity_service.domain.members import MemberKey
from tests.integration.identity.calls import card, email, enroll, question
from tests.integration.identity.house import House, People, Stub
from tests.integration.identity.merging.desk import Desk, open_desk, ref, until

PROPOSED, MERGED = duplicates.DUPLICATE_STATE_PROPOSED, duplicates.DUPLICATE_STATE_MERGED
DISTINCT, WITHDRAWN = duplicates.DUPLICATE_STATE_DISTINCT, duplicates.DUPLICATE_STATE_WITHDRAWN
MERGE, APART = messages.DUPLICATE_VERDICT_MERGE, messages.DUPLICATE_VERDICT_DISTINCT


@pytest_asyncio.fixture(scope="session")
async def desk(house: House) -> AsyncIterator[Desk]:
    """Headquarters."""
    async with open_desk(house) as desk:
        yield desk


async def enrolled(till: Stub, *identifiers: member_pb2.Identifier) -> str:
    return str((await till.EnrollMember(enroll(*identifiers))).member.member_id)


async def named(office: People, member: str, given: str, family: str, born: tuple[int, int, int]) -> None:
    year, month, day = born
    await office.UpdateProfile(
        person_service_pb2.UpdateProfileRequest(
            program_id="grove",
            request_id=f"name-{member}-{given}",
            member_id=member,
            given_name=given,
            family_name=family,
            birthday=person_pb2.Birthday(month=month, day=day, year=year),
        )
    )


def signals(duplicate: duplicates.Duplicate) -> set[str]:
    return {
        duplicates.DuplicateSignal.Name(each.signal).removeprefix("DUPLICATE_SIGNAL_") for each in duplicate.evidence
    }


ONE_MAILBOX = duplicates.MergeRule(
    clauses=[
        duplicates.MergeClause(
            conditions=[
                duplicates.MergeCondition(
                    signal=duplicates.DUPLICATE_SIGNAL_EMAIL_SAME_MAILBOX, least_likeness=100, verified=True
                )
            ],
            least_score=80,
        )
    ]
)


async def verified(house: House, *member_ids: str) -> None:
    """As if codes had been sent to all that points to them, and told."""
    async with house.sql(owner=True) as sql:
        await sql.execute("UPDATE identifier_value SET verify_ordinal = ordinal WHERE member_id = ANY($1)", member_ids)


async def pair_of(till: Stub, desk: Desk, name: str) -> tuple[str, str, duplicates.Duplicate]:
    """Two members whose e-mails differ by a tag, the first enrolled first, and what is found of them."""
    one, other = await enrolled(till, email(f"{name}.case")), await enrolled(till, email(f"{name}.case+x"))
    await desk.find(one)
    [duplicate] = (await desk.find(other)).duplicates
    return one, other, duplicate


async def test_a_pair_is_found_by_itself_with_what_speaks_for_it_and_no_values(
    till: Stub, desk: Desk, office: People
) -> None:
    one, other = await enrolled(till, email("jo.worker")), await enrolled(till, email("jo.worker+news"))
    for member in (one, other):
        await named(office, member, "Jo", "Worker", (1980, 2, 29))

    async def found() -> bool:
        pairs = await desk.listed(other, PROPOSED)
        return any({"NAME_ALIKE", "BIRTHDAY_SAME", "EMAIL_SAME_MAILBOX"} <= signals(pair) for pair in pairs)

    await until(found)
    [pair] = await desk.listed(one, PROPOSED)
    assert list(pair.member_ids) == sorted([one, other])
    assert pair.score > 90
    assert [each.weight for each in pair.evidence] == sorted((each.weight for each in pair.evidence), reverse=True)
    assert "jo" not in str(pair.evidence).casefold()


async def test_identifiers_named_in_one_call_are_remembered_although_it_is_refused(till: Stub, desk: Desk) -> None:
    one, other = await enrolled(till, card("NT1")), await enrolled(till, card("NT2"))
    for _ in range(2):
        with pytest.raises(Refusal):
            await till.EnrollMember(enroll(card("NT1"), card("NT2"), card("NT3")))
    with pytest.raises(Refusal):
        await till.ResolveMember(question(card("NT3")))
    [pair] = (await desk.find(other)).duplicates
    assert (signals(pair), pair.score, list(pair.member_ids)) == ({"NAMED_TOGETHER"}, 50, sorted([one, other]))


async def test_a_verdict_to_merge_merges_at_once_and_once(till: Stub, desk: Desk) -> None:
    one, other, pair = await pair_of(till, desk, "merge")
    decided = await desk.decide(pair, MERGE, request_id="verdict-1")
    assert (decided.change.survivor_member_id, decided.change.absorbed_member_id) == (one, other)
    assert (decided.duplicate.state, decided.duplicate.decided_by) == (MERGED, "Ada Admin")
    assert await desk.decide(pair, MERGE, request_id="verdict-1") == decided
    with pytest.raises(Refusal) as refused:
        await desk.decide(pair, APART)
    assert (refused.value.reason, refused.value.metadata["state"]) == ("DUPLICATE_DECIDED", "MERGED")
    asked = merging.GetMemberLineageRequest(program_id="grove", member=ref(other))
    [entry] = (await desk.merges.GetMemberLineage(asked)).history
    assert (entry.duplicate_id, entry.reason) == (pair.duplicate_id, "asked her")


async def test_who_stays_can_be_said(till: Stub, desk: Desk) -> None:
    _, other, pair = await pair_of(till, desk, "stay")
    assert (await desk.decide(pair, MERGE, survivor=other)).change.survivor_member_id == other


async def test_distinct_is_not_proposed_again_until_something_new_speaks(till: Stub, desk: Desk, house: House) -> None:
    one, other, pair = await pair_of(till, desk, "apart")
    decided = (await desk.decide(pair, APART)).duplicate
    assert decided.state == DISTINCT
    assert not (await desk.find(one)).duplicates
    with pytest.raises(Refusal):
        await till.EnrollMember(enroll(email("apart.case"), email("apart.case+x")))
    [again] = (await desk.find(one)).duplicates
    assert (again.duplicate_id, again.evidence_version, again.decided_by) == (pair.duplicate_id, 2, "")
    with pytest.raises(Refusal) as refused:
        await desk.decide(pair, MERGE)
    assert refused.value.reason == "VERSION_CHANGED"
    async with house.sql() as sql:
        actions = await sql.fetch(
            "SELECT member_id FROM audit_record WHERE action = 'DUPLICATE_DECIDED' AND member_id = ANY($1)",
            [one, other],
        )
    assert {row["member_id"] for row in actions} == {one, other}


async def test_a_merge_elsewhere_settles_the_pair_and_an_unmerge_keeps_it_apart(till: Stub, desk: Desk) -> None:
    one, other, _ = await pair_of(till, desk, "elsewhere")
    await desk.merge(one, other)
    assert not (await desk.find(one)).duplicates
    assert [pair.state for pair in await desk.listed(one, MERGED)] == [MERGED]
    await desk.unmerge(other)
    await desk.find(one)
    [pair] = await desk.listed(one, DISTINCT)
    assert pair.decided_by == "unmerge"


async def test_what_was_erased_speaks_no_more(till: Stub, desk: Desk, office: People) -> None:
    one, other, _ = await pair_of(till, desk, "erase")
    await office.EraseMember(
        person_service_pb2.EraseMemberRequest(
            program_id="grove",
            request_id="erase-dup",
            member_id=other,
            reason=person_pb2.ERASURE_REASON_MEMBER_ASKED,
        )
    )

    async def withdrawn() -> bool:
        return [pair.state for pair in await desk.listed(one, WITHDRAWN)] == [WITHDRAWN]

    await until(withdrawn)


async def test_a_rule_merges_what_it_says_and_says_so(till: Stub, desk: Desk, house: House) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.set_rule(duplicates.MergeRule(), replaced=7)
    assert refused.value.reason == "VERSION_CHANGED"
    assert (await desk.duplicates.GetMergeRule(messages.GetMergeRuleRequest(program_id="grove"))).version == 0
    one, other, _ = await pair_of(till, desk, "rule")
    _, alone, _ = await pair_of(till, desk, "parted")
    parted = (await desk.listed(alone, PROPOSED))[0]
    await desk.decide(parted, MERGE)
    await desk.unmerge(alone)
    assert await desk.set_rule(ONE_MAILBOX, replaced=0, request_id="rule-1") == 1
    assert await desk.set_rule(ONE_MAILBOX, replaced=0, request_id="rule-1") == 1
    # What a till wrote down is nobody's mailbox yet.
    await desk.find(other)
    assert (await till.ResolveMember(question(other))).resolution.root_member_id == other
    await verified(house, one, other)
    await verified(house, alone, *parted.member_ids)
    try:

        async def merged() -> bool:
            return (await till.ResolveMember(question(other))).resolution.root_member_id == one

        await until(merged)
        asked = merging.GetMemberLineageRequest(program_id="grove", member=ref(one))
        [entry] = (await desk.merges.GetMemberLineage(asked)).history
        assert (entry.merge_rule_version, entry.decided_by) == (1, "rule of grove")
        assert entry.caller == "identity-merge-rule"
        [pair] = await desk.listed(one, MERGED)
        assert pair.merge_rule_version == 1
        await desk.find(alone)
        assert (await till.ResolveMember(question(alone))).resolution.root_member_id == alone
    finally:
        assert await desk.set_rule(duplicates.MergeRule(), replaced=1) == 2


async def test_a_rule_that_any_till_could_make_true_is_refused(desk: Desk) -> None:
    named_alone = duplicates.MergeCondition(signal=duplicates.DUPLICATE_SIGNAL_NAMED_TOGETHER)
    mailbox = duplicates.MergeCondition(signal=duplicates.DUPLICATE_SIGNAL_EMAIL_SAME_MAILBOX)
    phone = duplicates.MergeCondition(signal=duplicates.DUPLICATE_SIGNAL_PHONE_ALIKE, verified=True)
    against = duplicates.MergeCondition(signal=duplicates.DUPLICATE_SIGNAL_NAME_DIFFERS, least_likeness=101)
    rule = duplicates.MergeRule(
        clauses=[
            duplicates.MergeClause(conditions=[named_alone]),
            duplicates.MergeClause(conditions=[against], least_score=-1),
            duplicates.MergeClause(),
            # An address that a till typed, and one that is verified but not the same, are a stranger's to bring.
            duplicates.MergeClause(conditions=[mailbox, phone, named_alone]),
        ]
    )
    with pytest.raises(Refusal) as refused:
        await desk.set_rule(rule, replaced=0)
    assert {violation.field for violation in refused.value.violations} == {
        "rule.clauses[0].conditions",
        "rule.clauses[1].conditions[0].signal",
        "rule.clauses[1].conditions[0].least_likeness",
        "rule.clauses[1].least_score",
        "rule.clauses[1].conditions",
        "rule.clauses[2].conditions",
        "rule.clauses[3].conditions",
    }


async def test_a_block_that_too_many_share_is_passed_over_and_said_to_be(house: House, desk: Desk) -> None:
    async with house.sql(owner=True) as sql:
        async with sql.transaction():
            keys = [MemberKey.of("isle", f"mem_smith_{number}") for number in range(600)]
            members = [(key.bucket, key.member_id) for key in keys]
            await sql.executemany(
                "INSERT INTO member (bucket, program_id, member_id, enroll_time, home_location_id, profile)"
                " VALUES ($1, 'isle', $2, now(), 'loc-1', 1)",
                members,
            )
            await sql.execute(
                "INSERT INTO member_profile"
                " (bucket, program_id, member_id, ordinal, segments, change_time, family_name)"
                " SELECT bucket, program_id, member_id, 1, '{}', now(), 'Smith' FROM member WHERE program_id = 'isle'"
            )
            await sql.execute("DELETE FROM duplicate_due WHERE program_id = 'isle' AND due_id % 6 <> 0")

        async def looked_at() -> bool:
            return not await sql.fetchval("SELECT count(*) FROM duplicate_due WHERE program_id = 'isle'")

        await until(looked_at)
    asked = messages.FindDuplicatesRequest(program_id="isle", request_id="smith", member=ref("mem_smith_7"))
    async with asyncio.timeout(2):
        found = await desk.duplicates.FindDuplicates(asked)
    assert (list(found.too_common), list(found.duplicates)) == ([duplicates.DUPLICATE_SIGNAL_NAME_ALIKE], [])


async def test_pages_and_filters(till: Stub, desk: Desk) -> None:
    for name in ("page.one", "page.two", "page.three"):
        await pair_of(till, desk, name)
    asked = messages.ListDuplicatesRequest(program_id="grove", least_score=80, page_size=1)
    listed: list[duplicates.Duplicate] = []
    while True:
        answer = await desk.duplicates.ListDuplicates(asked)
        listed += answer.duplicates
        if not answer.next_page_token:
            break
        asked.page_token = answer.next_page_token
    places = [(-pair.score, pair.duplicate_id) for pair in listed]
    assert places == sorted(set(places))
    assert len(places) >= 3
    assert all(pair.score >= 80 and pair.state == PROPOSED for pair in listed)
