"""Orders judged by files that are not live."""

from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb

from chassis.values.refusal import Refusal
from rules_service.use_cases.drafts import MOST_READY
from tests.integration.rules.house import House, Stub, apply_request, small_program
from tests.integration.rules.test_past_revisions import SALE, earned


def draft(program_id: str, text: str) -> pb.ProgramDraft:
    """The text as a program."""
    return pb.ProgramDraft(program_id=program_id, files=[pb.ProgramFile(path="draft.yaml", content=text)])


def asked(found: pb.ProgramDraft | None, *program_ids: str) -> pb.EvaluateOrdersRequest:
    """The sale in each program."""
    orders = [pb.EvaluateOrder(program_id=program_id, order=SALE) for program_id in program_ids]
    return pb.EvaluateOrdersRequest(orders=orders, draft=found)


async def test_a_draft_judges_its_program_alone_and_is_live_nowhere(rules: Stub) -> None:
    live = [
        (await rules.ApplyProgram(apply_request(name, small_program(name)))).revision.revision for name in ("d1", "d2")
    ]
    answer = await rules.EvaluateOrders(asked(draft("d1", small_program("d1", 3)), "d1", "d2", "d1"))
    (revision, points), other, again = [earned(result) for result in answer.results]
    assert (points, other, again) == ([15, 15], (live[1], [5, 5]), (revision, [15, 15]))
    assert revision not in live
    now = await rules.EvaluateOrders(asked(None, "d1"))
    assert earned(now.results[0]) == (live[0], [5, 5])
    assert (await rules.GetProgram(pb.GetProgramRequest(program_id="d1"))).revision.revision == live[0]


async def test_a_draft_is_called_as_it_would_be_live(rules: Stub) -> None:
    answer = await rules.EvaluateOrders(asked(draft("d3", small_program("d3", 4)), "d3"))
    applied = await rules.ApplyProgram(apply_request("d3", small_program("d3", 4)))
    assert answer.results[0].evaluation.revision == applied.revision.revision


async def test_a_program_that_is_not_live_yet_can_be_tried(rules: Stub) -> None:
    answer = await rules.EvaluateOrders(asked(draft("d-new", small_program("d-new", 2)), "d-new"))
    assert earned(answer.results[0])[1] == [10, 10]
    assert (await rules.EvaluateOrders(asked(None, "d-new"))).results[0].refusal.reason == "PROGRAM_NOT_FOUND"


async def test_faults_of_a_draft_refuse_the_call_with_their_places(rules: Stub) -> None:
    faulty = small_program("d4").replace("points: 1", "points: 0")
    with pytest.raises(Refusal) as refused:
        await rules.EvaluateOrders(asked(draft("d4", faulty), "d4"))
    assert refused.value.reason == "PROGRAM_INVALID"
    assert [violation.field for violation in refused.value.violations] == [
        "draft.yaml:9 earn_rules.base.per_amount.points"
    ]


async def test_a_draft_of_another_program_than_it_says_is_refused(rules: Stub) -> None:
    with pytest.raises(Refusal, match="PROGRAM_INVALID"):
        await rules.EvaluateOrders(asked(draft("d5", small_program("d6")), "d5"))


async def test_more_drafts_than_are_kept_are_all_judged_right(rules: Stub) -> None:
    drafts = [draft("d7", small_program("d7", points)) for points in range(1, MOST_READY + 3)]
    for _ in range(2):
        judged = [earned((await rules.EvaluateOrders(asked(found, "d7"))).results[0])[1] for found in drafts]
        assert judged == [[5 * points, 5 * points] for points in range(1, MOST_READY + 3)]


async def test_permission_comes_before_a_drafts_faults(house: House) -> None:
    async with house.stub(programs=["elsewhere"]) as stub:
        with pytest.raises(Refusal, match="PROGRAM_NOT_ALLOWED"):
            await stub.EvaluateOrders(asked(draft("d8", "nonsense"), "elsewhere"))


@pytest.mark.parametrize("named", [{"revision": "rev_x"}, {"record_time": Timestamp(seconds=1)}])
async def test_with_a_draft_no_other_revision_is_named(rules: Stub, named: dict[str, Any]) -> None:
    request = asked(draft("d9", small_program("d9")), "d9", "d9")
    request.orders[0].MergeFrom(pb.EvaluateOrder(**named))
    first, second = (await rules.EvaluateOrders(request)).results
    assert (first.refusal.reason, [violation.field for violation in first.refusal.violations]) == (
        "MALFORMED",
        ["revision"],
    )
    assert earned(second)[1] == [5, 5]


async def test_a_draft_names_its_program(rules: Stub) -> None:
    with pytest.raises(Refusal) as refused:
        await rules.EvaluateOrders(asked(draft("a b", ""), "d1"))
    assert [violation.field for violation in refused.value.violations] == ["draft.program_id"]
