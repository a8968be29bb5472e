"""Members' statements through the stubs."""

from datetime import datetime
from itertools import pairwise

import pytest
from loyalty.ledger.v1 import movement_pb2
from loyalty.ledger.v1 import read_requests_pb2 as reading

from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, refusal_of
from tests.integration.mesh.life_of import DAY, at_brands, bought
from tests.support.mesh import Till, member, moment

KIND, CAUSE = movement_pb2.MovementKind, movement_pb2.MovementCause


def asked(shop: Till, whose: str, start: datetime, end: datetime) -> reading.GetMemberStatementRequest:
    return reading.GetMemberStatementRequest(
        program_id=shop.program, member=member(whose), start_time=moment(start), end_time=moment(end)
    )


async def test_a_statement_tells_what_each_command_did(shop: Till) -> None:
    ana = await bought(shop)
    statement = await shop.mesh.ledger.GetMemberStatement(asked(shop, ana.member, shop.now, shop.now + 10 * DAY))
    told = [(CAUSE.Name(entry.cause)[15:], entry.balance) for entry in statement.entries]
    assert told == [("ORDER", 300), ("REDEMPTION", 50), ("RETURN", -150), ("ORDER", -110)]
    assert (statement.opening_balance, statement.closing_balance) == (0, -110)
    assert sum(points.points for points in statement.totals) == -110


async def test_a_redemption_shows_its_conversion(shop: Till) -> None:
    ana = await bought(shop)
    statement = await shop.mesh.ledger.GetMemberStatement(asked(shop, ana.member, shop.now, shop.now + 10 * DAY))
    [spent] = [entry for entry in statement.entries if entry.HasField("redemption")]
    redemption = spent.redemption
    assert (redemption.redemption_id, redemption.points, redemption.value.minor_units) == (ana.redemption_id, 250, 200)
    assert (redemption.brand_id, redemption.location_id) == ("LINDEN", "linden-1")
    assert (redemption.rate.minor_units_per_point.numerator, redemption.rate.minor_units_per_point.denominator) == (
        4,
        5,
    )
    assert "250 points bought 2.00 USD at LINDEN" in spent.text


async def test_statements_of_adjoining_spans_meet(shop: Till) -> None:
    ana = await bought(shop)
    cuts = [shop.now, shop.now + DAY, shop.now + 2.5 * DAY, shop.now + 10 * DAY]
    spans = [
        await shop.mesh.ledger.GetMemberStatement(asked(shop, ana.member, start, end)) for start, end in pairwise(cuts)
    ]
    assert [(span.opening_balance, span.closing_balance) for span in spans] == [(0, 300), (300, -150), (-150, -110)]


async def test_who_is_concerned_with_one_brand_sees_no_other(shop: Till, stack: LocalStack) -> None:
    ana = await bought(shop)
    request = asked(shop, ana.member, shop.now, shop.now + 10 * DAY)
    async with at_brands(stack, shop, ["NORTH"], ["LOCATION_MANAGER"]) as north:
        statement = await north.mesh.ledger.GetMemberStatement(request)
    assert {points.brand_id for points in statement.totals} == {"NORTH", ""}
    assert not any(entry.HasField("redemption") for entry in statement.entries)
    assert sum(points.points for points in statement.totals) == statement.closing_balance == -110


@pytest.mark.parametrize("days", [0, -1, 401])
async def test_an_impossible_span_is_malformed(shop: Till, days: int) -> None:
    request = asked(shop, "mem_one", shop.now, shop.now + days * DAY)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.GetMemberStatement(request))) == ["end_time"]
