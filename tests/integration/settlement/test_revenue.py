"""Reports on points given, through the stubs, over months that were closed: the figures of DOMAIN §9."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, TypeAlias

import pytest
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.settlement.v1 import revenue_pb2, revenue_service_pb2, settlement_service_pb2
from loyalty.settlement.v1 import revenue_service_pb2 as messages
from loyalty.settlement.v1.revenue_service_pb2_grpc import RevenueServiceStub
from loyalty.type.v1.money_pb2 import Ratio
from loyalty.type.v1.points_pb2 import PointRate

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.money import Money
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.secrets import EVERYTHING
from deploy.local.stack import LocalStack
from settlement_service.domain.event import SoldLine
from tests.integration.settlement.closing import FEBRUARY, JANUARY, Desk
from tests.integration.settlement.house import House, open_house
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import PROGRAM, World

if TYPE_CHECKING:
    from loyalty.settlement.v1.revenue_service_pb2_grpc import RevenueServiceAsyncStub

Reports: TypeAlias = "RevenueServiceAsyncStub"

SERVICE = revenue_service_pb2.DESCRIPTOR.services_by_name["RevenueService"]
ONE = Ratio(numerator=1, denominator=1)


def program(breakage: int) -> pb.Program:
    """North's points are worth one minor unit there; so many percent are expected never to come back."""
    rate = PointRate(currency_code="USD", minor_units_per_point=ONE)
    north = pb.Brand(
        brand_id="north", entity_id="north", point_values=[pb.PointValue(rate=rate)], liability_values=[rate]
    )
    share = Ratio(numerator=breakage // gcd(breakage, 100), denominator=100 // gcd(breakage, 100))
    return pb.Program(
        brands=[north],
        entities=[pb.LegalEntity(entity_id="north", name="North")],
        settlement=pb.Settlement(breakage=[pb.Breakage(share=share)]),
    )


@asynccontextmanager
async def reports(house: House, *roles: str) -> AsyncIterator[Reports]:
    """The reports as a caller sees them; by default as finance."""
    token = house.servers.secrets.mint_token("office", programs=EVERYTHING, roles=roles or ("FINANCE",))
    async with connect(PLAIN.peer(house.address), SERVICE, lambda: token) as channel:
        yield RevenueServiceStub(channel)


def a_year() -> World:
    """Sales of 100,000 give 10,000 points; 4,500 of them are spent."""
    world = World()
    world.earn((Lot("a", "north", "north", (("north", 10_000),), Fraction(1), "USD"), 10_000))
    world.events[-1] = replace(world.events[-1], sold_lines=(SoldLine(1, "north", Money("USD", 100_000)),))
    world.redeem("north", 4_500, Fraction(1))
    return world


async def deferred(stub: Reports, period: str = "") -> revenue_pb2.DeferredRevenue:
    """North's period."""
    answer = await stub.GetDeferredRevenue(messages.GetDeferredRevenueRequest(program_id=PROGRAM, period=period))
    [north] = answer.brands
    [cohort] = answer.cohorts
    assert (cohort.cohort.month, cohort.money) == (JANUARY, north.money)
    return north


async def test_two_years_with_a_new_estimate(servers: LocalStack, books: Database) -> None:
    world = a_year()
    async with open_house(servers, books, program=program(5)) as house:
        desk = Desk(house)
        await desk.post(world)
        async with reports(house) as stub:
            so_far = await deferred(stub)
        await desk.begin()
        await desk.reconciled()
        await desk.close()
        async with reports(house) as stub:
            first = await deferred(stub, JANUARY)
    assert first == so_far
    assert (first.money.deferred, first.money.revenue, first.money.closing) == (8_676, 4_110, 4_566)
    async with open_house(servers, books, house.ledger, program=program(3)) as house:
        world.redeem("north", 4_000, Fraction(1))
        desk = Desk(house, posted=2)
        await desk.post(world, days=31)
        async with reports(house) as stub:
            second = await deferred(stub)
            assert await deferred(stub, JANUARY) == first
    assert (second.money.opening, second.money.revenue, second.money.change_of_estimate) == (4_566, 3_493, -85)
    assert (second.points.opening_points, second.points.closing_points) == (5_500, 1_500)


async def test_the_liability_tells_what_is_expected_of_it(servers: LocalStack, books: Database) -> None:
    async with open_house(servers, books, program=program(5)) as house:
        await Desk(house).post(a_year())
        async with reports(house) as stub:
            answer = await stub.GetPointsLiability(messages.GetPointsLiabilityRequest(program_id=PROGRAM))
        async with house.stub() as stub_of_books:
            [brand] = (
                await stub_of_books.GetBrandBooks(
                    settlement_service_pb2.GetBrandBooksRequest(program_id=PROGRAM, brand_id="north")
                )
            ).brands
    [north] = answer.liabilities
    assert (north.outstanding_points, north.carried_minor_units, north.expected_minor_units) == (5_500, 5_500, 5_000)
    assert [money.minor_units for money in brand.liability] == [north.carried_minor_units]


async def test_a_new_value_is_reported_and_books_nothing(servers: LocalStack, books: Database) -> None:
    dearer = PointRate(currency_code="USD", minor_units_per_point=Ratio(numerator=6, denominator=5))
    async with open_house(servers, books, program=program(5)) as house:
        await Desk(house).post(a_year())
        async with reports(house) as stub:
            request = messages.GetRemeasurementRequest(
                program_id=PROGRAM, values=[revenue_pb2.NewValue(brand_id="north", rate=dearer)]
            )
            [row] = (await stub.GetRemeasurement(request)).rows
            unchanged = await stub.GetRemeasurement(messages.GetRemeasurementRequest(program_id=PROGRAM))
    assert (row.points, row.carried_minor_units, row.remeasured_minor_units) == (5_500, 5_500, 6_600)
    assert (row.by_value_minor_units, row.by_rounding_minor_units) == (1_100, 0)
    assert [each.by_value_minor_units for each in unchanged.rows] == [0]


@pytest.mark.parametrize(
    ("period", "brand", "reason"),
    [("2026-13", "north", "MALFORMED"), (FEBRUARY, "north", "PERIOD_NOT_FOUND"), ("", "nowhere", "BRAND_NOT_FOUND")],
)
async def test_what_cannot_be_reported(
    servers: LocalStack, books: Database, period: str, brand: str, reason: str
) -> None:
    rate = PointRate(currency_code="USD", minor_units_per_point=ONE)
    async with open_house(servers, books, program=program(5)) as house, reports(house) as stub:
        with pytest.raises(Refusal) as refusal:
            await stub.GetRemeasurement(
                messages.GetRemeasurementRequest(
                    program_id=PROGRAM, period=period, values=[revenue_pb2.NewValue(brand_id=brand, rate=rate)]
                )
            )
    assert refusal.value.reason == reason


async def test_a_till_reads_no_books(servers: LocalStack, books: Database) -> None:
    async with open_house(servers, books, program=program(5)) as house, reports(house, "POS") as stub:
        with pytest.raises(Refusal) as refusal:
            await deferred(stub)
    assert refusal.value.reason == "ROLE_NOT_ALLOWED"
