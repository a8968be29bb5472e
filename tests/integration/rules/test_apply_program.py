"""Applying, planning and looking up programs."""

import asyncio

import asyncpg
import pytest
from loyalty.rules.v1 import rules_service_pb2 as pb

from chassis.values.refusal import Refusal
from tests.integration.rules.house import House, Stub, apply_example, apply_request, small_program


async def refused(stub: Stub, request: pb.ApplyProgramRequest) -> Refusal:
    """The refusal of a change."""
    with pytest.raises(Refusal) as raised:
        await stub.ApplyProgram(request)
    return raised.value


async def test_the_first_revision_is_live_at_once(rules: Stub) -> None:
    applied = await rules.ApplyProgram(apply_request("first", small_program("first")))
    got = await rules.GetProgram(pb.GetProgramRequest(program_id="first"))
    assert applied.changed
    assert applied.revision.sequence == 1
    assert applied.revision.revision.startswith("rev_")
    assert got.revision == applied.revision
    assert [file.path for file in got.files] == ["0.yaml"]


async def test_the_same_content_in_other_words_changes_nothing(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("same", small_program("same")))
    head, _, tail = small_program("same").partition("brands:")
    again = await rules.ApplyProgram(apply_request("same", "# a comment\nbrands:" + tail, head))
    assert not again.changed
    assert again.revision == first.revision
    assert not again.differences


async def test_a_change_has_a_new_revision_and_says_what_differs(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("change", small_program("change", 1)))
    second = await rules.ApplyProgram(apply_request("change", small_program("change", 2)))
    assert second.revision.sequence == 2
    assert second.revision.revision != first.revision.revision
    assert [(place.path, place.before, place.after) for place in second.differences] == [
        ("earn_rules.base.per_amount.points", "1", "2")
    ]


async def test_going_back_is_a_new_sequence_of_the_old_revision(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("back", small_program("back", 1)))
    await rules.ApplyProgram(apply_request("back", small_program("back", 2)))
    third = await rules.ApplyProgram(apply_request("back", small_program("back", 1)))
    assert (third.revision.revision, third.revision.sequence) == (first.revision.revision, 3)


async def test_a_past_revision_can_be_looked_up_with_its_files(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("past", small_program("past", 1)))
    await rules.ApplyProgram(apply_request("past", small_program("past", 2)))
    got = await rules.GetProgram(pb.GetProgramRequest(program_id="past", revision=first.revision.revision))
    assert got.revision == first.revision
    assert got.files[0].content == small_program("past", 1)


async def test_a_dry_run_shows_the_difference_and_leaves_no_trace(rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("dry", small_program("dry", 1)))
    planned = await rules.ApplyProgram(apply_request("dry", small_program("dry", 2), dry_run=True))
    got = await rules.GetProgram(pb.GetProgramRequest(program_id="dry"))
    assert planned.changed
    assert planned.revision.sequence == 2
    assert planned.differences[0].after == "2"
    assert got.revision.sequence == 1


async def test_a_repeat_is_answered_as_before_even_after_other_changes(rules: Stub) -> None:
    request = apply_request("repeat", small_program("repeat", 1))
    first = await rules.ApplyProgram(request)
    await rules.ApplyProgram(apply_request("repeat", small_program("repeat", 2)))
    call = rules.ApplyProgram(request)
    again = await call
    assert again.SerializeToString(deterministic=True) == first.SerializeToString(deterministic=True)
    assert ("replayed", "true") in [tuple(pair) for pair in await call.trailing_metadata()]


async def test_a_request_id_serves_one_intent_per_caller(house: House, rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("reused", small_program("reused", 1), request_id="r1"))
    refusal = await refused(rules, apply_request("reused", small_program("reused", 2), request_id="r1"))
    assert refusal.reason == "REQUEST_ID_REUSED"
    async with house.stub("another") as other:
        applied = await other.ApplyProgram(apply_request("reused", small_program("reused", 2), request_id="r1"))
    assert applied.changed


async def test_a_refused_change_leaves_its_request_id_free(rules: Stub) -> None:
    await refused(rules, apply_request("free", "program: {}", request_id="r1"))
    applied = await rules.ApplyProgram(apply_request("free", small_program("free"), request_id="r1"))
    assert applied.changed


