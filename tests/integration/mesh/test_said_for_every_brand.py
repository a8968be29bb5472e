"""What is said for every brand of a program takes a token that covers every brand; one brand's speaks for itself."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import pytest
import pytest_asyncio
from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages
from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceStub
from loyalty.ledger.v1 import balance_import_service_pb2 as importing
from loyalty.ledger.v1.balance_import_pb2 import IMPORT_ROUNDING_FLOOR
from loyalty.ledger.v1.balance_import_service_pb2_grpc import BalanceImportServiceStub
from loyalty.type.v1.money_pb2 import Ratio

from chassis.runtime.channel import connect
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of, said
from tests.support.mesh import moment, open_till

if TYPE_CHECKING:
    from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceAsyncStub

People: TypeAlias = "PersonServiceAsyncStub"

PROGRAM = "every-brand"
EVEN = Ratio(numerator=1, denominator=1)
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFUSED = ("PERMISSION_DENIED", "type.loyalty", "DIVISION_NOT_ALLOWED")
_BALANCES = importing.DESCRIPTOR.services_by_name["BalanceImportService"]
_PEOPLE = messages.DESCRIPTOR.services_by_name["PersonService"]


@pytest_asyncio.fixture(scope="module")
async def ana(stack: LocalStack) -> AsyncIterator[str]:
    """A member."""
    async with open_till(stack, PROGRAM) as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield await till.enroll("ANA")


@asynccontextmanager
async def people(stack: LocalStack, role: str, brands: Sequence[str], member: str = "") -> AsyncIterator[People]:
    token = stack.token(f"{role}-{brands}", programs=[PROGRAM], roles=[role], brands=brands, member=member)
    async with connect(stack.peer("identity"), _PEOPLE, lambda: token) as channel:
        yield PersonServiceStub(channel)


def consents(ana: str, *brands: str) -> messages.SetConsentsRequest:
    given = [
        person_pb2.Consent(
            brand_id=brand,
            channel=person_pb2.CONTACT_CHANNEL_EMAIL,
            purpose=person_pb2.CONSENT_PURPOSE_MARKETING,
            granted=True,
            wording_version="w1",
            source="till-7",
        )
        for brand in brands
    ]
    for one in given:
        one.occur_time.CopyFrom(moment(_NOON))
    name = f"consents-{'-'.join(brands)}"
    return messages.SetConsentsRequest(program_id=PROGRAM, request_id=name, member_id=ana, consents=given)


def preferences(ana: str, *brands: str) -> messages.SetPreferencesRequest:
    said = [person_pb2.Preference(brand_id=brand, key="size", value="m") for brand in brands]
    name = f"preferences-{'-'.join(brands)}"
    return messages.SetPreferencesRequest(program_id=PROGRAM, request_id=name, member_id=ana, preferences=said)


@pytest.mark.parametrize("brands", [[""], ["NORTH", ""]])
@pytest.mark.parametrize("role", ["POS", "LOCATION_MANAGER", "HEADQUARTERS_ADMIN"])
async def test_one_brands_token_says_nothing_for_all(stack: LocalStack, ana: str, role: str, brands: list[str]) -> None:
    async with people(stack, role, ["NORTH"]) as office:
        assert said(await refusal_of(office.SetConsents(consents(ana, *brands)))) == REFUSED
        assert said(await refusal_of(office.SetPreferences(preferences(ana, *brands)))) == REFUSED


async def test_it_speaks_for_its_own_and_the_member_for_all(stack: LocalStack, ana: str) -> None:
    async with people(stack, "POS", ["NORTH"]) as office:
        assert len((await office.SetConsents(consents(ana, "NORTH"))).records) == 1
        assert len((await office.SetPreferences(preferences(ana, "NORTH"))).records) == 1
    async with people(stack, "MEMBER", [], ana) as herself:
        assert len((await herself.SetConsents(consents(ana, "", "NORTH"))).records) == 2
        assert len((await herself.SetPreferences(preferences(ana, ""))).records) == 1


async def test_one_brands_headquarters_brings_no_points_in(stack: LocalStack, ana: str) -> None:
    """The points would be the other brands' to pay."""
    assert ana
    header = importing.BalanceImportHeader(program_id=PROGRAM, import_id="attic", source_program_id="old")
    header.brands.add(brand_id="LINDEN", currency_code="USD", rounding=IMPORT_ROUNDING_FLOOR).ratio.MergeFrom(EVEN)
    opened = importing.ImportBalancesRequest(request_id="upload", header=header)

    async def upload() -> AsyncIterator[importing.ImportBalancesRequest]:
        yield opened

    commit = importing.CommitBalanceImportRequest(
        program_id=PROGRAM, request_id="commit", import_id="attic", signed_by="somebody"
    )
    abandon = importing.AbandonBalanceImportRequest(program_id=PROGRAM, request_id="abandon", import_id="attic")
    token = stack.token("north", programs=[PROGRAM], roles=["HEADQUARTERS_ADMIN"], brands=["NORTH"])
    async with connect(stack.peer("ledger"), _BALANCES, lambda: token) as channel:
        desk = BalanceImportServiceStub(channel)
        for call in (
            desk.ImportBalances(upload()),
            desk.CommitBalanceImport(commit),
            desk.AbandonBalanceImport(abandon),
        ):
            assert said(await refusal_of(call)) == REFUSED
