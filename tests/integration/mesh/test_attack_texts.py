"""Texts that PostgreSQL cannot hold, or that show another text than was written, in every string of every request."""

from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from google.protobuf.message_factory import GetMessageClass
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import return_requests_pb2, standing_pb2
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import Wire, faulty_fields, refusal_of
from tests.integration.mesh.hostile_fields import Attack, attacks
from tests.support.mesh import ALL_ROLES, Till, member, moment

NUL = "x\x00y"
TURNED = "x\u202ey"

OTHERWISE = {
    "page_token": "CURSOR_INVALID",
    "cursor": "CURSOR_INVALID",
    "path": "PROGRAM_INVALID",
    "content": "PROGRAM_INVALID",
}
"""What is refused for a reason of its own, by the string's name."""
NOT_LOOKED_AT = {
    # Rules judge what is in a document, and never ask for its name.
    "EvaluateOrders.orders[0].order.source",
    "EvaluateOrders.orders[0].order.document_id",
    "EvaluateOrders.orders[0].order.fulfilment_id",
    # Read when the first sale is judged by them; this comparison may be over none.
    "CompareRevisions.draft[0].path",
    "CompareRevisions.draft[0].content",
    # What is no account is refused as such once all else is well-formed.
    "BookAdjustment.entries[0].postings[0].account",
    # Between ledger processes: an unknown kind is one of another version.
    "SubmitCommands.commands[0].kind",
}


async def told(wire: Wire, attack: Attack, request: bytes, token: str) -> tuple[str, list[str]]:
    """The reason of the refusal and the fields it names; of a batch, those of its only item."""
    service = attack.method.containing_service
    try:
        data = await wire.call(
            service.full_name.split(".")[1],
            f"/{service.full_name}/{attack.method.name}",
            request,
            token=token,
            streaming=attack.method.server_streaming,
        )
    except Refusal as refusal:
        return refusal.reason, [violation.field for violation in refusal.violations]
    answer: Any = GetMessageClass(attack.method.output_type).FromString(data)
    if "results" not in attack.method.output_type.fields_by_name:
        return "answered", []
    refused = answer.results[0].refusal
    return refused.reason, [violation.field for violation in refused.violations]


@pytest.mark.parametrize("attack", attacks(), ids=str)
async def test_a_hostile_string_is_refused_under_its_path(
    shop: Till, stack: LocalStack, wire: Wire, attack: Attack
) -> None:
    token = stack.token("texts", programs=["*"], roles=ALL_ROLES)
    for text in (NUL, TURNED):
        request = attack.request(shop.program, text).SerializeToString()
        require_refused(attack, *await told(wire, attack, request, token))


def require_refused(attack: Attack, reason: str, fields: Sequence[str]) -> None:
    """Refused under its path, or not looked at where nothing is to be looked at."""
    if str(attack) in NOT_LOOKED_AT:
        assert reason != "INTERNAL"
        return
    # Where a service has no reason of its own for a cursor, it is a field like others.
    assert reason in {OTHERWISE.get(attack.steps[-1].name, "MALFORMED"), "MALFORMED"}
    if reason == "MALFORMED":
        # A batch names the fields of its items as those of the call that posts one.
        assert {attack.path, attack.path.partition("].")[2]} & set(fields)


# --- what people write, in calls that are well-formed but for that


def cancelling(till: Till, text: str) -> Awaitable[Any]:
    request = return_requests_pb2.CancelOrderRequest(
        program_id=till.program,
        request_id="text-1",
        order=order_pb2.OrderRef(source="till-1", document_id="A"),
        location_id="mall-1",
        reason=text,
        occur_time=moment(till.now),
    )
    return till.mesh.ledger.CancelOrder(request)


def transferring(till: Till, text: str) -> Awaitable[Any]:
    request = people.TransferPointsRequest(
        program_id=till.program,
        request_id="text-1",
        to=member("mem_receiver"),
        points=5,
        reason=text,
        occur_time=moment(till.now),
    )
    getattr(request, "from").CopyFrom(member("mem_giver"))
    return till.mesh.ledger.TransferPoints(request)


def proposing(till: Till, text: str) -> Awaitable[Any]:
    terms = people.Adjustment(points=50_000, brand_id="NORTH", reason_code="goodwill", note=text, operator_id="kim")
    request = people.AdjustPointsRequest(
        program_id=till.program,
        request_id="text-1",
        member=member("mem_receiver"),
        adjustment=terms,
        occur_time=moment(till.now),
    )
    return till.mesh.ledger.AdjustPoints(request)


def setting_a_tier(till: Till, text: str) -> Awaitable[Any]:
    request = standing_pb2.SetTierRequest(
        program_id=till.program,
        request_id="text-1",
        member=member("mem_receiver"),
        ladder_id="status",
        tier_id="gold",
        start_date="2026-03-02",
        reason=text,
        approver_id="ben",
        operator_id="ann",
        occur_time=moment(till.now),
    )
    return till.mesh.ledger.SetTier(request)


@pytest.mark.parametrize("text", [NUL, TURNED, "x\ny"], ids=["nul", "turned", "two lines"])
@pytest.mark.parametrize(
    ("call", "field"),
    [
        (cancelling, "reason"),
        (transferring, "reason"),
        (proposing, "adjustment.note"),
        (setting_a_tier, "reason"),
    ],
)
async def test_what_a_person_wrote_is_one_plain_line(shop: Till, call: Any, field: str, text: str) -> None:
    assert faulty_fields(await refusal_of(call(shop, text))) == [field]