async def test_a_change_planned_against_another_revision_is_refused(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("conflict", small_program("conflict", 1)))
    await rules.ApplyProgram(apply_request("conflict", small_program("conflict", 2)))
    change = apply_request("conflict", small_program("conflict", 3), expected=first.revision.revision)
    refusal = await refused(rules, change)
    assert refusal.reason == "REVISION_CONFLICT"
    assert refusal.metadata["expected_revision"] == first.revision.revision


async def test_of_changes_planned_against_one_revision_exactly_one_wins(rules: Stub) -> None:
    first = await rules.ApplyProgram(apply_request("race", small_program("race", 1)))
    results = await asyncio.gather(
        *(
            rules.ApplyProgram(apply_request("race", small_program("race", n), expected=first.revision.revision))
            for n in range(2, 10)
        ),
        return_exceptions=True,
    )
    refusals = [result for result in results if isinstance(result, Refusal)]
    assert len(results) - len(refusals) == 1
    assert {refusal.reason for refusal in refusals} == {"REVISION_CONFLICT"}


async def test_a_sandbox_stays_a_sandbox(rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("sand", small_program("sand")))
    refusal = await refused(rules, apply_request("sand", small_program("sand", sandbox=False)))
    assert refusal.reason == "SANDBOX_FIXED"


async def test_every_fault_names_file_line_and_place(rules: Stub) -> None:
    faulty = small_program("faulty").replace("North Inc.", '""').replace("entity: north", "entity: south")
    refusal = await refused(rules, apply_request("faulty", faulty, "colours: {}"))
    assert refusal.reason == "PROGRAM_INVALID"
    assert [violation.field for violation in refusal.violations] == [
        "0.yaml:3 entities.north.name",
        "0.yaml:5 brands.NORTH.entity",
        "1.yaml:1 colours",
    ]


async def test_a_faulty_program_changes_nothing(rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("intact", small_program("intact")))
    await refused(rules, apply_request("intact", small_program("intact", 0)))
    got = await rules.GetProgram(pb.GetProgramRequest(program_id="intact"))
    assert got.revision.sequence == 1


async def test_hundreds_of_faults_still_reach_the_caller(rules: Stub) -> None:
    brands = "".join(f"  B{n}: {{name: x, entity: nobody}}\n" for n in range(400))
    refusal = await refused(rules, apply_request("many", "program: {id: many, name: Many}\nbrands:\n" + brands))
    assert refusal.metadata["faults"] == "400"
    assert len(refusal.violations) + int(refusal.metadata["violations_omitted"]) == 400


@pytest.mark.parametrize("name", ["worked-basket", "demo", "uci"])
async def test_the_example_programs_apply(rules: Stub, name: str) -> None:
    applied = await rules.ApplyProgram(apply_example(name))
    assert applied.revision.program.program_id == name


async def test_an_unknown_program_or_revision_is_not_found(rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("known", small_program("known")))
    reasons = []
    for program_id, revision in (("unknown", ""), ("known", "rev_none")):
        with pytest.raises(Refusal) as raised:
            await rules.GetProgram(pb.GetProgramRequest(program_id=program_id, revision=revision))
        reasons.append(raised.value.reason)
    assert reasons == ["PROGRAM_NOT_FOUND", "REVISION_NOT_FOUND"]


async def test_permission_comes_before_existence(house: House) -> None:
    async with house.stub(programs=["mine"]) as stub:
        with pytest.raises(Refusal) as raised:
            await stub.GetProgram(pb.GetProgramRequest(program_id="not-mine"))
        assert raised.value.reason == "PROGRAM_NOT_ALLOWED"
        refusal = await refused(stub, apply_request("not-mine", "nonsense"))
        assert refusal.reason == "PROGRAM_NOT_ALLOWED"


async def test_ids_of_a_change_are_checked_together(rules: Stub) -> None:
    refusal = await refused(rules, pb.ApplyProgramRequest(program_id="a b", expected_revision="\x07"))
    assert refusal.reason == "MALFORMED"
    assert [violation.field for violation in refusal.violations] == ["program_id", "request_id", "expected_revision"]


async def test_the_serving_role_cannot_rewrite_history(house: House, rules: Stub) -> None:
    await rules.ApplyProgram(apply_request("history", small_program("history")))
    connection = await asyncpg.connect(house.database.url)
    try:
        for table in ("revision", "publication", "program_file", "change_request"):
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET program_id = 'x'"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
    finally:
        await connection.close()
